import GumbelTensors

// Snippet:
// var training = Training(
//   Descent(Model(), plan: DescentPlan(epochs: 2, stepsPerEpoch: 25)), key: key)
// let points = Tensor.normal([1000, 3], key: key)
/// Batches that are made of tensors by operations on them, so that a device makes them by itself: the
/// tensors go there once, and a call of many steps is given their numbers alone.
///
/// A batch is a function of the value's tensors and of the number of its step, as it is where a closure
/// gives it. On the host, where there is nothing to save, it is made by the same functions step by step.
///
/// ```swift
/// struct Points: TensorBatches {
///   var x: Tensor
///   var key: RandomKey
///
///   mutating func visit(_ visitor: inout some TensorVisitor) {
///     visitor.visit("x", &x)
///     visitor.visit("key", &key)
///   }
///
///   /// Another order in each epoch: 25 batches of 40 of the 1000 points.
///   func epoch(_ number: Tensor) -> Tensor {
///     Tensor.permutation(1000, key: key.folding(in: number)).reshaped(to: [25, 40])
///   }
///
///   func batch(_ place: Tensor, in order: Tensor) -> Tensor {
///     x.gatheringRows(at: order.gatheringRows(at: place))
///   }
/// }
/// let isDone = try training.run(on: Points(x: points, key: RandomKey(1)))
/// ```
public protocol TensorBatches: TensorGroup {
  /// What one step is given.
  associatedtype Batch: TensorGroup
  /// What the batches of an epoch have in common, such as their order.
  associatedtype Epoch: TensorGroup

  /// What the batches of an epoch have in common, which is made once for many of them.
  ///
  /// - Parameter number: of the epoch, from 0: an int32 scalar.
  func epoch(_ number: Tensor) -> Epoch

  /// A batch.
  ///
  /// - Parameters:
  ///   - place: the number of its step in the epoch, from 0: an int32 scalar.
  ///   - epoch: what ``epoch(_:)`` gives.
  func batch(_ place: Tensor, in epoch: Epoch) -> Batch
}

/// Batches and the number of an epoch: what all steps of a call share.
struct EpochBatches<Batches: TensorBatches>: TensorGroup {
  var batches: Batches
  var epoch: Tensor

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("batches", &batches)
    visitor.visit("epoch", &epoch)
  }
}
