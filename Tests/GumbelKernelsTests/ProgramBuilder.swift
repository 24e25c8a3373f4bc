import GumbelKernels

/// An elementwise program in Swift's terms.
struct Program {
  struct Step {
    var operation: gk_operation
    var out: Int
    var operands: [Int]
  }

  var shape: [Int]
  var strides: [[Int]]
  var steps: [Step]
  var registerCount: Int
  var outputs: [Int]

  /// One operation on operands of the shape [count].
  init(_ operation: gk_operation, count: Int) {
    let arity = operation.arity
    shape = [count]
    strides = Array(repeating: [1], count: arity)
    steps = [Step(operation: operation, out: arity, operands: Array(0..<arity))]
    registerCount = arity + 1
    outputs = [arity]
  }

  init(shape: [Int], strides: [[Int]], steps: [Step], registerCount: Int, outputs: [Int]) {
    self.shape = shape
    self.strides = strides
    self.steps = steps
    self.registerCount = registerCount
    self.outputs = outputs
  }

  var count: Int { shape.reduce(1, *) }

  var raw: gk_program {
    var p = gk_program()
    p.rank = Int32(shape.count)
    p.input_count = Int32(strides.count)
    p.output_count = Int32(outputs.count)
    p.register_count = Int32(registerCount)
    p.instruction_count = Int32(steps.count)
    withUnsafeMutableBytes(of: &p.dims) { bytes in
      let dims = bytes.bindMemory(to: Int64.self)
      for (d, size) in shape.enumerated() { dims[d] = Int64(size) }
    }
    withUnsafeMutableBytes(of: &p.strides) { bytes in
      let all = bytes.bindMemory(to: Int64.self)
      for (i, input) in strides.enumerated() {
        for (d, stride) in input.enumerated() { all[i * gk_max_rank + d] = Int64(stride) }
      }
    }
    withUnsafeMutableBytes(of: &p.output_registers) { bytes in
      for (j, register) in outputs.enumerated() { bytes[j] = UInt8(register) }
    }
    withUnsafeMutableBytes(of: &p.instructions) { bytes in
      let all = bytes.bindMemory(to: gk_instruction.self)
      for (i, step) in steps.enumerated() {
        let o = step.operands.map(UInt8.init) + [0, 0]
        all[i] = gk_instruction(
          operation: UInt8(step.operation.rawValue), out: UInt8(step.out), a: o[0], b: o[1], c: o[2]
        )
      }
    }
    return p
  }

  /// Runs on the inputs' memory. With `inPlace`, output j is written over input inPlace[j].
  func run(_ inputs: [[Float]], simplified: Bool = false, inPlace: [Int: Int] = [:]) -> [[Float]] {
    var program = raw
    if simplified { gk_program_simplify(&program) }
    let memory = inputs.map { input in
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: max(input.count, 1))
      pointer.initialize(from: input, count: input.count)
      return pointer
    }
    let results = outputs.indices.map { j -> UnsafeMutablePointer<Float> in
      if let input = inPlace[j] { return memory[input] }
      // One element of guard on either side shows what is written outside.
      let pointer = UnsafeMutablePointer<Float>.allocate(capacity: count + 2)
      pointer.initialize(repeating: 12345, count: count + 2)
      return pointer + 1
    }
    let inputPointers = memory.map { UnsafeRawPointer($0) as UnsafeRawPointer? }
    let outputPointers = results.map { UnsafeMutableRawPointer($0) as UnsafeMutableRawPointer? }
    gk_program_run(&program, inputPointers, outputPointers)
    let values = results.map { Array(UnsafeBufferPointer(start: $0, count: count)) }
    for j in outputs.indices where inPlace[j] == nil {
      precondition(results[j][-1] == 12345 && results[j][count] == 12345, "wrote outside")
      (results[j] - 1).deallocate()
    }
    for pointer in memory { pointer.deallocate() }
    return values
  }
}

extension gk_operation {
  var arity: Int { 1 + Int(rawValue >> 6) }

  static let unary: [gk_operation] = [
    GK_COPY, GK_NEGATE, GK_ABS, GK_SIGN, GK_SQUARE, GK_SQRT, GK_RSQRT, GK_RECIPROCAL, GK_EXP,
    GK_EXPM1, GK_LOG, GK_LOG1P, GK_SIN, GK_COS, GK_TANH, GK_SIGMOID, GK_SOFTPLUS, GK_RELU, GK_ERF,
    GK_FLOOR, GK_ROUND, GK_FLOAT_FROM_INT32, GK_INT32_FROM_FLOAT, GK_NEGATE_I, GK_IS_FINITE,
    GK_GELU, GK_GELU_DERIVATIVE,
  ]
  static let binary: [gk_operation] = [
    GK_ADD, GK_SUBTRACT, GK_MULTIPLY, GK_DIVIDE, GK_MAXIMUM, GK_MINIMUM, GK_POWER, GK_EQUAL,
    GK_NOT_EQUAL, GK_LESS, GK_LESS_OR_EQUAL, GK_ADD_I, GK_SUBTRACT_I, GK_MULTIPLY_I, GK_EQUAL_I,
    GK_LESS_I, GK_SIGMOID_CROSS_ENTROPY, GK_MULTIPLY_NO_NAN,
  ]
  static let ternary: [gk_operation] = [GK_SELECT, GK_MULTIPLY_ADD]
  static let all = unary + binary + ternary
}
