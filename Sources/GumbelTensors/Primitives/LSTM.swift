import GumbelKernels

/// The pointwise part of a step of an LSTM.
///
/// Operands: what comes from the input and from the last state, both [rows, 4 hidden] with the gates
/// in the order i, f, g, o, and the cell c. Results: h', c' and the activated gates, which are for
/// the pullback; where nobody needs them they are not kept.
///
/// Where a plan has it gather, the first operand is a table whose rows, at the places that a fourth
/// operand says, come from the input.
struct LSTMStep: NarrowablePrimitive, GatheringPrimitive {
  var name: String { gathers ? "lstm.gathering" : "lstm" }
  var keepsGates = true
  var gathers = false

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 3)
    if inputs[0].shape.rank != 2 || inputs[1] != inputs[0] || inputs[2].shape.rank != 2
      || inputs[2].shape[0] != inputs[0].shape[0] || 4 * inputs[2].shape[1] != inputs[0].shape[1]
    {
      reject(inputs, "expected [rows, 4 hidden] twice and [rows, hidden]")
    }
    return OutputTypes(inputs[2], inputs[2], keepsGates ? inputs[1] : nil)
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    if gathers { requireInside(inputs[3], limit: inputs[0].shape[0]) }
    gk_lstm(
      inputs[0].floats, gathers ? inputs[3].int32s : nil, inputs[1].floats, inputs[2].floats,
      outputs[0].floats, outputs[1].floats, keepsGates ? outputs[2].floats : nil,
      inputs[2].shape[0], inputs[2].shape[1])
  }

  var gathering: any Primitive { LSTMStep(keepsGates: keepsGates, gathers: true) }

  func narrowed(
    to isNeeded: [Bool]
  ) -> (primitive: any Primitive, operands: [Int], results: [Int]) {
    let keepsGates = isNeeded[2]
    return (LSTMStep(keepsGates: keepsGates), [0, 1, 2], keepsGates ? [0, 1, 2] : [0, 1])
  }

  func composed(_ operands: [Tensor]) -> [Tensor]? {
    let projected = gathers ? operands[0].gatheringRows(at: operands[3]) : operands[0]
    let parts = LSTMStepPullback.gates(projected + operands[1])
    let (i, f, g, o) = (sigmoid(parts[0]), sigmoid(parts[1]), tanh(parts[2]), sigmoid(parts[3]))
    let cell = f * operands[2] + i * g
    let results = [o * tanh(cell), cell]
    return keepsGates ? results + [Tensor.concatenated([i, f, g, o], along: 1)] : results
  }

  func pullback(_ p: Pullback) {
    let (cell, gates) = (p.input(2), p.output(2))
    let zeros = Tensor.zeros(cell.shape)
    let results = apply(
      LSTMStepPullback(),
      [gates, cell, p.output(1), p.cotangent(0) ?? zeros, p.cotangent(1) ?? zeros])
    var dGates = results[0]
    if let direct = p.cotangent(2) {
      // The gradient of a gradient: it also depends on the gates directly.
      let slopes = LSTMStepPullback.gates(gates).enumerated().map { i, y in
        i == 2 ? 1 - square(y) : y * (1 - y)
      }
      dGates = dGates + direct * Tensor.concatenated(slopes, along: 1)
    }
    p.add(dGates, to: 0)
    p.add(dGates, to: 1)
    p.add(results[1], to: 2)
  }
}

/// The gradients of a step with respect to its gates, before their activation, and to c.
///
/// Operands: the activated gates, c, c', and the gradients with respect to h' and c'.
struct LSTMStepPullback: Primitive {
  var name: String { "lstm.pullback" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 5)
    return OutputTypes(inputs[0], inputs[1])
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    gk_lstm_pullback(
      inputs[0].floats, inputs[1].floats, inputs[2].floats, inputs[3].floats, inputs[4].floats,
      outputs[0].floats, outputs[1].floats, inputs[1].shape[0], inputs[1].shape[1])
  }

  /// The four parts of a row.
  static func gates(_ x: Tensor) -> [Tensor] { x.split(into: 4, along: 1) }

  func composed(_ operands: [Tensor]) -> [Tensor]? {
    let parts = Self.gates(operands[0])
    let (i, f, g, o) = (parts[0], parts[1], parts[2], parts[3])
    let (c, gh) = (operands[1], operands[3])
    let q = tanh(operands[2])
    let d = operands[4] + gh * o * (1 - square(q))
    let gates = [
      d * g * (i * (1 - i)), d * c * (f * (1 - f)), d * i * (1 - square(g)), gh * q * (o * (1 - o)),
    ]
    return [Tensor.concatenated(gates, along: 1), d * f]
  }
}

/// A step of an LSTM from its gates before their activation, as the sum of what comes from the
/// input and what comes from the last state; see `LSTMCell`.
package func lstmStep(
  projected: Tensor, recurrent: Tensor, cell: Tensor
) -> (hidden: Tensor, cell: Tensor) {
  let results = apply(LSTMStep(), [projected, recurrent, cell])
  return (results[0], results[1])
}
