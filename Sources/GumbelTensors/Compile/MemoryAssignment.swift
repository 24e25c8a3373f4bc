/// Gives every value of a plan a place.
///
/// A new state is computed right in the state's memory where the old value is not read later (and
/// where the operation that computes it, if it reads the old value, reads each element before it
/// writes it); a result right in the result's memory; what remains is copied there at the end.
/// Intermediate values share an arena: a value's bytes are free after its last use.
struct MemoryAssignment {
  /// The steps, with the copies that were needed.
  private(set) var nodes: [Graph.Node]
  private(set) var arenaSize = 0
  /// The states that a run changes.
  private(set) var writtenStates: Set<Int> = []

  private var places: [Int: Place] = [:]
  private var lastUse: [Int: Int] = [:]
  private var nextVariable: Int
  private let graph: Graph
  private let stateVariables: [Int]

  private static let alignment = 64

  init(_ graph: Graph) {
    self.graph = graph
    nodes = graph.nodes
    nextVariable = graph.variableCount
    stateVariables = graph.states.map { $0.variable! }
    for (i, variable) in stateVariables.enumerated() { places[variable] = .state(i) }
    for (i, input) in graph.inputs.enumerated() { places[input.variable!] = .input(i) }
    findLastUses()
    assignStatesAndOutputs()
    findLastUses()
    assignArena()
  }

  func place(of use: Graph.Use) -> Place {
    switch use.source {
    case .constant: .constant(use.storage!)
    case .variable(let index): places[index]!
    }
  }

  private mutating func findLastUses() {
    lastUse = [:]
    for (position, node) in nodes.enumerated() {
      for use in node.inputs { if let variable = use.variable { lastUse[variable] = position } }
    }
  }

  // MARK: - States and outputs

  private mutating func assignStatesAndOutputs() {
    var copiesFirst: [Graph.Node] = []
    var copiesLast: [Graph.Node] = []
    var snapshots: [Int: Int] = [:]

    /// A value as it is when the run starts: an argument's memory may be overwritten during it.
    func snapshot(_ use: Graph.Use, _ self: inout MemoryAssignment) -> Graph.Use {
      guard let variable = use.variable, self.stateVariables.contains(variable) else {
        return use
      }
      let copy = snapshots[variable] ?? self.makeVariable()
      let result = Graph.Use(variable: copy, type: use.type)
      if snapshots.updateValue(copy, forKey: variable) == nil {
        copiesFirst.append(
          Graph.Node(primitive: Identity(), inputs: [use], outputs: [result]))
      }
      return result
    }

    for (i, use) in graph.newStates.enumerated() {
      if use.variable == stateVariables[i] { continue }  // unchanged
      writtenStates.insert(i)
      if let variable = use.variable, places[variable] == nil, canTakePlace(variable, ofState: i) {
        places[variable] = .state(i)
        continue
      }
      let destination = makeVariable()
      places[destination] = .state(i)
      let source = snapshot(use, &self)
      copiesLast.append(
        Graph.Node(
          primitive: Identity(), inputs: [source],
          outputs: [Graph.Use(variable: destination, type: use.type)]))
    }
    for (i, use) in graph.outputs.enumerated() {
      if let variable = use.variable, places[variable] == nil {
        places[variable] = .output(i)
        continue
      }
      let destination = makeVariable()
      places[destination] = .output(i)
      // A new state that was computed in place is final when the last step has run; an old one
      // has to be saved before the first.
      let isOld = use.variable.map(stateVariables.contains) ?? false
      let source = isOld ? snapshot(use, &self) : use
      copiesLast.append(
        Graph.Node(
          primitive: Identity(), inputs: [source],
          outputs: [Graph.Use(variable: destination, type: use.type)]))
    }
    // Copies into results come first: a later copy into a state may overwrite what they read.
    let intoOutputs = copiesLast.filter {
      if case .output = place(of: $0.outputs[0]) { true } else { false }
    }
    let intoStates = copiesLast.filter {
      if case .state = place(of: $0.outputs[0]) { true } else { false }
    }
    nodes = copiesFirst + nodes + intoOutputs + intoStates
  }

  private mutating func makeVariable() -> Int {
    defer { nextVariable += 1 }
    return nextVariable
  }

  /// Whether a variable can be computed in the memory of a state's old value. (Where the old value
  /// is also a result, it is saved before the first step.)
  private func canTakePlace(_ variable: Int, ofState i: Int) -> Bool {
    guard
      let producer = nodes.firstIndex(where: { $0.outputs.contains { $0.variable == variable } })
    else { return false }
    let old = stateVariables[i]
    let last = lastUse[old] ?? -1
    if last < producer { return true }
    if last > producer { return false }
    let node = nodes[producer]
    let result = node.outputs.firstIndex { $0.variable == variable }!
    return node.inputs.indices.filter { node.inputs[$0].variable == old }.allSatisfy { operand in
      node.primitive.inPlace.contains { $0.operand == operand && $0.result == result }
    }
  }

  // MARK: - The arena

  private mutating func assignArena() {
    struct Block {
      var offset: Int
      var size: Int
    }
    var free: [Block] = []
    var sizes: [Int: Int] = [:]  // of arena variables
    func roundedSize(_ type: TensorType) -> Int {
      max(1, (type.byteCount + Self.alignment - 1) / Self.alignment) * Self.alignment
    }
    func release(_ offset: Int, _ size: Int) {
      free.append(Block(offset: offset, size: size))
      free.sort { $0.offset < $1.offset }
      var merged: [Block] = []
      for block in free {
        if let last = merged.last, last.offset + last.size == block.offset {
          merged[merged.count - 1].size += block.size
        } else {
          merged.append(block)
        }
      }
      free = merged
    }
    for (position, node) in nodes.enumerated() {
      var released = Set<Int>()
      // A result may take over the bytes of an operand that dies here.
      for (operand, result) in node.primitive.inPlace {
        guard let old = node.inputs[operand].variable, let new = node.outputs[result].variable,
          places[new] == nil, !released.contains(old), lastUse[old] == position,
          case .arena(let offset) = places[old], let size = sizes[old],
          size == roundedSize(node.outputs[result].type),
          node.inputs.filter({ $0.variable == old }).count == 1
        else { continue }
        places[new] = .arena(offset)
        sizes[new] = size
        released.insert(old)
      }
      for use in node.outputs {
        guard let variable = use.variable, places[variable] == nil else { continue }
        let size = roundedSize(use.type)
        let candidates = free.indices.filter { free[$0].size >= size }
        if let best = candidates.min(by: { free[$0].size < free[$1].size }) {
          places[variable] = .arena(free[best].offset)
          free[best].offset += size
          free[best].size -= size
          if free[best].size == 0 { free.remove(at: best) }
        } else {
          places[variable] = .arena(arenaSize)
          arenaSize += size
        }
        sizes[variable] = size
      }
      for variable in Set((node.inputs + node.outputs).compactMap(\.variable))
      where !released.contains(variable) && (lastUse[variable] ?? position) <= position {
        if case .arena(let offset) = places[variable], let size = sizes[variable] {
          release(offset, size)
          sizes[variable] = nil
        }
      }
    }
  }
}

extension MemoryAssignment: CustomStringConvertible {
  /// The steps as text, a line each.
  var description: String {
    func name(_ use: Graph.Use) -> String { "\(place(of: use)):\(use.type)" }
    func name(_ primitive: any Primitive) -> String {
      let isRounded = graph.precision != .float32 && primitive is any ProductPrimitive
      return primitive.name + (isRounded ? ".\(graph.precision)" : "")
    }
    return nodes.map { node in
      node.outputs.map(name).joined(separator: ", ") + " = " + name(node.primitive) + " "
        + node.inputs.map(name).joined(separator: ", ")
    }.joined(separator: "\n")
  }
}
