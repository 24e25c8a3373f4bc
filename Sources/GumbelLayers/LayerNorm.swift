import GumbelTensors

/// Normalises along the innermost axis: `(x - mean) / √(variance + ε) · scale + offset`
/// (Ba, Kiros & Hinton 2016).
public struct LayerNorm: Layer {
  /// What each normalised element is multiplied by: [width].
  public var scale: Tensor
  /// What is then added: [width].
  public var offset: Tensor
  /// What is added to the variance.
  public let epsilon: Float

  /// Creates a layer with a scale of 1 and an offset of 0.
  public init(_ width: Int, epsilon: Float = 1e-5) {
    scale = Tensor.ones([width])
    offset = Tensor.zeros([width])
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    input.standardised(epsilon: epsilon) * scale + offset
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("scale", &scale)
    visitor.visit("offset", &offset)
    visitor.note("epsilon", epsilon)
  }
}
