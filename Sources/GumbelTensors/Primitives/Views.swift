/// An operation whose result has the very elements of its operand, and so shares their memory.
protocol ViewPrimitive: Primitive {}

func apply1<P: ViewPrimitive>(_ primitive: P, _ operand: Tensor) -> Tensor {
  let type = withUnsafePointer(to: operand.type) {
    primitive.outputTypes(TensorTypes(start: $0, count: 1)).first
  }
  var output = Tensor(storage: operand.storage, type: type)
  if let trace = Trace.recorder(of: operand.traceID) {
    trace.record(primitive, operand, nil, &output)
  }
  return output
}

extension Tensor {
  /// The same value, whose gradient passes to another tensor of its shape instead: a straight-
  /// through estimate.
  ///
  /// ```swift
  /// let hard = round(x).passingGradient(to: x)
  /// ```
  public func passingGradient(to other: Tensor) -> Tensor {
    let primitive = PassGradient()
    let type = [self.type, other.type].withUnsafeBufferPointer {
      primitive.outputTypes($0).first
    }
    var output = Tensor(storage: storage, type: type)
    if let trace = Trace.recorder(of: self, other) {
      trace.record(primitive, self, other, &output)
    }
    return output
  }
}

extension ViewPrimitive {
  /// Runs only where a compiled function copies a value from one place to another.
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    outputs[0].pointer.copyMemory(from: inputs[0].pointer, byteCount: inputs[0].type.byteCount)
  }

  func lower(
    _ inputs: [HLOValue], to types: [TensorType], with writer: StableHLOWriter
  ) -> [HLOValue]? {
    [writer.reshape(inputs[0], types[0].shape)]
  }
}

/// The operand under another name.
struct Identity: ViewPrimitive {
  var name: String { "identity" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0]) }
  func pullback(_ p: Pullback) { p.add(p.cotangent, to: 0) }
}

/// The operand, through which no gradient passes.
struct StopGradient: ViewPrimitive {
  var name: String { "stopGradient" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0]) }
  func pullback(_ p: Pullback) {}
}

/// The first operand, whose gradient passes to the second one instead.
struct PassGradient: ViewPrimitive {
  var name: String { "passGradient" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    requireFloats(inputs, count: 2)
    if inputs[0] != inputs[1] { reject(inputs, "expected operands of one shape") }
    return OutputTypes(inputs[0])
  }
  func pullback(_ p: Pullback) { p.add(p.cotangent, to: 1) }
}

/// The elements of the operand in another shape.
struct Reshape: ViewPrimitive {
  var name: String { "reshape" }
  let shape: Shape

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    if inputs[0].shape.count != shape.count {
      reject(inputs, "a shape of \(shape) has \(shape.count) elements")
    }
    return OutputTypes(TensorType(shape, inputs[0].elementType))
  }
  func pullback(_ p: Pullback) { p.add(p.cotangent.reshaped(to: p.input(0).shape), to: 0) }
}
