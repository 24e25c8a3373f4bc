import Testing
import _GumbelTestSupport

@testable import GumbelTensors

/// The graph of a program of arguments as the random programs have them.
func recordedGraph(of program: RandomProgram) -> Graph {
  var chance = RandomKeyStream(RandomKey(program.seed).folding(in: "arguments"))
  let key = RandomKey(program.seed).folding(in: "values")
  let isLarge = program.seed % 3 == 0
  func arguments(_ count: Int, _ first: Int) -> [TensorType] {
    (0..<count).map { RandomProgram.argument(key.folding(in: first + $0), large: isLarge).type }
  }
  let states = arguments(Int.random(in: 1...4, using: &chance), 0)
  let inputs = arguments(Int.random(in: 0...3, using: &chance), 100)
  let trace = Trace(isCompiling: true)
  var recording = Recording(trace: trace)
  Trace.withCurrent(trace) {
    recording.states = states.map { trace.makeInput(Tensor(abstract: $0)) }
    recording.inputs = inputs.map { trace.makeInput(Tensor(abstract: $0)) }
    recording.newStates = recording.states
    recording.outputs = program(&recording.newStates, recording.inputs)
  }
  return Graph(recording)
}

/// A memory that knows which value each of its bytes belongs to, in which a plan is played through.
private struct Memory {
  private enum Region: Hashable { case arena, state(Int), input(Int), output(Int) }
  private struct Entry {
    let bytes: Range<Int>
    let value: Int
  }
  private var entries: [Region: [Entry]] = [:]

  private static func location(_ place: Place, _ type: TensorType) -> (Region, Range<Int>)? {
    let size = 4 * type.shape.count
    return switch place {
    case .arena(let offset): (.arena, offset..<(offset + size))
    case .state(let i): (.state(i), 0..<size)
    case .input(let i): (.input(i), 0..<size)
    case .output(let i): (.output(i), 0..<size)
    case .constant: nil
    }
  }

  static func overlap(_ a: (Place, TensorType), _ b: (Place, TensorType)) -> Bool {
    guard let a = location(a.0, a.1), let b = location(b.0, b.1), a.0 == b.0 else { return false }
    return a.1.overlaps(b.1)
  }

  func value(at place: Place, _ type: TensorType) -> Int? {
    guard let (region, bytes) = Self.location(place, type) else { return nil }
    return entries[region]?.first { $0.bytes == bytes }?.value
  }

  mutating func write(_ value: Int, to place: Place, _ type: TensorType) {
    guard let (region, bytes) = Self.location(place, type) else { return }
    entries[region, default: []].removeAll { $0.bytes.overlaps(bytes) }
    entries[region, default: []].append(Entry(bytes: bytes, value: value))
  }
}

/// What goes wrong when a plan runs in places: reads of something else than was meant, results that
/// overlap, operands that are written over while they are read, and results that are not there in the
/// end.
private func problems(
  of graph: Graph, nodes: [Graph.Node], place: (Graph.Use) -> Place
) -> [String] {
  var problems: [String] = []
  var memory = Memory()
  // A copy has the value of what it is a copy of.
  var copies: [Int: Int] = [:]
  func value(_ use: Graph.Use) -> Int? { use.variable.map { copies[$0] ?? $0 } }
  func at(_ use: Graph.Use) -> (Place, TensorType) { (place(use), use.type) }
  for argument in graph.states + graph.inputs {
    memory.write(argument.variable!, to: place(argument), argument.type)
  }
  for (position, node) in nodes.enumerated() {
    let what = "step \(position), \(node.primitive.name)"
    for (i, input) in node.inputs.enumerated() where input.type.shape.count > 0 {
      if let value = value(input), memory.value(at: place(input), input.type) != value {
        problems.append("\(what): operand \(i) is not where it is read")
      }
    }
    for (j, output) in node.outputs.enumerated() {
      if case .input = place(output) { problems.append("\(what): an input is written") }
      for other in node.outputs[..<j] where Memory.overlap(at(output), at(other)) {
        problems.append("\(what): results overlap")
      }
      for (i, input) in node.inputs.enumerated() where Memory.overlap(at(output), at(input)) {
        let isWhole = "\(place(output))" == "\(place(input))"
        let mayBe = node.primitive.inPlace.contains { $0.operand == i && $0.result == j }
        if !isWhole || !mayBe {
          problems.append("\(what): operand \(i) is written over while it is read")
        }
      }
    }
    if node.primitive is Identity, let source = node.inputs[0].variable,
      node.outputs[0].variable! >= graph.variableCount
    {
      copies[node.outputs[0].variable!] = copies[source] ?? source
    }
    for output in node.outputs { memory.write(value(output)!, to: place(output), output.type) }
  }
  for (uses, placeOf) in [
    (graph.newStates, Place.state), (graph.outputs, Place.output),
  ] {
    for (i, use) in uses.enumerated() where use.type.shape.count > 0 {
      // A constant was copied there by a step of its own.
      guard let value = use.variable else { continue }
      if memory.value(at: placeOf(i), use.type) != value {
        problems.append("in the end \(placeOf(i)) does not hold its value")
      }
    }
  }
  return problems
}

@Suite struct MemoryAssignmentTests {
  private static func graphs(_ seeds: Range<UInt64>) -> [Graph] {
    seeds.flatMap { seed in
      let graph = recordedGraph(of: RandomProgram(seed: seed))
      return [graph, graph.rewritten(by: CPUPlan.rewrites)]
    }
  }

  /// Played through step by step, every value is whole when it is read.
  @Test(arguments: 0..<4)
  func everyValueIsWholeWhenItIsRead(part: UInt64) {
    for graph in Self.graphs((part * 100)..<((part + 1) * 100)) {
      let memory = MemoryAssignment(graph)
      let found = problems(of: graph, nodes: memory.nodes) { memory.place(of: $0) }
      #expect(found == [], "\(memory)")
      for use in memory.nodes.flatMap(\.outputs) {
        guard case .arena(let offset) = memory.place(of: use) else { continue }
        #expect(offset % 64 == 0)
        #expect(offset + 4 * use.type.shape.count <= memory.arenaSize)
      }
    }
  }

  /// Memory is used again: all values side by side would take much more, although many of these
  /// programs' values live long.
  @Test func memoryIsUsedAgain() {
    var (taken, all) = (0, 0)
    for graph in Self.graphs(0..<100) {
      let memory = MemoryAssignment(graph)
      taken += memory.arenaSize
      for use in memory.nodes.flatMap(\.outputs) {
        if case .arena = memory.place(of: use) { all += (4 * use.type.shape.count + 63) / 64 * 64 }
      }
    }
    #expect(Double(taken) < 0.7 * Double(all))
  }

  /// The check itself notices places that are wrong.
  @Test func wrongPlacesAreNoticed() {
    var (allAtOnce, exchanged) = (0, 0)
    for graph in Self.graphs(0..<20) {
      let memory = MemoryAssignment(graph)
      let first = problems(of: graph, nodes: memory.nodes) { use in
        if case .arena = memory.place(of: use) { .arena(0) } else { memory.place(of: use) }
      }
      let second = problems(of: graph, nodes: memory.nodes) { use in
        if case .output(let i) = memory.place(of: use) { .state(i) } else { memory.place(of: use) }
      }
      if !first.isEmpty { allAtOnce += 1 }
      if !second.isEmpty { exchanged += 1 }
    }
    #expect(allAtOnce > 20)
    #expect(exchanged > 20)
  }
}
