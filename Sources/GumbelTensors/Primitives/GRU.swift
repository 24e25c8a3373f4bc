import GumbelKernels

/// The pointwise part of a step of a gated recurrent unit.
///
/// Operands: what comes from the input and from the last state, both [rows, 3 hidden] with the gates
/// in the order r, z, n; the bias a inside the reset, [hidden]; and the state h. Results: h', and
/// r, z, n and m side by side, which are for the pullback; where nobody needs them they are not kept.
struct GRUStep: NarrowablePrimitive {
  var name: String { "gru" }
  var keepsGates = true

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 4)
    let (x, bias, h) = (inputs[0].shape, inputs[2].shape, inputs[3].shape)
    if x.rank != 2 || inputs[1] != inputs[0] || h.rank != 2 || h[0] != x[0] || 3 * h[1] != x[1]
      || bias != [h[1]]
    {
      reject(inputs, "expected [rows, 3 hidden] twice, [hidden] and [rows, hidden]")
    }
    return OutputTypes(inputs[3], keepsGates ? TensorType([h[0], 4 * h[1]]) : nil)
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_gru(
      inputs[0].floats, inputs[1].floats, inputs[2].floats, inputs[3].floats, outputs[0].floats,
      keepsGates ? outputs[1].floats : nil, inputs[3].shape[0], inputs[3].shape[1])
  }

  func narrowed(
    to isNeeded: [Bool]
  ) -> (primitive: any Primitive, operands: [Int], results: [Int]) {
    let keepsGates = isNeeded[1]
    return (GRUStep(keepsGates: keepsGates), [0, 1, 2, 3], keepsGates ? [0, 1] : [0])
  }

  func composed(_ operands: [Tensor]) -> [Tensor]? {
    let (x, u) = (operands[0].split(into: 3, along: 1), operands[1].split(into: 3, along: 1))
    let (r, z) = (sigmoid(x[0] + u[0]), sigmoid(x[1] + u[1]))
    let m = u[2] + operands[2]
    let n = tanh(x[2] + r * m)
    let hidden = n + z * (operands[3] - n)
    return keepsGates ? [hidden, Tensor.concatenated([r, z, n, m], along: 1)] : [hidden]
  }

  func pullback(_ p: Pullback) {
    let (h, kept) = (p.input(3), p.output(1))
    let results = apply(
      GRUStepPullback(), [kept, h, p.cotangent(0) ?? Tensor.zeros(h.shape)])
    var (dx, du) = (results[0], results[1])
    if let direct = p.cotangent(1) {
      // The gradient of a gradient: it also depends on what is kept directly.
      let (r, z, n, m) = GRUStepPullback.parts(kept)
      let (gr, gz, gn, gm) = GRUStepPullback.parts(direct)
      let dn = gn * (1 - square(n))
      let (dr, dz) = ((gr + dn * m) * r * (1 - r), gz * z * (1 - z))
      dx = dx + Tensor.concatenated([dr, dz, dn], along: 1)
      du = du + Tensor.concatenated([dr, dz, dn * r + gm], along: 1)
    }
    p.add(dx, to: 0)
    p.add(du, to: 1)
    let width = h.shape[1]
    if p.needs(2) { p.add(du.sliced(along: 1, (2 * width)..<(3 * width)).sum(along: 0), to: 2) }
    p.add(results[2], to: 3)
  }
}

/// The gradients of a step with respect to both its parts of the gates, and to h.
///
/// Operands: r, z, n and m side by side, h, and the gradient with respect to h'.
struct GRUStepPullback: Primitive {
  var name: String { "gru.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    let h = inputs[1].shape
    let gates = TensorType([h[0], 3 * h[1]])
    return OutputTypes(gates, gates, inputs[1])
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_gru_pullback(
      inputs[0].floats, inputs[1].floats, inputs[2].floats, outputs[0].floats, outputs[1].floats,
      outputs[2].floats, inputs[1].shape[0], inputs[1].shape[1])
  }

  static func parts(_ x: Tensor) -> (Tensor, Tensor, Tensor, Tensor) {
    let width = x.shape[1] / 4
    func part(_ i: Int) -> Tensor { x.sliced(along: 1, (i * width)..<((i + 1) * width)) }
    return (part(0), part(1), part(2), part(3))
  }

  func composed(_ operands: [Tensor]) -> [Tensor]? {
    let (r, z, n, m) = Self.parts(operands[0])
    let (h, g) = (operands[1], operands[2])
    let dn = g * (1 - z) * (1 - square(n))
    let (dr, dz) = (dn * m * (r * (1 - r)), g * (h - n) * (z * (1 - z)))
    return [
      Tensor.concatenated([dr, dz, dn], along: 1), Tensor.concatenated([dr, dz, dn * r], along: 1),
      g * z,
    ]
  }
}

/// A step of a gated recurrent unit from its gates before their activation, as the sum of what comes
/// from the input and what comes from the last state; see `GRUCell`.
package func gruStep(
  projected: Tensor, recurrent: Tensor, recurrentBias: Tensor, hidden: Tensor
) -> Tensor {
  apply(GRUStep(), [projected, recurrent, recurrentBias, hidden])[0]
}
