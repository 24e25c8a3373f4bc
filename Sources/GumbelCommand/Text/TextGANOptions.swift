import ArgumentParser
import SwiftGumbel

/// How `gumbel text train` trains against a discriminator.
struct TextGANOptions: ParsableArguments {
  @Option(
    "How the gradient passes the choice of symbols: "
      + "\(TextGAN.Settings.estimatorNames.joined(separator: ", ")). (default: "
      + "straight-through-gumbel-softmax)",
    valueName: "name", completion: .list(TextGAN.Settings.estimatorNames))
  var estimator: String?
  @Option(
    "The discriminator: perceptron for short strings, convolutional or recurrent. (default: "
      + "perceptron)", valueName: "name")
  var discriminator: TextGAN.Settings.DiscriminatorKind?
  @Option("Elements of the discriminator's hidden layers. (default: 256)", valueName: "n")
  var discriminatorHidden: Int?
  @Option(
    "What both players minimise: non-saturating, relativistic or wasserstein. (default: "
      + "relativistic)", valueName: "name")
  var adversarialLoss: TextGAN.Settings.Loss?
  @Option(
    "Where the discriminator's gradient is kept small: none, real, real-and-generated or "
      + "interpolated; or spectral, which divides its weights by their norms instead. (default: "
      + "real-and-generated)", valueName: "name")
  var penalty: TextGAN.Settings.Penalty?
  @Option("The weight of the penalty. (default: 1)", valueName: "x") var penaltyWeight: Double?
  @Option(
    "The estimator's temperature in the first round against the discriminator. (default: 1, of "
      + "decoupled-straight-through 1.5)", valueName: "t")
  var temperature: Double?
  @Option(
    "The temperature at the end, come to in equal ratios. (default: 0.5, of estimators without "
      + "noise in their gradient that of the first round)", valueName: "t")
  var finalTemperature: Double?
  @Option(
    "With pretrained-gan, the first epochs, which are of likelihood. (default: 10)", valueName: "n")
  var pretrainEpochs: Int?

  func validate() throws {
    if let estimator, let problem = TextGAN.Settings.problem(ofEstimator: estimator) {
      throw ValidationError("--estimator \(estimator): \(problem)")
    }
    try OptionChecks.count(discriminatorHidden, "--discriminator-hidden", upTo: 65_536)
    try OptionChecks.notNegative(penaltyWeight, "--penalty-weight", upTo: 1e9)
    try OptionChecks.positive(temperature, "--temperature", upTo: 1e6)
    try OptionChecks.positive(finalTemperature, "--final-temperature", upTo: 1e6)
    try OptionChecks.count(pretrainEpochs, "--pretrain-epochs", upTo: 1_000_000)
  }

  /// Throws where an option would not be heeded.
  ///
  /// - Parameter epochs: of the training.
  func checkUse(_ objective: TextObjective, epochs: Int) throws {
    let given = [
      ("--estimator", estimator != nil), ("--discriminator", discriminator != nil),
      ("--discriminator-hidden", discriminatorHidden != nil),
      ("--adversarial-loss", adversarialLoss != nil), ("--penalty", penalty != nil),
      ("--penalty-weight", penaltyWeight != nil), ("--temperature", temperature != nil),
      ("--final-temperature", finalTemperature != nil),
    ].filter(\.1).map(\.0)
    if objective == .likelihood, let name = given.first {
      throw ValidationError(
        "\(name): there is no discriminator; expected --objective gan or pretrained-gan")
    }
    if let pretrainEpochs, objective != .pretrainedGAN {
      throw ValidationError(
        "--pretrain-epochs \(pretrainEpochs): expected --objective pretrained-gan")
    }
    if objective == .pretrainedGAN { _ = try likelihoodEpochs(of: epochs) }
    if let estimator, let name = given.first(where: { $0.hasSuffix("temperature") }),
      OneHotCategorical<Tensor>.builtInEstimators.first(where: { $0.name == estimator })?
        .hasTemperature == false
    {
      throw ValidationError("\(name): --estimator \(estimator) has no temperature; expected none")
    }
    if let penaltyWeight, let penalty, [.none, .spectral].contains(penalty) {
      throw ValidationError(
        "--penalty-weight \(NumberText.short(penaltyWeight)): --penalty \(penalty.rawValue) is not "
          + "weighed; expected another")
    }
  }

  /// The epochs of likelihood among so many.
  private func likelihoodEpochs(of epochs: Int) throws -> Int {
    let count = pretrainEpochs ?? 10
    guard epochs == 0 || count < epochs else {
      throw ValidationError(
        "--pretrain-epochs \(count): expected fewer than the \(epochs) epochs in all")
    }
    return count
  }

  /// The plan of training a network.
  ///
  /// - Parameter length: symbols of the longest string and its end.
  func plan(
    _ objective: TextObjective, _ model: TextModel.Settings, _ numbers: TextPlanOptions.Numbers,
    batchSize: Int, length: Int
  ) throws -> TextPlan {
    guard objective != .likelihood else { return .likelihood(DescentPlan(numbers)) }
    var settings = TextGAN.Settings(model, length: length)
    if let estimator { settings.estimator = estimator }
    if let discriminator { settings.discriminatorKind = discriminator }
    settings.discriminatorWidths = Array(
      repeating: discriminatorHidden ?? 256,
      count: settings.discriminatorKind == .perceptron ? 2 : 1)
    if let adversarialLoss { settings.loss = adversarialLoss }
    if let penalty { settings.penalty = penalty }
    if let penaltyWeight { settings.penaltyWeight = Float(penaltyWeight) }
    settings.batchSize = batchSize
    var plan = settings.plan(
      epochs: numbers.epochs, roundsPerEpoch: numbers.stepsPerEpoch,
      pretrainingEpochs: objective == .pretrainedGAN
        ? try likelihoodEpochs(of: numbers.epochs) : 0)
    let usual = settings.usualTemperatures
    let start = temperature ?? usual.from
    plan.change(
      temperature: (start, finalTemperature ?? (usual.from == usual.to ? start : usual.to)),
      discriminatorRate: numbers.learningRate, generatorRate: numbers.learningRate)
    plan.gradientNorm = numbers.gradientNorm
    return .adversarial(settings, plan)
  }
}

extension TextGAN.Settings.DiscriminatorKind: ExpressibleByArgument {}
extension TextGAN.Settings.Loss: ExpressibleByArgument {}
extension TextGAN.Settings.Penalty: ExpressibleByArgument {}
