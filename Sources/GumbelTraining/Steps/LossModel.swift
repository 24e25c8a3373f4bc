import GumbelTensors

/// A model with a loss, which ``Descent`` makes small.
public protocol LossModel: TensorGroup, Sendable {
  /// What one step is given.
  associatedtype Batch: TensorGroup

  /// What the terms of the loss are called, the first being what is minimised.
  static var termNames: [String] { get }

  /// The axis of a batch's tensors along which its examples lie, for devices and processes to share them
  /// (see `TensorGroup.sharded(along:)` and ``DataParallelism``): 0 unless it is given. Tensors without such
  /// an axis are all of every share's.
  static var batchAxis: Int { get }

  /// The loss on a batch: the terms, each a scalar.
  ///
  /// - Parameters:
  ///   - batch: what the step is given.
  ///   - weight: of the term that the plan's schedule weighs, where the model has one: a scalar.
  ///   - key: of all that is drawn.
  func loss(on batch: Batch, weight: Tensor, key: RandomKey) -> [Tensor]

  /// What the terms of ``loss(on:weight:key:)`` are means over, such as the number of tokens that count: a
  /// scalar. The terms of shards are weighed by it; see ``DataParallelism``. Nil, by default, where they are
  /// means over examples, of which all shards have equally many. It has to be above 0 for every shard.
  static func meanCount(of batch: Batch) -> Tensor?

  /// Lets gradient estimators take note of the terms; see `GradientEstimator.observe(_:)`. By default
  /// there are none.
  mutating func observe(terms: [Tensor])

  /// Sets the temperature of relaxed draws; see `GradientEstimator.anneal(to:)`. By default there are
  /// none.
  mutating func anneal(to temperature: Double)
}

extension LossModel {
  public static var batchAxis: Int { 0 }
  public static func meanCount(of batch: Batch) -> Tensor? { nil }
  public mutating func observe(terms: [Tensor]) {}
  public mutating func anneal(to temperature: Double) {}
}
