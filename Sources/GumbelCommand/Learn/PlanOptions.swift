import ArgumentParser
import SwiftGumbel

/// The hyperparameters of `gumbel learn`; what is not given is the preset's.
struct PlanOptions: ParsableArguments {
  enum DiscriminatorKind: String, ExpressibleByArgument, CaseIterable { case logistic, mlp }

  @Option("Epochs; the history has one row for each.", valueName: "n") var epochs: Int?
  @Option("Rounds in an epoch.", valueName: "n") var rounds: Int?
  @Option("Symbols in a batch, real and drawn.", valueName: "n") var batchSize: Int?
  @Option("Steps of the discriminator in a round.", valueName: "n") var discriminatorSteps: Int?
  @Option("Steps of the generator in a round.", valueName: "n") var generatorSteps: Int?
  @Option("The discriminator's learning rate (Adam).", valueName: "x")
  var discriminatorRate: Double?
  @Option("The generator's learning rate (Adam).", valueName: "x") var generatorRate: Double?
  @Option("Both learning rates end at this fraction of their start.", valueName: "x")
  var rateDecay: Double?
  @Option("The temperature of the samples, at the start.", valueName: "t") var temperature: Double?
  @Option("The temperature at the end; with --temperature alone it is constant.", valueName: "t")
  var finalTemperature: Double?
  @Option(
    "What the discriminator is shown of the generator: relaxed samples (gumbel-softmax), or "
      + "one-hot samples with their gradient (straight-through).", valueName: "name")
  var sampling: StreamGAN.Settings.Sampling?
  @Option(
    "The discriminator: a logistic regression, or a perceptron with hidden layers.",
    valueName: "logistic|mlp")
  var discriminator: DiscriminatorKind?
  @Option("Widths of the perceptron's hidden layers.", valueName: "widths") var hidden: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Show the discriminator real symbols as relaxed as the drawn ones.")
  var smoothReal: Bool?
  @Option("Decay of the logits' moving average, a generator step; 0 for none.", valueName: "x")
  var average: Double?
  @Option(
    "Scale gradients of either player with a larger norm down to this one; 0 for none. (default: "
      + "0)", valueName: "norm")
  var clip: Double?

  func validate() throws {
    try OptionChecks.count(epochs, "--epochs")
    try OptionChecks.count(rounds, "--rounds")
    try OptionChecks.count(batchSize, "--batch-size")
    // The steps of a round are recorded one by one.
    try OptionChecks.count(discriminatorSteps, "--discriminator-steps", upTo: 10_000)
    try OptionChecks.count(generatorSteps, "--generator-steps", upTo: 10_000)
    try OptionChecks.positive(rateDecay, "--rate-decay", upTo: 1)
    try OptionChecks.positive(discriminatorRate, "--discriminator-rate", upTo: 100)
    try OptionChecks.positive(generatorRate, "--generator-rate", upTo: 100)
    try OptionChecks.positive(temperature, "--temperature", upTo: 1e6)
    try OptionChecks.positive(finalTemperature, "--final-temperature", upTo: 1e6)
    try OptionChecks.notNegative(clip, "--clip", upTo: 1e9)
    try OptionChecks.share(average, "--average")
    if let hidden, widths == nil {
      throw ValidationError(
        "--hidden \(hidden): expected widths from 1 to 65536, separated by commas")
    }
    if let hidden, discriminator == .logistic {
      throw ValidationError("--hidden \(hidden): a logistic discriminator has no hidden layers")
    }
  }

  /// Those of the perceptron's hidden layers, if they are given and right.
  private var widths: [Int]? {
    guard let texts = hidden?.split(separator: ",", omittingEmptySubsequences: false) else {
      return nil
    }
    let widths = texts.compactMap { Int($0) }.filter { 1...65_536 ~= $0 }
    return widths.count == texts.count ? widths : nil
  }

  /// The preset's hyperparameters with what was given in their place.
  func hyperparameters(
    _ preset: StreamGAN.Preset, categoryCount: Int
  ) throws -> StreamGAN.Hyperparameters {
    var plan = preset.hyperparameters(categoryCount: categoryCount)
    plan.epochs = epochs ?? plan.epochs
    plan.roundsPerEpoch = rounds ?? plan.roundsPerEpoch
    plan.settings.batchSize = batchSize ?? plan.settings.batchSize
    plan.discriminatorSteps = discriminatorSteps ?? plan.discriminatorSteps
    plan.generatorSteps = generatorSteps ?? plan.generatorSteps
    func change(_ ends: inout (from: Double, to: Double), _ start: Double?) {
      if let start { ends = (start, ends.to * (start / ends.from)) }
      if let rateDecay { ends.to = ends.from * rateDecay }
    }
    change(&plan.discriminatorRate, discriminatorRate)
    change(&plan.generatorRate, generatorRate)
    plan.temperature.from = temperature ?? plan.temperature.from
    plan.temperature.to = finalTemperature ?? temperature ?? plan.temperature.to
    if let sampling { plan.settings.sampling = sampling }
    plan.settings.hiddenWidths = hiddenWidths(preset: plan.settings.hiddenWidths)
    if let smoothReal { plan.settings.smoothsRealRows = smoothReal }
    if let average {
      plan.averageDecay = Float(average)
      // What is below 1 may be 1 as float32.
      if plan.averageDecay >= 1 { plan.averageDecay = Float(1).nextDown }
    }
    if let clip { plan.gradientNorm = clip == 0 ? nil : Float(clip) }
    try checkSize(plan)
    return plan
  }

  /// Larger steps would not end within a second or two of a signal.
  private static let mostElements = 1 << 25

  /// Throws what cannot be had.
  private func checkSize(_ plan: StreamGAN.Hyperparameters) throws {
    let settings = plan.settings
    _ = try OptionChecks.steps(epochs: plan.epochs, stepsPerEpoch: plan.roundsPerEpoch)
    let most = Self.mostElements / settings.categoryCount
    guard settings.batchSize <= most else {
      throw ValidationError(
        "--batch-size \(settings.batchSize): with \(settings.categoryCount) categories, expected at "
          + "most \(most)")
    }
    guard settings.batchSize * plan.discriminatorSteps <= 4 * Self.mostElements else {
      throw ValidationError(
        "--discriminator-steps \(plan.discriminatorSteps): with batches of "
          + "\(settings.batchSize), expected at most \(4 * Self.mostElements / settings.batchSize)")
    }
    var size = settings.size
    // The history is held as it is learned, and once more as numbers to print.
    size.activations += 3 * Double(plan.epochs) * Double(settings.categoryCount)
    try OptionChecks.memory(
      for: size, "--hidden, --batch-size, --epochs or fewer categories")
  }

  private func hiddenWidths(preset: [Int]) -> [Int] {
    switch discriminator {
    case .logistic: []
    case .mlp where preset.isEmpty: widths ?? [32]
    case .mlp, nil: widths ?? preset
    }
  }
}

extension StreamGAN.Preset: ExpressibleByArgument {}
extension StreamGAN.Settings.Sampling: ExpressibleByArgument {}
