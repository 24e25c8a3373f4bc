import GumbelTensors

/// A transposed convolution, which enlarges images by its stride: `activation(x ∗ᵀ w + b)`,
/// x […, rows, columns, in], w [kernel, kernel, out, in], b [out]. The result is […, height, width,
/// out].
///
/// The size of the result is the smallest that a ``Conv2D`` with this kernel, stride and padding
/// would make x's rows and columns of; with a padding of `.same`, `stride` times x's.
public struct ConvTranspose2D: Layer {
  /// w: [kernel height, kernel width, out, in].
  public var weight: Tensor
  /// b: [out].
  public var bias: Tensor
  /// By how many elements of the result the kernel advances.
  public let stride: Int
  /// The margin of the result that is cut off.
  public let padding: ConvolutionPadding
  /// What is applied to `x ∗ᵀ w + b`.
  public let activation: Activation

  /// Creates a layer with a bias of 0.
  ///
  /// - Parameters:
  ///   - inputs: the channels of what comes in.
  ///   - outputs: the channels of what goes out.
  ///   - kernel: height and width of the kernel.
  ///   - stride: by how many elements of the result the kernel advances.
  ///   - padding: the margin of the result that is cut off.
  ///   - activation: applied to `x ∗ᵀ w + b`.
  ///   - initializer: of the weight, as for a convolution from `inputs` to `outputs`; by default
  ///     Glorot's, or He's before a ReLU.
  ///   - key: of the weight's draw.
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1,
    padding: ConvolutionPadding = .valid, activation: Activation = .linear,
    initializer: Initializer? = nil, key: RandomKey
  ) {
    let initializer = initializer ?? (activation == .relu ? .heUniform : .glorotUniform)
    weight = initializer([kernel, kernel, inputs, outputs], key: key).transposed([0, 1, 3, 2])
    bias = Tensor.zeros([outputs])
    self.stride = stride
    self.padding = padding
    self.activation = activation
  }

  public func callAsFunction(_ input: Tensor, mode: Mode) -> Tensor {
    transposedConvolution2D(
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
