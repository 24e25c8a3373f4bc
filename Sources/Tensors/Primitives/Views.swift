/// An operation whose result has the very elements of its operand: a compiled function runs
/// nothing for it.
protocol ViewPrimitive: Primitive {}

extension ViewPrimitive {
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    outputs[0].pointer.copyMemory(from: inputs[0].pointer, byteCount: 4 * inputs[0].count)
  }
}

/// The operand under another name.
struct Identity: ViewPrimitive {
  let name = "identity"
  func outputTypes(_ inputs: [TensorType]) -> [TensorType] { inputs }
  func pullback(_ p: Pullback) { p.add(p.cotangent, to: 0) }
}

/// The operand, through which no gradient passes.
struct StopGradient: ViewPrimitive {
  let name = "stopGradient"
  func outputTypes(_ inputs: [TensorType]) -> [TensorType] { inputs }
  func pullback(_ p: Pullback) {}
}

/// The elements of the operand in another shape.
struct Reshape: ViewPrimitive {
  let name = "reshape"
  let shape: Shape

  func outputTypes(_ inputs: [TensorType]) -> [TensorType] {
    if inputs[0].shape.count != shape.count {
      reject(inputs, "a shape of \(shape) has \(shape.count) elements")
    }
    return [TensorType(shape, inputs[0].elementType)]
  }
  func pullback(_ p: Pullback) { p.add(p.cotangent.reshaped(to: p.input(0).shape), to: 0) }
}
