import GumbelKernels

// The three products of a convolution are linear in each operand, and the gradients of each are the
// other two: the set is closed under differentiation.

/// `activation(x ∗ w + b)`: x […, height, width, in], w [kernel height, kernel width, in, out] and,
/// where there is a third operand, b [out].
struct Convolution: ProductPrimitive {
  var name: String { "convolution" }
  let stride: Int
  let padding: ConvolutionPadding
  var activation = Activation.linear
  var precision = Precision.float32

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: inputs.count == 3 ? 3 : 2)
    let (x, w) = (inputs[0].shape, inputs[1].shape)
    if x.rank < 3 || w.rank != 4 || x[-1] != w[2] || inputs.count == 3 && inputs[2].shape != [w[3]]
    {
      reject(
        inputs, "expected […, height, width, in], [kernel height, kernel width, in, out] and [out]")
    }
    guard let windows = windows(x, w) else {
      reject(inputs, "no kernel fits with a stride of \(stride) and a padding of \(padding)")
    }
    return OutputTypes(
      TensorType(x.prefix(x.rank - 3) + [Int(windows.rows), Int(windows.columns), w[3]]))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (x, w) = (inputs[0].shape, inputs[1].shape)
    let product = ConvolutionProduct(
      windows: windows(x, w)!, images: x.prefix(x.rank - 3).count, features: w[3],
      precision: precision)
    product.features(
      images: inputs[0].floats, kernel: inputs[1].floats,
      bias: inputs.count == 3 ? inputs[2].floats : nil, activation: activation,
      into: outputs[0].floats)
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let (x, w) = (writer.images(inputs[0]), inputs[1])
    let shape = types[0].shape
    let (rows, columns, features) = (shape[-3], shape[-2], shape[-1])
    let windows = [rows, columns].enumerated().map { axis, count in
      HLOWindow(
        stride: stride,
        padding: padding.zeros(
          extent: x.shape[1 + axis], kernel: w.shape[axis], stride: stride, positions: count))
    }
    let y = writer.convolution(
      x, w, "[b, 0, 1, f]x[0, 1, i, o]->[b, 0, 1, f]", windows: windows,
      [x.shape[0], rows, columns, features])
    return writer.finish(y, inputs, activation, types[0])
  }

  func pullback(_ p: Pullback) {
    let (x, w) = (p.input(0), p.input(1))
    let g = p.cotangentBeforeActivation(activation)
    p.add(
      apply1(
        TransposedConvolution(
          height: x.shape[-3], width: x.shape[-2], stride: stride, padding: padding), [g, w]),
      to: 0)
    p.add(
      apply1(
        ConvolutionKernelPullback(
          height: w.shape[0], width: w.shape[1], stride: stride, padding: padding), [x, g]), to: 1)
  }

  private func windows(_ x: Shape, _ w: Shape) -> gk_windows? {
    gk_windows(height: x[-3], width: x[-2], kernel: w, stride: stride, padding: padding)
  }
}

/// `activation(y ∗ᵀ w + b)`: the transpose, in y, of the convolution of images of a height and a
/// width with w: y […, rows, columns, in], w [kernel height, kernel width, out, in] and, where there
/// is a third operand, b [out].
struct TransposedConvolution: ProductPrimitive {
  var name: String { "transposedConvolution" }
  let height: Int
  let width: Int
  let stride: Int
  let padding: ConvolutionPadding
  var activation = Activation.linear
  var precision = Precision.float32

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: inputs.count == 3 ? 3 : 2)
    let (y, w) = (inputs[0].shape, inputs[1].shape)
    if y.rank < 3 || w.rank != 4 || y[-1] != w[3] || inputs.count == 3 && inputs[2].shape != [w[2]]
    {
      reject(
        inputs, "expected […, rows, columns, in], [kernel height, kernel width, out, in] and [out]")
    }
    guard let windows = windows(w), windows.rows == y[-3], windows.columns == y[-2] else {
      reject(
        inputs,
        "an image of \(height) by \(width) does not have so many rows and columns with a "
          + "stride of \(stride) and a padding of \(padding)")
    }
    return OutputTypes(TensorType(y.prefix(y.rank - 3) + [height, width, w[2]]))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (y, w) = (inputs[0].shape, inputs[1].shape)
    let product = ConvolutionProduct(
      windows: windows(w)!, images: y.prefix(y.rank - 3).count, features: w[3],
      precision: precision)
    product.images(
      features: inputs[0].floats, kernel: inputs[1].floats,
      bias: inputs.count == 3 ? inputs[2].floats : nil, activation: activation,
      into: outputs[0].floats)
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let (y, w) = (writer.images(inputs[0]), inputs[1])
    // A convolution of the elements, spread out, with the kernel turned round.
    let windows = [height, width].enumerated().map { axis, extent in
      let kernel = w.shape[axis]
      let zeros = padding.zeros(
        extent: extent, kernel: kernel, stride: stride, positions: y.shape[1 + axis])
      return HLOWindow(
        padding: (kernel - 1 - zeros.before, kernel - 1 - zeros.after),
        dilation: (stride, 1))
    }
    let x = writer.convolution(
      y, writer.reverse(w, [0, 1]), "[b, 0, 1, f]x[0, 1, o, i]->[b, 0, 1, f]", windows: windows,
      [y.shape[0], height, width, w.shape[2]])
    return writer.finish(x, inputs, activation, types[0])
  }

  func pullback(_ p: Pullback) {
    let (y, w) = (p.input(0), p.input(1))
    let g = p.cotangentBeforeActivation(activation)
    p.add(apply1(Convolution(stride: stride, padding: padding), [g, w]), to: 0)
    p.add(
      apply1(
        ConvolutionKernelPullback(
          height: w.shape[0], width: w.shape[1], stride: stride, padding: padding), [g, y]), to: 1)
  }

  private func windows(_ w: Shape) -> gk_windows? {
    gk_windows(height: height, width: width, kernel: w, stride: stride, padding: padding)
  }
}

/// The gradient of a convolution in a kernel of a height and a width, x being the images and y the
/// cotangent: x […, height, width, in], y […, rows, columns, out].
struct ConvolutionKernelPullback: ProductPrimitive {
  var name: String { "convolution.kernelPullback" }
  let height: Int
  let width: Int
  let stride: Int
  let padding: ConvolutionPadding
  var precision = Precision.float32

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2)
    let (x, y) = (inputs[0].shape, inputs[1].shape)
    if x.rank < 3 || y.rank < 3 || x.prefix(x.rank - 3) != y.prefix(y.rank - 3) {
      reject(inputs, "expected […, height, width, in] and […, rows, columns, out]")
    }
    guard let windows = windows(x, y), windows.rows == y[-3], windows.columns == y[-2] else {
      reject(
        inputs,
        "a kernel of \(height) by \(width) does not have so many positions with a stride "
          + "of \(stride) and a padding of \(padding)")
    }
    return OutputTypes(TensorType([height, width, x[-1], y[-1]]))
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (x, y) = (inputs[0].shape, inputs[1].shape)
    let product = ConvolutionProduct(
      windows: windows(x, y)!, images: x.prefix(x.rank - 3).count, features: y[-1],
      precision: precision)
    product.kernel(
      images: inputs[0].floats, features: inputs[1].floats, into: outputs[0].floats)
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let (x, y) = (writer.images(inputs[0]), writer.images(inputs[1]))
    // A convolution of the images with the cotangent, spread out, over the images of the batch.
    let windows = [height, width].enumerated().map { axis, kernel in
      HLOWindow(
        padding: padding.zeros(
          extent: x.shape[1 + axis], kernel: kernel, stride: stride, positions: y.shape[1 + axis]),
        dilation: (1, stride))
    }
    return [
      writer.convolution(
        x, y, "[f, 0, 1, b]x[i, 0, 1, o]->[0, 1, b, f]", windows: windows, types[0].shape)
    ]
  }

  func pullback(_ p: Pullback) {
    let (x, y, g) = (p.input(0), p.input(1), p.cotangent)
    p.add(
      apply1(
        TransposedConvolution(
          height: x.shape[-3], width: x.shape[-2], stride: stride, padding: padding), [y, g]),
      to: 0)
    p.add(apply1(Convolution(stride: stride, padding: padding), [x, g]), to: 1)
  }

  private func windows(_ x: Shape, _ y: Shape) -> gk_windows? {
    gk_windows(
      height: x[-3], width: x[-2], kernel: [height, width, x[-1], y[-1]], stride: stride,
      padding: padding)
  }
}

extension Pullback {
  /// The cotangent of what the activation was applied to. Adds that of the bias, operand 2, which
  /// is its sum over all but the innermost axis, where there is one.
  fileprivate func cotangentBeforeActivation(_ activation: Activation) -> Tensor {
    let (y, g) = (output(), cotangent)
    let needsBias = inputCount == 3 && needs(2)
    if activation == .linear && !needsBias { return g }
    let width = y.shape[-1]
    let rows = y.shape.prefix(y.rank - 1).count
    let results = apply(
      ActivationPullback(activation: activation, withBias: needsBias),
      [y.reshaped(to: [rows, width]), g.reshaped(to: [rows, width])])
    if needsBias { add(results[1], to: 2) }
    return activation == .linear ? g : results[0].reshaped(to: y.shape)
  }
}

/// `activation(x ∗ w + b)`, the convolution (in the networks' sense: a correlation) of images with
/// a kernel.
///
///     y[r, c, o] = activation(b[o] + Σ x[r stride + i - top, c stride + j - left, k] w[i, j, k, o])
///
/// - Parameters:
///   - x: images […, height, width, in]: channels are innermost.
///   - weight: [kernel height, kernel width, in, out].
///   - bias: [out].
///   - stride: by how many elements the kernel advances, along both axes.
///   - padding: zeros around an image.
///   - activation: applied to each element of the result.
/// - Returns: […, rows, columns, out]. Traps where shapes do not fit, and where the kernel is
///   larger than the padded image.
public func convolution2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1,
  padding: ConvolutionPadding = .valid, activation: Activation = .linear
) -> Tensor {
  let primitive = Convolution(stride: stride, padding: padding, activation: activation)
  return apply1(primitive, bias.map { [x, weight, $0] } ?? [x, weight])
}

/// `activation(x ∗ᵀ w + b)`, the transpose of ``convolution2D(_:weight:bias:stride:padding:activation:)``
/// with the same weight, stride and padding (Dumoulin & Visin, arXiv 1603.07285): each element of x
/// adds the kernel, times it, to the result.
///
/// - Parameters:
///   - x: […, rows, columns, in].
///   - weight: [kernel height, kernel width, out, in], as a convolution from out to in has it.
///   - bias: [out].
///   - stride: by how many elements of the result the kernel advances.
///   - padding: what the convolution would surround the result by, and is cut off here.
///   - size: height and width of the result. Several sizes may have the same rows and columns; by
///     default it is the smallest, or `stride` times x's for a padding of `.same`.
///   - activation: applied to each element of the result.
/// - Returns: […, height, width, out]. Traps where shapes do not fit, and where a convolution of
///   an image of that size does not have x's rows and columns.
public func transposedConvolution2D(
  _ x: Tensor, weight: Tensor, bias: Tensor? = nil, stride: Int = 1,
  padding: ConvolutionPadding = .valid, size: (height: Int, width: Int)? = nil,
  activation: Activation = .linear
) -> Tensor {
  require(
    x.rank >= 3 && weight.rank == 4,
    "transposedConvolution: expected […, rows, columns, in] and [kernel height, kernel width, "
      + "out, in], found \(x.shape) and \(weight.shape)")
  let primitive = TransposedConvolution(
    height: size?.height
      ?? padding.extent(positions: x.shape[-3], kernel: weight.shape[0], stride: stride),
    width: size?.width
      ?? padding.extent(positions: x.shape[-2], kernel: weight.shape[1], stride: stride),
    stride: stride, padding: padding, activation: activation)
  return apply1(primitive, bias.map { [x, weight, $0] } ?? [x, weight])
}
