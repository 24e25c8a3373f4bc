import Tensors

extension TensorGroup {
  /// The name of a tensor that holds a value which is not finite, and that value; nil where all are
  /// finite.
  package var notFinite: (name: String, value: Float)? {
    for (name, tensor) in namedTensors where tensor.elementType.isDifferentiable {
      // A sum of few finite numbers may be infinite, and one of others is never finite.
      if tensor.count > 0, !tensor.sum().scalar.isFinite,
        let value = tensor.scalars.first(where: { !$0.isFinite })
      {
        return (name, value)
      }
    }
    return nil
  }

  /// Throws where a training is not worth keeping, so that what was saved before it went wrong
  /// stays.
  ///
  /// - Parameters:
  ///   - step: the number of steps done.
  ///   - stepsPerEpoch: in each epoch.
  package func checkFinite(step: Int, stepsPerEpoch: Int) throws(ModelTrainingError) {
    guard let (name, value) = notFinite else { return }
    throw ModelTrainingError(
      epoch: max(step - 1, 0) / stepsPerEpoch + 1, term: "tensor \(name)", value: value)
  }
}
