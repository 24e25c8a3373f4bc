import ArgumentParser
import SwiftGumbel

/// How long `gumbel vae train` trains, and what changes on the way.
struct VAEPlanOptions: ParsableArguments {
  enum Annealing: String, ExpressibleByArgument, CaseIterable { case geometric, linear, cosine }

  @Option(
    "Times that each training image is seen; 0 for a network that is not trained. (default: 20, "
      + "with --resume those of the run)", valueName: "n")
  var epochs: Int?
  @Option(
    "Images of a step (default: 100, or all training images where there are fewer).",
    valueName: "n")
  var batchSize: Int?
  @Option("The learning rate of Adam, at the start.", valueName: "x") var learningRate = 0.001
  @Option(
    "The learning rate at the end, along half a cosine; by default that of the start.",
    valueName: "x")
  var finalLearningRate: Double?
  @Option(
    "Of relaxed draws, at the start (default: 1); without --final-temperature it is constant.",
    valueName: "t")
  var temperature: Double?
  @Option("The temperature at the end (default: 0.5).", valueName: "t")
  var finalTemperature: Double?
  @Option(
    "How the temperature comes to its end over the whole training: geometric, linear or cosine. "
      + "(default: geometric)", valueName: "name")
  var anneal: Annealing?
  @Option(
    "Multiply the temperature by e^-r a step instead, down to the final one, as Jang et al. do "
      + "with 1e-5.", valueName: "r")
  var annealRate: Double?
  @Option(
    "Steps between changes of the temperature (by default 100, or a hundredth of the training).",
    valueName: "n")
  var annealEvery: Int?
  @Option(
    "What the divergence is multiplied by in training; other than 1, what is trained is no bound "
      + "(β-VAE).", valueName: "x")
  var klWeight = 1.0
  @Option("Epochs in which that weight rises from 0.", valueName: "n") var klWarmUp = 0
  @Option("Scale gradients with a larger norm down to this one; 0 for none.", valueName: "norm")
  var clip = 0.0

  func validate() throws {
    try OptionChecks.count(epochs, "--epochs", from: 0, upTo: 1_000_000)
    try OptionChecks.count(batchSize, "--batch-size", upTo: 1_000_000)
    try OptionChecks.positive(learningRate, "--learning-rate", upTo: 100)
    try OptionChecks.notNegative(finalLearningRate, "--final-learning-rate", upTo: 100)
    try OptionChecks.positive(temperature, "--temperature", upTo: 1e6)
    try OptionChecks.positive(finalTemperature, "--final-temperature", upTo: 1e6)
    try OptionChecks.positive(annealRate, "--anneal-rate", upTo: 1)
    try OptionChecks.count(annealEvery, "--anneal-every")
    try OptionChecks.notNegative(klWeight, "--kl-weight", upTo: 1e6)
    try OptionChecks.notNegative(clip, "--clip", upTo: 1e9)
  }

  private static let usualEpochs = 20

  /// Throws where options contradict each other, or one would not be heeded.
  ///
  /// - Parameter hasTemperature: whether something is drawn at a temperature.
  func checkUse(hasTemperature: Bool) throws {
    try OptionChecks.count(klWarmUp, "--kl-warm-up", from: 0, upTo: epochs ?? Self.usualEpochs)
    let given = [
      ("--temperature", temperature != nil), ("--final-temperature", finalTemperature != nil),
      ("--anneal", anneal != nil), ("--anneal-rate", annealRate != nil),
      ("--anneal-every", annealEvery != nil),
    ].filter(\.1).map(\.0)
    if !hasTemperature, let name = given.first {
      throw ValidationError(
        "\(name): this --latent and --estimator have no temperature; expected none of its options")
    }
    if anneal != nil, annealRate != nil {
      throw ValidationError(
        "--anneal and --anneal-rate: expected one of them, since the rate says how the temperature "
          + "falls")
    }
    if temperature != nil, finalTemperature == nil,
      let name = given.first(where: { $0.hasPrefix("--anneal") })
    {
      throw ValidationError(
        "\(name): with --temperature alone it is constant; expected --final-temperature too")
    }
    let (start, end) = (temperature ?? 1, finalTemperature ?? temperature ?? 0.5)
    if annealRate != nil, start < end {
      throw ValidationError(
        "--final-temperature \(NumberText.short(end)): with --anneal-rate the temperature falls; "
          + "expected at most \(NumberText.short(start))")
    }
  }

  /// The images of a step, of so many for training.
  func batchSize(imageCount: Int) -> Int { batchSize ?? min(100, imageCount) }

  /// The plan for so many training images.
  ///
  /// - Parameter epochs: how many; nil for those that were given, or the usual ones.
  func plan(imageCount: Int, epochs: Int? = nil) throws -> DescentPlan {
    let epochs = epochs ?? self.epochs ?? Self.usualEpochs
    let batchSize = batchSize(imageCount: imageCount)
    try OptionChecks.batchSize(batchSize, of: imageCount, "images")
    var plan = DescentPlan(epochs: epochs, stepsPerEpoch: imageCount / batchSize)
    let steps = try OptionChecks.steps(epochs: epochs, stepsPerEpoch: plan.stepsPerEpoch)
    if let finalLearningRate, finalLearningRate != learningRate {
      plan.learningRate = .cosine(from: learningRate, to: finalLearningRate, over: max(steps, 1))
    } else {
      plan.learningRate = .constant(learningRate)
    }
    plan.temperature = temperatureSchedule(steps: steps)
    plan.gradientNorm = clip == 0 ? nil : Float(clip)
    plan.weight =
      klWarmUp == 0
      ? .constant(klWeight)
      : .linear(from: 0, to: klWeight, over: klWarmUp * plan.stepsPerEpoch)
    return plan
  }

  private func temperatureSchedule(steps: Int) -> Schedule {
    let start = temperature ?? 1
    let end = finalTemperature ?? temperature ?? 0.5
    let every = annealEvery ?? max(1, min(100, steps / 100))
    if start == end || steps == 0 { return .constant(start) }
    if let annealRate {
      return .exponential(from: start, rate: annealRate, floor: end, every: every)
    }
    switch anneal ?? .geometric {
    case .geometric: return .geometric(from: start, to: end, over: steps, every: every)
    case .linear: return .linear(from: start, to: end, over: steps, every: every)
    case .cosine: return .cosine(from: start, to: end, over: steps, every: every)
    }
  }
}
