import GumbelKernels

/// `(x - mean) / sqrt(variance + epsilon)` along the innermost axis, whose variance is that of its
/// elements, divided by their number.
///
/// Results: that, and what the differences were multiplied by, [..., 1], for the pullback.
struct Standardisation: Primitive {
  var name: String { "standardise" }
  let epsilon: Float

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    let shape = inputs[0].shape
    if shape.rank == 0 || shape[-1] == 0 { reject(inputs, "expected [..., n] with n at least 1") }
    return OutputTypes(inputs[0], TensorType(shape.replacing(axis: -1, with: 1)))
  }

  var inPlace: [(operand: Int, result: Int)] { [(0, 0)] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_standardise(
      inputs[0].floats, outputs[0].floats, outputs[1].floats, epsilon, inputs[0].rowCount,
      inputs[0].shape[-1])
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let differences = inputs[0] - inputs[0].mean(along: -1, keepingAxis: true)
    let scale = rsqrt(square(differences).mean(along: -1, keepingAxis: true) + epsilon)
    return [differences * scale, scale]
  }

  func pullback(_ p: Pullback) {
    let (y, scale) = (p.output(0), p.output(1))
    if let g = p.cotangent(0) { p.add(apply1(StandardisationPullback(), [y, scale, g]), to: 0) }
    if let direct = p.cotangent(1) {
      // The gradient of a gradient: it also depends on the scale directly.
      p.add(direct * square(scale) * y * (-1 / Float(y.shape[-1])), to: 0)
    }
  }
}

/// `scale (g - mean(g) - y mean(g y))`, the gradient with respect to what y was made of.
///
/// Operands: y, the scales of its rows, g.
struct StandardisationPullback: Primitive {
  var name: String { "standardise.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    return OutputTypes(inputs[0])
  }

  var inPlace: [(operand: Int, result: Int)] { [(2, 0)] }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_standardise_pullback(
      inputs[0].floats, inputs[1].floats, inputs[2].floats, outputs[0].floats,
      inputs[0].rowCount, inputs[0].shape[-1])
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let (y, scale, g) = (inputs[0], inputs[1], inputs[2])
    func mean(_ x: Tensor) -> Tensor { x.mean(along: -1, keepingAxis: true) }
    return [scale * (g - mean(g) - y * mean(g * y))]
  }

  func pullback(_ p: Pullback) {
    let (y, scale, g, c) = (p.input(0), p.input(1), p.input(2), p.cotangent)
    func mean(_ x: Tensor) -> Tensor { x.mean(along: -1, keepingAxis: true) }
    p.add(apply1(self, [y, scale, c]), to: 2)
    p.add(-(scale * (c * mean(g * y) + g * mean(c * y))), to: 0)
    p.add((c * (g - mean(g) - y * mean(g * y))).sum(along: -1, keepingAxis: true), to: 1)
  }
}

extension Tensor {
  /// Each row along the innermost axis with a mean of 0 and, but for ε, a variance of 1:
  ///
  ///     y = (x - mean x) / √(variance x + ε)
  ///
  /// The variance is that of the row's elements, divided by their number. Traps without a dimension,
  /// and where rows have no elements.
  public func standardised(epsilon: Float = 1e-5) -> Tensor {
    apply(Standardisation(epsilon: epsilon), [self])[0]
  }
}
