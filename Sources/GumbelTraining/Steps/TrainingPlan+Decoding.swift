import GumbelFiles

extension KeyedDecodingContainer {
  /// The epochs of a plan and the steps of each, of which there are no more than a step's number
  /// can count.
  func length(_ epochs: Key, _ stepsPerEpoch: Key) throws -> (epochs: Int, stepsPerEpoch: Int) {
    let steps = try count(stepsPerEpoch, 1...TrainingLoop.mostSteps)
    return (try count(epochs, 0...(TrainingLoop.mostSteps / steps)), steps)
  }

  /// The norm that gradients are scaled down to, if there is one.
  func gradientNorm(_ key: Key) throws -> Float? {
    try checkedIfPresent(key, "a number above 0", where: { $0 > 0 && $0.isFinite })
  }
}
