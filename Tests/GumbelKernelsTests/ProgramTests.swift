import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Programs {
    /// The program one element and one step at a time.
    static func interpret(_ program: Program, _ inputs: [[Float]]) -> [[Float]] {
      var results = program.outputs.map { _ in [Float]() }
      for position in 0..<program.count {
        var rest = position
        var index = program.shape
        for d in program.shape.indices.reversed() {
          index[d] = rest % program.shape[d]
          rest /= program.shape[d]
        }
        var registers = [Float](repeating: .nan, count: program.registerCount)
        for (i, strides) in program.strides.enumerated() {
          registers[i] = inputs[i][zip(index, strides).map { $0 * $1 }.reduce(0, +)]
        }
        for step in program.steps {
          let o = step.operands.map { registers[$0] } + [0, 0]
          registers[step.out] = Elementwise.exact(step.operation, o[0], o[1], o[2])!
        }
        for (j, register) in program.outputs.enumerated() { results[j].append(registers[register]) }
      }
      return results
    }

    /// A program of random shape, broadcasts and steps, with its inputs.
    static func random(
      sizes: ClosedRange<Int>, rank: Int, using generator: inout SplitMix64
    ) -> (Program, [[Float]]) {
      let shape = (0..<rank).map { _ in
        Int.random(in: 0..<6, using: &generator) == 0 ? 1 : Int.random(in: sizes, using: &generator)
      }
      let inputCount = Int.random(in: 1...5, using: &generator)
      var strides: [[Int]] = [], inputs: [[Float]] = []
      for _ in 0..<inputCount {
        let keptSide = Int.random(in: 0..<3, using: &generator)
        let kept = shape.map { _ in keptSide == 0 || Bool.random(using: &generator) }
        var stride = 1
        var own = [Int](repeating: 0, count: rank)
        for d in shape.indices.reversed() where kept[d] {
          own[d] = stride
          stride *= shape[d]
        }
        strides.append(own)
        inputs.append(generator.floats(stride))
      }
      let operations = [
        GK_ADD, GK_SUBTRACT, GK_MULTIPLY, GK_MAXIMUM, GK_NEGATE, GK_ABS, GK_SELECT, GK_LESS,
        GK_MULTIPLY_ADD,
      ]
      let stepCount = Int.random(in: 1...12, using: &generator)
      var defined = inputCount
      var steps: [Program.Step] = []
      for _ in 0..<stepCount {
        let operation = operations.randomElement(using: &generator)!
        let operands = (0..<operation.arity).map { _ in
          Int.random(in: 0..<defined, using: &generator)
        }
        // Now and then a register is written again.
        let again = defined > inputCount && Int.random(in: 0..<4, using: &generator) == 0
        let out = again ? Int.random(in: inputCount..<defined, using: &generator) : defined
        if !again { defined += 1 }
        steps.append(Program.Step(operation: operation, out: out, operands: operands))
      }
      let outputs = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        Int.random(in: 0..<defined, using: &generator)
      }
      let program = Program(
        shape: shape, strides: strides, steps: steps, registerCount: defined, outputs: outputs)
      return (program, inputs)
    }

    @Test func agreesWithAnInterpreter() {
      var generator = SplitMix64(state: 5)
      for trial in 0..<600 {
        let rank = trial % 5
        let sizes = [1...1, 1...1500, 1...60, 1...15, 1...7][rank]
        let (program, inputs) = Self.random(sizes: sizes, rank: rank, using: &generator)
        let expected = Self.interpret(program, inputs)
        withAllForms { form in
          for simplified in [false, true] {
            let results = program.run(inputs, simplified: simplified)
            let agrees = zip(results, expected).allSatisfy { same($0, $1) }
            #expect(agrees, "\(form), simplified: \(simplified), \(program)")
          }
        }
      }
    }

    @Test func anOutputMayBeAnInput() {
      var generator = SplitMix64(state: 6)
      var tried = 0
      while tried < 200 {
        let (program, inputs) = Self.random(
          sizes: 1...40, rank: Int.random(in: 1...3, using: &generator), using: &generator)
        guard let whole = inputs.indices.first(where: { inputs[$0].count == program.count })
        else { continue }
        // The other outputs must not be that input's register: its memory is about to change.
        guard program.outputs.dropFirst().allSatisfy({ $0 >= inputs.count }) else { continue }
        tried += 1
        let expected = Self.interpret(program, inputs)
        withAllForms { form in
          let results = program.run(inputs, inPlace: [0: whole])
          #expect(zip(results, expected).allSatisfy { same($0, $1) }, "\(form), \(program)")
        }
      }
    }

    @Test func emptyShapesWriteNothing() {
      let program = Program(
        shape: [3, 0], strides: [[0, 1]],
        steps: [.init(operation: GK_NEGATE, out: 1, operands: [0])], registerCount: 2, outputs: [1])
      #expect(program.run([[]]) == [[]])
      #expect(program.run([[]], simplified: true) == [[]])
    }

    @Test func theLargestProgramFits() {
      // As many inputs, registers, outputs and instructions as there may be.
      let inputs = (0..<16).map { i in (0..<700).map { Float($0 % 17 + i) } }
      let steps = (0..<64).map { i in
        Program.Step(operation: GK_SUBTRACT, out: 16 + i % 32, operands: [i % 16, (i + 5) % 16])
      }
      let program = Program(
        shape: [7, 100], strides: Array(repeating: [100, 1], count: 16), steps: steps,
        registerCount: 48, outputs: Array(40..<48))
      let expected = Self.interpret(program, inputs)
      withAllForms { _ in #expect(program.run(inputs) == expected) }
    }

    @Test func threadsDoNotChangeTheResult() {
      var generator = SplitMix64(state: 7)
      let rows = 3001, columns = 37
      let x = generator.floats(rows * columns), bias = generator.floats(columns)
      let program = Program(
        shape: [rows, columns], strides: [[columns, 1], [0, 1]],
        steps: [
          .init(operation: GK_ADD, out: 2, operands: [0, 1]),
          .init(operation: GK_TANH, out: 3, operands: [2]),
        ], registerCount: 4, outputs: [3, 2])
      withAllForms { _ in
        let results = withThreadCounts { program.run([x, bias]) }
        for other in results.dropFirst() {
          #expect(same(other[0], results[0][0]) && same(other[1], results[0][1]))
        }
      }
    }
  }
}
