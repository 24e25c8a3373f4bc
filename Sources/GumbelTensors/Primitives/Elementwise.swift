import GumbelKernels

/// A primitive that computes each element of its result from the same element of its operands,
/// which broadcast together. Chains of them are fused when a function is compiled.
package protocol ElementwisePrimitive: Primitive {
  /// What is computed of each element.
  var operation: ElementOperation { get }
  /// The element types of the operands.
  var operandTypes: [ElementType] { get }
  /// The element type of the result.
  var resultType: ElementType { get }
  /// The shape of the result, given that of the operands together.
  func resultShape(_ broadcast: Shape) -> Shape?
}

extension ElementwisePrimitive {
  package var resultType: ElementType { .float32 }
  package func resultShape(_ broadcast: Shape) -> Shape? { broadcast }

  package func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    let expected = operandTypes
    if inputs.count != expected.count { reject(inputs, "expected \(expected.count) operands") }
    var shape = Shape()
    for i in 0..<inputs.count {
      if inputs[i].elementType != expected[i] {
        reject(inputs, "operand \(i) has to be of \(expected[i])")
      }
      guard let joint = shape.broadcast(with: inputs[i].shape) else {
        reject(inputs, "the shapes do not broadcast together")
      }
      shape = joint
    }
    guard let shape = resultShape(shape) else {
      reject(inputs, "the operand does not broadcast to the shape asked for")
    }
    return OutputTypes(TensorType(shape, resultType))
  }

  package func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    let shape = outputs[0].shape
    let simple = inputs.allSatisfy { $0.shape == shape || $0.shape.count == 1 }
    withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: inputs.count) { pointers in
      for i in 0..<inputs.count {
        pointers.initializeElement(at: i, to: UnsafeRawPointer(inputs[i].pointer))
      }
      if simple {
        withUnsafeTemporaryAllocation(of: Bool.self, capacity: inputs.count) { areScalar in
          for i in 0..<inputs.count {
            areScalar.initializeElement(at: i, to: inputs[i].shape != shape)
          }
          gk_elementwise(
            operation.kernel, Int64(shape.count), Int32(inputs.count), pointers.baseAddress,
            areScalar.baseAddress, outputs[0].pointer)
        }
      } else {
        evaluateBroadcast(inputs, outputs[0], pointers.baseAddress!)
      }
    }
  }

  private func evaluateBroadcast(
    _ inputs: Buffers, _ output: Buffer, _ pointers: UnsafePointer<UnsafeRawPointer?>
  ) {
    withUnsafeTemporaryAllocation(of: gk_program.self, capacity: 1) { program in
      let program = program.baseAddress!
      output.shape.withInt32Extents { gk_program_begin(program, Int32(output.shape.rank), $0) }
      for input in inputs {
        input.shape.withInt32Extents {
          _ = gk_program_add_input(program, Int32(input.shape.rank), $0)
        }
      }
      let result = Int32(inputs.count)
      gk_program_append(program, operation.kernel, result, 0, 1, 2)
      gk_program_add_output(program, result)
      gk_program_simplify(program)
      var pointer: UnsafeMutableRawPointer? = output.pointer
      gk_program_run(program, pointers, &pointer)
    }
  }
}

/// One float operand.
package protocol UnaryPrimitive: ElementwisePrimitive {}
extension UnaryPrimitive {
  package var operandTypes: [ElementType] { [.float32] }
}

/// Two float operands.
package protocol BinaryPrimitive: ElementwisePrimitive {}
extension BinaryPrimitive {
  package var operandTypes: [ElementType] { [.float32, .float32] }
}

/// Runs an operation of one or two operands. It is `apply` without its arrays: in tiny networks they
/// would cost more than the arithmetic.
func apply1<P: UnaryPrimitive>(_ primitive: P, _ a: Tensor) -> Tensor {
  guard a.elementType == .float32 else { return apply1(primitive, [a]) }
  let type = TensorType(a.shape, primitive.resultType)
  let trace = Trace.recorder(of: a.traceID)
  if let trace, trace.isCompiling { return trace.recordedAlone(primitive, a, nil, type) }
  var output = Tensor(storage: Storage.uninitialized(type), type: type)
  withExtendedLifetime((a.storage, output.storage)) {
    var pointer: UnsafeRawPointer? = UnsafeRawPointer(a.storage.pointer)
    var isScalar = false
    gk_elementwise(
      primitive.operation.kernel, Int64(a.count), 1, &pointer, &isScalar, output.storage.pointer)
  }
  trace?.record(primitive, a, nil, &output)
  return output
}

func apply1<P: BinaryPrimitive>(_ primitive: P, _ a: Tensor, _ b: Tensor) -> Tensor {
  guard a.elementType == .float32, b.elementType == .float32,
    a.shape == b.shape || a.rank == 0 || b.rank == 0
  else { return apply1(primitive, [a, b]) }
  let shape = a.rank == 0 ? b.shape : a.shape
  let count = shape.count
  let trace = Trace.recorder(of: a, b)
  if let trace, trace.isCompiling {
    return trace.recordedAlone(primitive, a, b, TensorType(shape))
  }
  var output = Tensor(uninitialized: TensorType(shape))
  withExtendedLifetime((a.storage, b.storage, output.storage)) {
    var pointers = (
      UnsafeRawPointer(a.storage.pointer) as UnsafeRawPointer?,
      UnsafeRawPointer(b.storage.pointer) as UnsafeRawPointer?
    )
    var areScalar = (a.shape != shape, b.shape != shape)
    withUnsafePointer(to: &pointers) {
      $0.withMemoryRebound(to: UnsafeRawPointer?.self, capacity: 2) { pointers in
        withUnsafePointer(to: &areScalar) {
          $0.withMemoryRebound(to: Bool.self, capacity: 2) { areScalar in
            gk_elementwise(
              primitive.operation.kernel, Int64(count), 2, pointers, areScalar,
              output.storage.pointer)
          }
        }
      }
    }
  }
  trace?.record(primitive, a, b, &output)
  return output
}
