import Kernels

/// A primitive that computes each element of its result from the same element of its operands,
/// which broadcast together. Chains of them are fused when a function is compiled.
package protocol ElementwisePrimitive: Primitive {
  /// The kernel's operation.
  var operation: gk_operation { get }
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

  package func outputTypes(_ inputs: [TensorType]) -> [TensorType] {
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
    return [TensorType(shape, resultType)]
  }

  package func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    withUnsafeTemporaryAllocation(of: gk_program.self, capacity: 1) { program in
      let program = program.baseAddress!
      let shape = outputs[0].shape
      shape.withInt32Extents { gk_program_begin(program, Int32(shape.rank), $0) }
      for input in inputs {
        input.shape.withInt32Extents {
          _ = gk_program_add_input(program, Int32(input.shape.rank), $0)
        }
      }
      let result = Int32(inputs.count)
      gk_program_append(program, operation, result, 0, 1, 2)
      gk_program_add_output(program, result)
      gk_program_simplify(program)
      withUnsafeTemporaryAllocation(of: UnsafeRawPointer?.self, capacity: inputs.count) { pointers in
        for i in 0..<inputs.count {
          pointers.initializeElement(at: i, to: UnsafeRawPointer(inputs[i].pointer))
        }
        var output: UnsafeMutableRawPointer? = outputs[0].pointer
        gk_program_run(program, pointers.baseAddress, &output)
      }
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

extension Primitive {
  /// Most operations read an operand after they have written some of their result.
  public var inPlace: [(operand: Int, result: Int)] { [] }
}
