import GumbelKernels

/// One operation of a plan, with the addresses that it reads and writes.
///
/// Steps are objects of a class: calling a primitive through an existential value would copy the
/// value first, which in a plan of small operations is a good part of the time.
class PlanStep {
  func run() { fatalError("a subclass runs") }
}

/// A primitive on tensors in memory.
final class PrimitiveStep<P: Primitive>: PlanStep {
  private let primitive: P
  private let inputs: Buffers
  private let outputs: Buffers

  init(_ primitive: P, _ inputs: Buffers, _ outputs: Buffers) {
    self.primitive = primitive
    self.inputs = inputs
    self.outputs = outputs
  }

  override func run() { primitive.evaluate(inputs, outputs) }
}

/// Fused elementwise operations: a program, and addresses alone.
final class ProgramStep: PlanStep {
  private let program: UnsafePointer<gk_program>
  private let inputs: UnsafePointer<UnsafeRawPointer?>
  private let outputs: UnsafePointer<UnsafeMutableRawPointer?>

  /// - Parameter addresses: of the inputs and, after them, of the outputs.
  init(
    _ program: UnsafePointer<gk_program>, addresses: UnsafeMutablePointer<UnsafeMutableRawPointer>
  ) {
    self.program = program
    let outputs = addresses + Int(program.pointee.input_count)
    inputs = UnsafeRawPointer(addresses).assumingMemoryBound(to: UnsafeRawPointer?.self)
    self.outputs = UnsafeRawPointer(outputs).assumingMemoryBound(to: UnsafeMutableRawPointer?.self)
  }

  override func run() { gk_program_run(program, inputs, outputs) }
}
