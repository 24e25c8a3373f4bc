import GumbelTensors

/// A training that went wrong: a term of its loss, or one of its tensors, is not finite.
public struct TrainingError: Error, Hashable, CustomStringConvertible {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The number of steps before the one that went wrong.
  public let step: Int
  /// What was found, such as `the loss became nan`.
  public let finding: String

  public var description: String {
    "step \(step), in epoch \(epoch): \(finding), expected finite numbers; a lower learning rate or a "
      + "higher temperature may help"
  }

  init(epoch: Int, step: Int, found: [(name: String, value: Float)]) {
    self.epoch = epoch
    self.step = step
    finding = found.map { "the \($0.name) became \($0.value.isNaN ? .nan : $0.value)" }
      .joined(separator: " and ")
  }
}

extension TensorGroup {
  /// The name of a tensor that holds a value which is not finite, and that value; nil where all are
  /// finite.
  package var notFinite: (name: String, value: Float)? {
    for (name, tensor) in namedTensors where tensor.elementType == .float32 {
      // A sum of few finite numbers may be infinite, and one of others is never finite.
      if tensor.count > 0, !tensor.sum().scalar.isFinite,
        let value = tensor.scalars.first(where: { !$0.isFinite })
      {
        return (name, value)
      }
    }
    return nil
  }
}
