/// How a window moves along an axis of a convolution.
struct HLOWindow {
  var stride = 1
  /// What is put before and behind; negative where it is cut off.
  var padding: (before: Int, after: Int)
  /// By how many elements those of the operands lie apart.
  var dilation = (first: 1, second: 1)
}

extension StableHLOWriter {
  /// A convolution along two axes; `dimensions` says in StableHLO's way which dimension is what.
  func convolution(
    _ x: HLOValue, _ w: HLOValue, _ dimensions: String, windows: [HLOWindow], _ shape: Shape
  ) -> HLOValue {
    let type = HLOType(shape)
    if x.shape.count == 0 || w.shape.count == 0 || shape.count == 0 { return zeros(type) }
    let (first, second) = (factor(x), factor(w))
    let padding = windows.map { [$0.padding.before, $0.padding.after] }
    return operation(
      "stablehlo.convolution(\(first.name), \(second.name)) dim_numbers = \(dimensions), window = "
        + "{stride = \(windows.map(\.stride)), pad = \(padding), "
        + "lhs_dilate = \(windows.map(\.dilation.first)), "
        + "rhs_dilate = \(windows.map(\.dilation.second))} {batch_group_count = 1 : i64, "
        + "feature_group_count = 1 : i64, precision_config = [#stablehlo<precision "
        + "\(precisionName)>, #stablehlo<precision \(precisionName)>]} : "
        + "(\(first.type), \(second.type)) -> \(type)", type)
  }

  /// Images with all their outer dimensions as one.
  func images(_ x: HLOValue) -> HLOValue {
    let shape = x.shape
    return reshape(
      x, [shape.prefix(shape.rank - 3).count, shape[-3], shape[-2], shape[-1]])
  }

  /// Features as a primitive has them: with the bias, if there is one, and the activation.
  func finish(
    _ y: HLOValue, _ inputs: [HLOValue], _ activation: Activation, _ type: TensorType
  ) -> [HLOValue] {
    let sum = inputs.count == 3 ? add(y, inputs[2]) : y
    return [reshape(activate(sum, activation), type.shape)]
  }
}

extension ConvolutionPadding {
  /// The zeros around an image of a convolution with so many positions.
  func zeros(
    extent: Int, kernel: Int, stride: Int, positions count: Int
  ) -> (before: Int, after: Int) {
    let before = positions(extent: extent, kernel: kernel, stride: stride)!.before
    return (before, (count - 1) * stride + kernel - extent - before)
  }
}
