import GumbelKernels

/// An operation along one axis, which disappears.
protocol ReductionPrimitive: Primitive {
  var axis: Int { get }
  var resultType: ElementType { get }
}

extension ReductionPrimitive {
  var resultType: ElementType { .float32 }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    return OutputTypes(TensorType(inputs[0].shape.removing(axis: axis), resultType))
  }

  /// The cotangent with the reduced axis put back, to broadcast against the operand.
  func expanded(_ reduced: Tensor, _ p: Pullback) -> Tensor {
    reduced.reshaped(to: p.input(0).shape.replacing(axis: axis, with: 1))
  }
}

/// The sum times a constant: the mean is a sum too.
struct Sum: ReductionPrimitive {
  var name: String { "sum" }
  let axis: Int
  var scale: Float = 1

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = inputs[0].shape.extents(around: axis)
    gk_sum(inputs[0].floats, outputs[0].floats, outer, inputs[0].shape[axis], inner)
    if scale != 1 { for i in 0..<outputs[0].count { outputs[0].floats[i] *= scale } }
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    let sum = writer.sum(inputs[0], axis)
    return [scale == 1 ? sum : writer.multiply(sum, writer.constant(scale))]
  }
  func pullback(_ p: Pullback) {
    let cotangent = scale == 1 ? p.cotangent : p.cotangent * scale
    p.add(expanded(cotangent, p).broadcast(to: p.input(0).shape), to: 0)
  }
}

/// The largest element; NaN if there is one. Ties share the gradient equally; nobody has it where the
/// result is NaN.
struct Max: ReductionPrimitive {
  var name: String { "max" }
  let axis: Int

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 1)
    if inputs[0].shape[axis] == 0 { reject(inputs, "nothing has no maximum") }
    return OutputTypes(TensorType(inputs[0].shape.removing(axis: axis)))
  }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = inputs[0].shape.extents(around: axis)
    gk_max(inputs[0].floats, outputs[0].floats, outer, inputs[0].shape[axis], inner)
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.max(inputs[0], axis)]
  }
  func pullback(_ p: Pullback) {
    let winners = p.input(0) .== expanded(p.output(), p)
    let share = p.cotangent / winners.sum(along: axis)
    p.add(multiplyNoNaN(expanded(share, p), winners), to: 0)
  }
}

/// The position of the largest element, the lowest on ties; -1 where all are NaN.
struct Argmax: ReductionPrimitive {
  var name: String { "argmax" }
  let axis: Int
  var resultType: ElementType { .int32 }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = inputs[0].shape.extents(around: axis)
    gk_argmax(inputs[0].floats, outputs[0].int32s, outer, inputs[0].shape[axis], inner)
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.argmax(inputs[0], axis)]
  }
  func pullback(_ p: Pullback) {}
}

/// `log sum exp`, -inf where all elements are -inf.
struct LogSumExp: ReductionPrimitive {
  var name: String { "logSumExp" }
  let axis: Int

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let (outer, inner) = inputs[0].shape.extents(around: axis)
    gk_log_sum_exp(inputs[0].floats, outputs[0].floats, outer, inputs[0].shape[axis], inner)
  }
  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    let largest = inputs[0].max(along: axis, keepingAxis: true)
    let shift = multiplyNoNaN(largest, isFinite(largest))
    let sum = exp(inputs[0] - shift).sum(along: axis)
    return [log(sum) + shift.reshaped(to: sum.shape)]
  }
  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.logSumExp(inputs[0], axis)]
  }
  func pullback(_ p: Pullback) {
    // Elements of only -inf have no softmax; their sum stays 0 wherever they move to.
    let isSome = expanded(p.output(), p) .!= -.infinity
    let shares = select(isSome, p.input(0), Tensor(0)).softmax(along: axis)
    p.add(multiplyNoNaN(expanded(p.cotangent, p), isSome) * shares, to: 0)
  }
}
