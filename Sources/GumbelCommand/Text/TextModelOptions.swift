import ArgumentParser
import SwiftGumbel

/// The network of `gumbel text train`.
struct TextModelOptions: ParsableArguments {
  @Option("The network: lstm, gru or transformer.", valueName: "name")
  var model = TextModel.NetworkKind.lstm
  @Option(
    "Elements of a layer's output. (default: 256, against a discriminator 64)", valueName: "n")
  var hidden: Int?
  @Option("Layers on each other.", valueName: "n") var layers = 1
  @Option("Heads of a transformer's attention. (default: 4)", valueName: "n") var heads: Int?
  @Option(
    "Elements of a symbol's vector. (default: 64, with --tied those of --hidden)", valueName: "n")
  var embedding: Int?
  @Option("The part of the layers' outputs that is set to 0 in training.", valueName: "part")
  var dropout = 0.0
  @Flag(help: "The symbols' vectors are the output layer's weights too.") var tied = false

  func validate() throws {
    try OptionChecks.count(hidden, "--hidden", upTo: 65_536)
    try OptionChecks.count(layers, "--layers", upTo: 64)
    try OptionChecks.count(heads, "--heads", upTo: 65_536)
    try OptionChecks.count(embedding, "--embedding", upTo: 65_536)
    try OptionChecks.share(dropout, "--dropout")
  }

  /// - Parameter maximumLength: symbols of a string at most.
  func settings(
    vocabularyCount: Int, maximumLength: Int, objective: TextObjective
  ) throws -> TextModel.Settings {
    let hidden = hidden ?? (objective == .likelihood ? 256 : 64)
    if tied, let embedding, embedding != hidden {
      throw ValidationError(
        "--embedding \(embedding): with --tied, expected that of --hidden, \(hidden)")
    }
    if let heads, model != .transformer {
      throw ValidationError("--heads \(heads): expected --model transformer, which has heads")
    }
    let heads = heads ?? 4
    if model == .transformer, hidden % heads != 0 {
      throw ValidationError("--heads \(heads): expected a divisor of --hidden, \(hidden)")
    }
    var settings = TextModel.Settings(vocabularyCount: vocabularyCount)
    settings.heads = heads
    settings.time = maximumLength + 1
    settings.kind = model
    settings.hidden = hidden
    settings.layers = layers
    settings.embedding = embedding ?? (tied ? hidden : 64)
    settings.dropout = Float(dropout)
    settings.tiesWeights = tied
    try OptionChecks.memory(
      for: settings.size(batch: 1, time: 1), "--hidden, --layers or --embedding")
    return settings
  }
}

extension TextModel.NetworkKind: ExpressibleByArgument {}

/// What is minimised.
enum TextObjective: String, Codable, CaseIterable, ExpressibleByArgument {
  /// -log p of the strings.
  case likelihood
  /// What a discriminator makes of generated strings.
  case gan
  /// The first, and then the second.
  case pretrainedGAN = "pretrained-gan"
}

/// How long `gumbel text train` trains, and what changes on the way.
struct TextPlanOptions: ParsableArguments {
  @Option(
    "Times that each training string is seen; 0 for a network that is not trained. (default: 20, "
      + "against a discriminator 80)", valueName: "n")
  var epochs: Int?
  @Option(
    "Strings of a step (default: 64, or all training strings where there are fewer).",
    valueName: "n")
  var batchSize: Int?
  @Option(
    "The learning rate of Adam, at the start. (default: 0.002, against a discriminator 0.001 for "
      + "both players)", valueName: "x")
  var learningRate: Double?
  @Option(
    "The learning rate at the end, along half a cosine; by default a hundredth of the first, "
      + "against a discriminator a tenth.", valueName: "x")
  var finalLearningRate: Double?
  @Option(
    "Scale gradients with a larger norm down to this one, those of both players against a "
      + "discriminator; 0 for none. (default: 1, against a discriminator 0)", valueName: "norm")
  var clip: Double?

  func validate() throws {
    try OptionChecks.count(epochs, "--epochs", from: 0, upTo: 1_000_000)
    try OptionChecks.count(batchSize, "--batch-size", upTo: 1_000_000)
    try OptionChecks.positive(learningRate, "--learning-rate", upTo: 100)
    try OptionChecks.notNegative(finalLearningRate, "--final-learning-rate", upTo: 100)
    try OptionChecks.notNegative(clip, "--clip", upTo: 1e9)
  }

  /// Those that were given, or the usual ones.
  func epochCount(_ objective: TextObjective) -> Int {
    epochs ?? (objective == .likelihood ? 20 : 80)
  }

  /// The strings of a step, of so many for training.
  func batchSize(stringCount: Int) -> Int { batchSize ?? min(64, stringCount) }

  /// What a plan is made of, by either objective.
  struct Numbers {
    let epochs, stepsPerEpoch: Int
    let learningRate: (from: Double, to: Double)
    let gradientNorm: Float?
  }

  /// The numbers of a plan for so many training strings.
  ///
  /// - Parameter epochs: how many; nil for those that were given, or the usual ones.
  func numbers(
    stringCount: Int, objective: TextObjective, epochs: Int? = nil
  ) throws -> Numbers {
    let isLikelihood = objective == .likelihood
    let epochs = epochs ?? epochCount(objective)
    let clip = clip ?? (isLikelihood ? 1 : 0)
    let learningRate = learningRate ?? (isLikelihood ? 0.002 : 0.001)
    let batchSize = batchSize(stringCount: stringCount)
    try OptionChecks.batchSize(batchSize, of: stringCount, "strings")
    _ = try OptionChecks.steps(epochs: epochs, stepsPerEpoch: stringCount / batchSize)
    return Numbers(
      epochs: epochs, stepsPerEpoch: stringCount / batchSize,
      learningRate: (
        learningRate, finalLearningRate ?? learningRate / (isLikelihood ? 100 : 10)
      ),
      gradientNorm: clip == 0 ? nil : Float(clip))
  }
}

extension DescentPlan {
  /// A plan by likelihood.
  init(_ numbers: TextPlanOptions.Numbers) {
    self.init(epochs: numbers.epochs, stepsPerEpoch: numbers.stepsPerEpoch)
    let (start, end) = numbers.learningRate
    learningRate =
      end == start ? .constant(start) : .cosine(from: start, to: end, over: max(stepCount, 1))
    gradientNorm = numbers.gradientNorm
  }
}
