import Testing
import _GumbelTestSupport

@testable import GumbelTensors

@Suite struct RandomProgramTests {
  /// A tensor that the caller keeps, and the bits it had when the caller got it.
  struct Kept {
    let tensor: Tensor
    let bits: [UInt32]
    let what: String

    init(_ tensor: Tensor, _ what: String) {
      self.tensor = tensor
      self.what = what
      bits = _GumbelTestSupport.bits(of: tensor)
    }
  }

  /// What goes wrong when a program runs compiled and eagerly side by side.
  static func failures(_ program: RandomProgram) -> [String] {
    let seed = program.seed
    var chance = RandomKeyStream(RandomKey(seed).folding(in: "arguments"))
    let key = RandomKey(seed).folding(in: "values")
    let large = seed % 3 == 0
    let stateCount = Int.random(in: 1...4, using: &chance)
    var state = (0..<stateCount).map {
      RandomProgram.argument(key.folding(in: $0), large: large)
    }
    // Two states in one memory, often.
    if stateCount > 1, Bool.random(using: &chance) { state[1] = state[0] }
    var replayedState = state
    var kept = state.map { Kept($0, "the initial state") }

    let inputCount = Int.random(in: 0...3, using: &chance)
    let inputKeys = (0..<inputCount).map { key.folding(in: 100 + $0) }
    let compiled = compile { (state: inout [Tensor], inputs: [Tensor]) in
      program(&state, inputs)
    }
    var failures: [String] = []
    var outputs: [Tensor] = []
    for call in 0..<5 {
      var inputs = inputKeys.map { RandomProgram.argument($0, large: large) }
      inputs = inputs.map { $0.elementType == .float32 ? $0 * Float(call + 1) : $0 }
      // Results of the last call and the state itself as inputs, where they fit.
      for i in inputs.indices where Bool.random(using: &chance) {
        let pool = outputs + replayedState
        if let same = pool.first(where: { $0.type == inputs[i].type }) { inputs[i] = same }
      }
      let expected = program(&state, inputs)
      outputs = compiled(&replayedState, inputs)
      for i in expected.indices where !haveSameBits(expected[i], outputs[i]) {
        failures.append("seed \(seed), call \(call): output \(i)")
      }
      for i in state.indices where !haveSameBits(state[i], replayedState[i]) {
        failures.append("seed \(seed), call \(call): state \(i)")
      }
      if call % 2 == 0 {
        kept += outputs.map { Kept($0, "an output of call \(call)") }
        kept += replayedState.map { Kept($0, "the state after call \(call)") }
      }
      kept += inputs.map { Kept($0, "an input of call \(call)") }
    }
    for kept in kept where bits(of: kept.tensor) != kept.bits {
      failures.append("seed \(seed): \(kept.what) was changed later")
    }
    if compiled.planCount != 1 { failures.append("seed \(seed): \(compiled.planCount) plans") }
    if !failures.isEmpty { failures.append(compiled.planDescription) }
    return failures
  }

  /// What goes wrong with a seed's program, told of the fewest of its steps with which something does.
  static func shrunkFailures(seed: UInt64) -> [String] {
    let program = RandomProgram(seed: seed)
    if failures(program).isEmpty { return [] }
    return failures(program.shrunk { !failures($0).isEmpty })
  }

  @Test(arguments: 0..<8)
  func compiledGivesTheBitsOfEager(part: UInt64) {
    var failures: [String] = []
    for seed in (part * 75)..<((part + 1) * 75) { failures += Self.shrunkFailures(seed: seed) }
    #expect(failures == [])
  }

  /// What a program of fifty steps does wrong is found in the few that it takes.
  @Test func failingProgramsAreShrunk() throws {
    func hasAdam(_ program: RandomProgram) -> Bool {
      recordedGraph(of: program).nodes.contains { $0.primitive.name == "adam" }
    }
    let program = try #require(
      (0..<200).map { RandomProgram(seed: $0) }.first { $0.steps.count > 30 && hasAdam($0) })
    let small = program.shrunk(while: hasAdam)
    #expect(hasAdam(small))
    #expect(small.steps.count < 8)
    for i in small.steps.indices {
      var smaller = small
      smaller.steps.remove(at: i)
      #expect(!hasAdam(smaller))
    }
  }

  /// The generator makes programs worth running: most fuse, most write their state.
  @Test func programsAreVaried() {
    var fused = 0
    var operations = Set<Substring>()
    for seed in 0..<80 {
      let program = RandomProgram(seed: UInt64(seed))
      var state = [Tensor.ones([3, 4]), RandomKey(1).words]
      let compiled = compile { (state: inout [Tensor], inputs: [Tensor]) in
        program(&state, inputs)
      }
      _ = compiled(&state, [Tensor.ones([4])])
      for line in compiled.planDescription.split(separator: "\n") {
        let words = line.split(separator: " ")
        guard let equals = words.firstIndex(of: "=") else { continue }
        operations.insert(words[equals + 1])
        if words[equals + 1].hasPrefix("fused(") && !words[equals + 1].hasSuffix(")") { fused += 1 }
      }
    }
    #expect(fused > 60)
    #expect(operations.count > 25)
  }
}
