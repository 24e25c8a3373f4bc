import ArgumentParser
import Gumbel

/// The hyperparameters of `gumbel learn`; what is not given is the preset's.
struct PlanOptions: ParsableArguments {
  enum DiscriminatorKind: String, ExpressibleByArgument, CaseIterable { case logistic, mlp }

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Epochs; the history has one row for each.", valueName: "n"))
  var epochs: Int?
  @Option(parsing: .unconditional, help: ArgumentHelp("Rounds in an epoch.", valueName: "n"))
  var rounds: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Symbols in a batch, real and drawn.", valueName: "n"))
  var batchSize: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps of the discriminator in a round.", valueName: "n"))
  var discriminatorSteps: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Steps of the generator in a round.", valueName: "n"))
  var generatorSteps: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The discriminator's learning rate (Adam).", valueName: "x"))
  var discriminatorRate: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The generator's learning rate (Adam).", valueName: "x"))
  var generatorRate: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Both learning rates end at this fraction of their start.", valueName: "x"))
  var rateDecay: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The temperature of the samples, at the start.", valueName: "t"))
  var temperature: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The temperature at the end; with --temperature alone it is constant.", valueName: "t"))
  var finalTemperature: Double?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "What the discriminator is shown of the generator: relaxed samples (gumbel-softmax), or "
        + "one-hot samples with their gradient (straight-through).", valueName: "name"))
  var sampling: StreamGAN.Settings.Sampling?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The discriminator: a logistic regression, or a perceptron with hidden layers.",
      valueName: "logistic|mlp"))
  var discriminator: DiscriminatorKind?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Widths of the perceptron's hidden layers.", valueName: "widths"))
  var hidden: String?
  @Flag(
    inversion: .prefixedNo,
    help: "Show the discriminator real symbols as relaxed as the drawn ones.")
  var smoothReal: Bool?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Decay of the logits' moving average, a generator step; 0 for none.", valueName: "x"))
  var average: Double?

  /// The preset's plan with what was given in its place.
  func plan(_ preset: StreamGAN.Preset, categoryCount: Int) throws -> StreamGAN.Plan {
    var plan = preset.plan(categoryCount: categoryCount)
    plan.epochs = try positive(epochs, "--epochs") ?? plan.epochs
    plan.roundsPerEpoch = try positive(rounds, "--rounds") ?? plan.roundsPerEpoch
    plan.settings.batchSize = try positive(batchSize, "--batch-size") ?? plan.settings.batchSize
    plan.settings.discriminatorSteps =
      try positive(discriminatorSteps, "--discriminator-steps") ?? plan.settings.discriminatorSteps
    plan.settings.generatorSteps =
      try positive(generatorSteps, "--generator-steps") ?? plan.settings.generatorSteps

    let decay = try inRange(rateDecay, "--rate-decay", above: 0, upTo: 1)
    if let rate = try inRange(discriminatorRate, "--discriminator-rate", above: 0, upTo: 100) {
      plan.finalDiscriminatorRate *= rate / plan.discriminatorRate
      plan.discriminatorRate = rate
    }
    if let rate = try inRange(generatorRate, "--generator-rate", above: 0, upTo: 100) {
      plan.finalGeneratorRate *= rate / plan.generatorRate
      plan.generatorRate = rate
    }
    if let decay {
      plan.finalDiscriminatorRate = plan.discriminatorRate * decay
      plan.finalGeneratorRate = plan.generatorRate * decay
    }
    let end = try inRange(finalTemperature, "--final-temperature", above: 0, upTo: 1e6)
    if let start = try inRange(temperature, "--temperature", above: 0, upTo: 1e6) {
      plan.temperature = start
      plan.finalTemperature = end ?? start
    } else if let end {
      plan.finalTemperature = end
    }
    if let sampling { plan.settings.sampling = sampling }
    plan.settings.hiddenWidths = try hiddenWidths(preset: plan.settings.hiddenWidths)
    if let smoothReal { plan.settings.smoothsRealRows = smoothReal }
    if let average {
      guard average >= 0, average < 1 else {
        throw ValidationError("--average \(average): expected a number from 0 to below 1")
      }
      plan.settings.averageDecay = Float(average)
      // What is below 1 may be 1 as float32.
      if plan.settings.averageDecay >= 1 { plan.settings.averageDecay = Float(1).nextDown }
    }
    try checkSize(plan)
    return plan
  }

  /// Larger steps would not end within a second or two of a signal.
  private static let mostElements = 1 << 25
  /// The steps of a round are recorded one by one.
  private static let mostSteps = 10_000

  /// Throws what cannot be had.
  private func checkSize(_ plan: StreamGAN.Plan) throws {
    let settings = plan.settings
    try OptionChecks.count(
      settings.discriminatorSteps, "--discriminator-steps", upTo: Self.mostSteps)
    try OptionChecks.count(settings.generatorSteps, "--generator-steps", upTo: Self.mostSteps)
    _ = try OptionChecks.steps(epochs: plan.epochs, stepsPerEpoch: plan.roundsPerEpoch)
    let most = Self.mostElements / settings.categoryCount
    guard settings.batchSize <= most else {
      throw ValidationError(
        "--batch-size \(settings.batchSize): with \(settings.categoryCount) categories, expected at "
          + "most \(most)")
    }
    guard settings.batchSize * settings.discriminatorSteps <= 4 * Self.mostElements else {
      throw ValidationError(
        "--discriminator-steps \(settings.discriminatorSteps): with batches of "
          + "\(settings.batchSize), expected at most \(4 * Self.mostElements / settings.batchSize)")
    }
    var size = settings.size
    // The history is held as it is learned, and once more as numbers to print.
    size.activations += 3 * Double(plan.epochs) * Double(settings.categoryCount)
    if let problem = MachineMemory.problem(
      of: size, options: "--hidden, --batch-size, --epochs or fewer categories")
    {
      throw ValidationError(problem)
    }
  }

  private func hiddenWidths(preset: [Int]) throws -> [Int] {
    if discriminator == .logistic {
      if hidden != nil {
        throw ValidationError("--hidden \(hidden!): a logistic discriminator has no hidden layers")
      }
      return []
    }
    if let hidden {
      return try hidden.split(separator: ",", omittingEmptySubsequences: false).map { text in
        guard let width = Int(text), (1...65_536).contains(width) else {
          throw ValidationError(
            "--hidden \(hidden): expected widths from 1 to 65536, separated by commas")
        }
        return width
      }
    }
    return discriminator == .mlp && preset.isEmpty ? [32] : preset
  }

  private func positive(_ value: Int?, _ name: String) throws -> Int? {
    if let value, !(1...100_000_000).contains(value) {
      throw ValidationError("\(name) \(value): expected a whole number from 1 to 100000000")
    }
    return value
  }

  private func inRange(
    _ value: Double?, _ name: String, above lower: Double, upTo upper: Double
  ) throws -> Double? {
    if let value, !(value > lower && value <= upper) {
      throw ValidationError(
        "\(name) \(value): expected a number above \(Int(lower)) and up to \(Int(upper))")
    }
    return value
  }
}

extension StreamGAN.Preset: ExpressibleByArgument {}
extension StreamGAN.Settings.Sampling: ExpressibleByArgument {}
