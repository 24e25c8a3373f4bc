import GumbelTensors

/// A convolution of images: `activation(x ∗ w + b)`, x […, height, width, in], w [kernel, kernel,
/// in, out], b [out]. The result is […, rows, columns, out].
public struct Conv2D: Layer {
  /// w: [kernel height, kernel width, in, out].
  public var weight: Tensor
  /// b: [out].
  public var bias: Tensor
  /// By how many elements the kernel advances.
  public let stride: Int
  /// The zeros around an image.
  public let padding: ConvolutionPadding
  /// What is applied to `x ∗ w + b`.
  public let activation: Activation

  /// Creates a layer with a bias of 0.
  ///
  /// - Parameters:
  ///   - inputs: the channels of what comes in.
  ///   - outputs: the channels of what goes out.
  ///   - kernel: height and width of the kernel.
  ///   - stride: by how many elements the kernel advances.
  ///   - padding: the zeros around an image.
  ///   - activation: applied to `x ∗ w + b`.
  ///   - initializer: of the weight; by default Glorot's, or He's before a ReLU.
  ///   - key: of the weight's draw.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
    padding: ConvolutionPadding = .valid, activation: Activation = .linear,
    initializer: Initializer? = nil, key: RandomKey
  ) {
    let initializer = initializer ?? (activation == .relu ? .heUniform : .glorotUniform)
    weight = initializer([kernel, kernel, inputs, outputs], key: key)
    bias = Tensor.zeros([outputs])
    self.stride = stride
    self.padding = padding
    self.activation = activation
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    convolution2D(
      input, weight: weight, bias: bias, stride: stride, padding: padding, activation: activation)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("weight", &weight)
    visitor.visit("bias", &bias)
    visitor.note("stride", stride)
    visitor.note("padding", padding)
    visitor.note("activation", activation)
  }
}
