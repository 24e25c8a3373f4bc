import ArgumentParser
import Gumbel

/// How `gumbel text train` trains against a discriminator.
struct TextGANOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How the gradient passes the choice of symbols: "
        + "\(TextGAN.Settings.estimatorNames.joined(separator: ", ")).", valueName: "name"))
  var estimator = "straight-through-gumbel-softmax"
  @Option(
    help: ArgumentHelp(
      "The discriminator: perceptron for short strings, convolutional or recurrent.",
      valueName: "name"))
  var discriminator = TextGAN.Settings.DiscriminatorKind.perceptron
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Elements of the discriminator's hidden layers.", valueName: "n"))
  var discriminatorHidden = 256
  @Option(
    help: ArgumentHelp(
      "What both players minimise: non-saturating, relativistic or wasserstein.",
      valueName: "name"))
  var adversarialLoss = TextGAN.Settings.Loss.relativistic
  @Option(
    help: ArgumentHelp(
      "Where the discriminator's gradient is kept small: none, real, real-and-generated or "
        + "interpolated; or spectral, which divides its weights by their norms instead.",
      valueName: "name"))
  var penalty = TextGAN.Settings.Penalty.realAndGenerated
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The weight of that.", valueName: "x"))
  var penaltyWeight = 1.0
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The estimator's temperature in the first round against the discriminator. (default: 1, "
        + "of decoupled-straight-through 1.5)",
      valueName: "t"))
  var temperature: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The temperature at the end, come to in equal ratios. (default: 0.5, of estimators without "
        + "noise in their gradient that of the first round)", valueName: "t"))
  var finalTemperature: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "With pretrained-gan, the first epochs, which are of likelihood.", valueName: "n"))
  var pretrainEpochs = 10

  func check(objective: TextObjective) throws {
    if let problem = TextGAN.Settings.problem(ofEstimator: estimator) {
      throw CommandFailure("--estimator \(estimator): \(problem)")
    }
    try OptionChecks.count(discriminatorHidden, "--discriminator-hidden", upTo: 65_536)
    try OptionChecks.notNegative(penaltyWeight, "--penalty-weight", upTo: 1e9)
    if let temperature { try OptionChecks.positive(temperature, "--temperature", upTo: 1e6) }
    if let finalTemperature {
      try OptionChecks.positive(finalTemperature, "--final-temperature", upTo: 1e6)
    }
    if objective == .pretrainedGAN {
      try OptionChecks.count(pretrainEpochs, "--pretrain-epochs", upTo: 1_000_000)
    }
  }

  /// The plan of training a network against a discriminator; nil by likelihood alone.
  func plan(
    _ objective: TextObjective, _ model: TextModel.Settings, _ plan: ModelPlan, batchSize: Int,
    strings: TextSet
  ) throws -> TextGAN.Plan? {
    guard objective != .likelihood else { return nil }
    guard strings.endsStrings else {
      throw CommandFailure(
        "--objective \(objective.rawValue) and --running: expected strings that end")
    }
    var settings = TextGAN.Settings(model, length: strings.time)
    settings.estimator = estimator
    settings.discriminatorKind = discriminator
    settings.discriminatorWidths = Array(
      repeating: discriminatorHidden, count: discriminator == .perceptron ? 2 : 1)
    settings.loss = adversarialLoss
    settings.penalty = penalty
    settings.penaltyWeight = Float(penaltyWeight)
    settings.batchSize = batchSize
    var result = TextGAN.Plan(
      settings, epochs: plan.epochs, roundsPerEpoch: plan.stepsPerEpoch)
    if objective == .pretrainedGAN {
      guard plan.epochs == 0 || pretrainEpochs < plan.epochs else {
        throw CommandFailure(
          "--pretrain-epochs \(pretrainEpochs): expected fewer than the \(plan.epochs) epochs in "
            + "all")
      }
      result.pretrainingEpochs = min(pretrainEpochs, plan.epochs)
    }
    let isAnnealed = result.finalTemperature != result.temperature
    if let temperature { result.temperature = temperature }
    if let finalTemperature {
      result.finalTemperature = finalTemperature
    } else if !isAnnealed {
      result.finalTemperature = result.temperature
    }
    result.generatorRate = plan.learningRate(0)
    result.discriminatorRate = plan.learningRate(0)
    result.finalRateShare = plan.learningRate(result.rounds) / plan.learningRate(0)
    return result
  }
}

extension TextGAN.Settings.DiscriminatorKind: ExpressibleByArgument {}
extension TextGAN.Settings.Loss: ExpressibleByArgument {}
extension TextGAN.Settings.Penalty: ExpressibleByArgument {}
