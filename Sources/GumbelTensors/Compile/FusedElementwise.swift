import GumbelKernels

/// Elementwise operations of one shape that run as one program, in one pass over memory. There are such
/// in a processor's plans alone.
struct FusedElementwise: Primitive {
  struct Member {
    let primitive: any ElementwisePrimitive
    /// Positions among the operands (`input`) or earlier members (`member`).
    enum Operand { case input(Int), member(Int) }
    let operands: [Operand]
  }

  let shape: Shape
  let members: [Member]
  /// The members whose results leave the group, in the order of its results.
  let results: [Int]
  /// Every operand of the full shape may be written over: its elements are read tile by tile, ahead of
  /// those that are written.
  let inPlace: [(operand: Int, result: Int)]

  init(_ members: [Member], results: [Int], of shape: Shape, operands: [Shape]) {
    self.members = members
    self.results = results
    self.shape = shape
    inPlace = operands.indices.filter { operands[$0] == shape }.flatMap { operand in
      results.indices.map { (operand: operand, result: $0) }
    }
  }

  var name: String { "fused(\(members.map(\.primitive.name).joined(separator: " ")))" }

  func outputTypes(_ inputs: TensorTypes) -> OutputTypes {
    OutputTypes(results.map { TensorType(shape, members[$0].primitive.resultType) })
  }

  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    withUnsafeTemporaryAllocation(of: gk_program.self, capacity: 1) { program in
      write(to: program.baseAddress!, inputs: inputs.map(\.shape))
      gk_program_run(
        program.baseAddress!, inputs.map { UnsafeRawPointer($0.pointer) as UnsafeRawPointer? },
        outputs.map { $0.pointer as UnsafeMutableRawPointer? })
    }
  }

  func composed(_ inputs: [Tensor]) -> [Tensor]? {
    var made: [Tensor] = []
    for member in members {
      let operands = member.operands.map { operand in
        switch operand {
        case .input(let i): inputs[i]
        case .member(let i): made[i]
        }
      }
      made.append(apply(member.primitive, operands)[0])
    }
    return results.map { made[$0] }
  }

  /// Writes the program for the kernels.
  func write(to program: UnsafeMutablePointer<gk_program>, inputs: [Shape]) {
    shape.withInt32Extents { gk_program_begin(program, Int32(shape.rank), $0) }
    for input in inputs {
      input.withInt32Extents { _ = gk_program_add_input(program, Int32(input.rank), $0) }
    }
    for (position, member) in members.enumerated() {
      let registers = member.operands.map { operand in
        switch operand {
        case .input(let i): Int32(i)
        case .member(let i): Int32(inputs.count + i)
        }
      }
      func register(_ i: Int) -> Int32 { i < registers.count ? registers[i] : 0 }
      gk_program_append(
        program, member.primitive.operation.kernel, Int32(inputs.count + position), register(0),
        register(1), register(2))
    }
    for result in results { gk_program_add_output(program, Int32(inputs.count + result)) }
    gk_program_simplify(program)
  }
}
