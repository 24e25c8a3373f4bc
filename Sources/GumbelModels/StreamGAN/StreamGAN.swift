import GumbelLayers
import GumbelOptimizers
import GumbelTensors
import GumbelTraining

/// A generative adversarial network that discovers the distribution of a stream of categories.
///
/// The generator is nothing but the logits of a categorical distribution; it draws by the
/// Gumbel-softmax trick, so that the discriminator's judgement reaches the logits as a gradient.
/// The discriminator sees one-hot rows: the stream's, and the generator's.
///
/// With d the discriminator's logit, x a real row and y a drawn one, the losses are means of
/// sigmoid cross-entropies:
///
///     discriminator: E softplus(-d(x)) + E softplus(d(y))        generator: E softplus(-d(y))
///
/// A batch is int32 categories, `[discriminatorSteps, batchSize]`: each step of the discriminator has
/// real rows of its own.
public struct StreamGAN: AdversarialModel {
  /// What was fixed before training.
  public private(set) var settings: Settings
  /// Of the settings, which every step of a training notes.
  private let settingsHash: Int
  /// The generator: the unnormalised log-probabilities of the categories.
  public var generator: Tensor
  /// Tells real rows (positive logits) from drawn ones: [batch, categories] to [batch, 1].
  public var discriminator: Sequential
  /// The temperature of the relaxed samples: a scalar.
  public private(set) var temperature = Tensor(1)

  /// Creates an untrained network: all categories equally probable.
  public init(_ settings: Settings, key: RandomKey) {
    self.settings = settings
    settingsHash = settings.hashValue
    generator = Tensor.ones([settings.categoryCount])
    discriminator = Sequential.mlp(
      [settings.categoryCount] + settings.hiddenWidths + [1], key: key.folding(in: "discriminator"))
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("generator", &generator)
    visitor.visit("discriminator", &discriminator)
    visitor.visit("temperature", &temperature)
    visitor.note("settings", settingsHash)
  }

  public func discriminatorLoss(
    on batch: Tensor, step: Int, key: RandomKey
  ) -> (Sequential) -> Tensor {
    let drawn = drawnRows(from: generator, key: key.folding(in: 0))
    let real = realRows(batch[step], key: key.folding(in: 1))
    return { discriminator in
      sigmoidCrossEntropy(logits: Self.judge(real, by: discriminator), labels: Tensor(1)).mean()
        + sigmoidCrossEntropy(logits: Self.judge(drawn, by: discriminator), labels: Tensor(0))
        .mean()
    }
  }

  public func generatorLoss(on batch: Tensor, key: RandomKey) -> (Tensor) -> Tensor {
    { logits in
      sigmoidCrossEntropy(
        logits: Self.judge(drawnRows(from: logits, key: key), by: discriminator), labels: Tensor(1)
      ).mean()
    }
  }

  public mutating func anneal(to temperature: Double) {
    self.temperature = Tensor(Float(temperature))
  }

  public func ofShard(outOf count: Int) -> StreamGAN? {
    guard settings.batchSize % count == 0 else { return nil }
    var part = self
    part.settings.batchSize /= count
    return part
  }

  public static func part(_ shard: Shard, of batch: Tensor) -> Tensor {
    batch.shard(shard, along: 1)
  }

  public func hasLongRounds(_ plan: AdversarialPlan) -> Bool {
    settings.elementsPerRound(plan) >= Self.mostCompiledElements
  }

  /// A round of so many elements takes a good part of a second.
  private static let mostCompiledElements = 1 << 24
}

extension Training<Adversarial<StreamGAN, Adam>> {
  /// Creates a training of a stream GAN of which nothing is done yet.
  public init(_ settings: StreamGAN.Settings, plan: AdversarialPlan, key: RandomKey) {
    self.init(Adversarial(StreamGAN(settings, key: key), plan: plan), key: key)
  }

  /// Creates a training of a stream GAN of which nothing is done yet.
  public init(_ hyperparameters: StreamGAN.Hyperparameters, key: RandomKey) {
    self.init(hyperparameters.settings, plan: hyperparameters.plan, key: key)
  }

  /// The distribution learned so far: of the averaged logits, where the plan asks for them.
  public var learnedProbabilities: [Float] { subject.learned.softmax().scalars }

  /// Trains until the plan is done, the source ends or the loop is stopped; see
  /// `Training.run(on:loop:compiled:save:endOfEpoch:)`.
  ///
  /// - Parameters:
  ///   - source: gives the real categories.
  ///   - loop: counts the steps; by default those of the plan, without observers.
  ///   - compiled: whether to compile the step; the results are the same to the bit.
  ///   - endOfEpoch: called with the training as it then is.
  /// - Returns: whether the plan is done.
  public mutating func run(
    on source: inout some CategorySource, loop: TrainingLoop? = nil, compiled: Bool = true,
    endOfEpoch: (Training) throws -> Void = { _ in }
  ) throws -> Bool {
    let shape = StreamGAN.batchShape(subject.model.settings, subject.plan)
    return try run(
      on: { try source.batch(of: shape, round: $0) }, loop: loop, compiled: compiled
    ) {
      try endOfEpoch($0)
      return Measurements()
    }
  }
}

extension StreamGAN {
  /// The shape of what a round is given.
  public static func batchShape(_ settings: Settings, _ plan: AdversarialPlan) -> Shape {
    [plan.discriminatorSteps, settings.batchSize]
  }
}

extension CategorySource {
  /// The next categories as a tensor; nil when there is nothing to learn from any more.
  public mutating func batch(of shape: Shape, round: Int) throws -> Tensor? {
    try batch(shape.count, round: round).map { Tensor(int32: $0, shape: shape) }
  }
}
