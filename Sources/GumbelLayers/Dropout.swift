import GumbelTensors

/// In training, sets each element to 0 with a probability and divides the others by the
/// probability of staying; in inference, does nothing (Srivastava et al. 2014).
public struct Dropout: Layer {
  /// The probability of an element to be set to 0.
  public let probability: Float

  /// Traps unless the probability lies in [0, 1).
  public init(_ probability: Float) {
    require(
      probability >= 0 && probability < 1,
      "Dropout: the probability lies in 0 ..< 1, found \(probability)")
    self.probability = probability
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    guard case .training(let key) = mode, probability > 0 else { return input }
    let stays = Tensor.uniform(input.shape, key: key) .> probability
    return input * (stays * (1 / (1 - probability)))
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("probability", probability)
  }
}
