import GumbelTensors

/// Two networks that are trained against each other: a generator draws, and a discriminator tells what it
/// has drawn from what is real. ``Adversarial`` trains them.
public protocol AdversarialModel: TensorGroup, Sendable {
  /// What one round is given.
  associatedtype Batch: TensorGroup
  associatedtype Generator: TensorGroup & Sendable
  associatedtype Discriminator: TensorGroup & Sendable

  /// What draws.
  var generator: Generator { get set }
  /// What judges.
  var discriminator: Discriminator { get set }

  /// What a discriminator minimises in a step: draws what it is shown, and returns the loss of a
  /// discriminator, a scalar, which is differentiated.
  ///
  /// - Parameters:
  ///   - batch: what the round is given.
  ///   - step: the number of the discriminator's step in its round.
  ///   - key: of all that the step draws.
  func discriminatorLoss(
    on batch: Batch, step: Int, key: RandomKey
  ) -> (Discriminator) -> Tensor

  /// What a generator minimises against the model's discriminator in a step: the loss of a generator, a
  /// scalar.
  ///
  /// - Parameters:
  ///   - batch: what the round is given.
  ///   - key: of all that the step draws.
  func generatorLoss(on batch: Batch, key: RandomKey) -> (Generator) -> Tensor

  /// What a generator minimises before there is a discriminator, such as -log p of what is real. Only
  /// models whose plans have ``AdversarialPlan/pretrainingSteps`` are asked; by default there is no such
  /// loss, and to ask for it traps.
  func pretrainingLoss(on batch: Batch, key: RandomKey) -> (Generator) -> Tensor

  /// The model as it trains a shard of a round: its losses are those of a batch that is smaller by a
  /// factor. Nil, by default, where rounds cannot be cut; see ``DataParallelism``.
  ///
  /// - Parameter count: the number of shards.
  func ofShard(outOf count: Int) -> Self?

  /// A shard's part of what a round is given; by default all of it, for models whose steps draw examples
  /// from it.
  static func part(_ shard: Shard, of batch: Batch) -> Batch

  /// What is done before each step of the discriminator; by default nothing.
  mutating func beginDiscriminatorStep()

  /// Lets gradient estimators take note of the generator's loss; by default there are none.
  mutating func observe(generatorLoss: Tensor)

  /// Sets the temperature of relaxed draws.
  mutating func anneal(to temperature: Double)

  /// Whether a round of these numbers of steps takes a good part of a second or more; by default none
  /// does.
  func hasLongRounds(_ plan: AdversarialPlan) -> Bool
}

extension AdversarialModel {
  public func pretrainingLoss(on batch: Batch, key: RandomKey) -> (Generator) -> Tensor {
    fatalError("\(Self.self) has no loss for pretraining; expected a plan without pretrainingSteps")
  }

  public func ofShard(outOf count: Int) -> Self? { nil }
  public static func part(_ shard: Shard, of batch: Batch) -> Batch { batch }
  public mutating func beginDiscriminatorStep() {}
  public mutating func observe(generatorLoss: Tensor) {}
  public func hasLongRounds(_ plan: AdversarialPlan) -> Bool { false }
}
