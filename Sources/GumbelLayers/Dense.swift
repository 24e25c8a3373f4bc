import GumbelTensors

/// A fully connected layer: `activation(x w + b)`, x […, in], w [in, out], b [out].
public struct Dense: Layer {
  /// w: [in, out].
  public var weight: Tensor
  /// b: [out].
  public var bias: Tensor
  /// What is applied to `x w + b`.
  public let activation: Activation

  /// Creates a layer with a bias of 0.
  ///
  /// - Parameters:
  ///   - inputs: the innermost extent of what comes in.
  ///   - outputs: the innermost extent of what goes out.
  ///   - activation: applied to `x w + b`.
  ///   - initializer: of the weight; by default Glorot's, or He's before a ReLU.
  ///   - key: of the weight's draw.
  public init(
    _ inputs: Int, _ outputs: Int, activation: Activation = .linear,
    initializer: Initializer? = nil, key: RandomKey
  ) {
    let initializer = initializer ?? (activation == .relu ? .heUniform : .glorotUniform)
    weight = initializer([inputs, outputs], key: key)
    bias = Tensor.zeros([outputs])
    self.activation = activation
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    dense(input, weight: weight, bias: bias, activation: activation)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("bias", &bias)
    visitor.note("activation", activation)
  }
}
