import GumbelKernels

/// Groups elementwise operations of one shape along the edges between them.
///
/// A group runs where its last member stood. An operation may therefore join the group of an
/// operand only while nothing outside the group has used a result of it ("open" groups): then no
/// operation in between can depend on the group, and moving the earlier members down is safe.
struct ElementwiseFusion: Rewrite {
  func callAsFunction(_ graph: Graph) -> Graph {
    var graph = graph
    graph.nodes = ElementwiseGroups(graph).fused()
    return graph
  }
}

private struct ElementwiseGroups {
  private final class Group {
    var members: [Int]
    var isOpen = true
    init(_ member: Int) { members = [member] }
  }

  private let nodes: [Graph.Node]
  private let results: Set<Int>
  private var groups: [Int: Group] = [:]  // by node
  private var producers: [Int: Int] = [:]  // variable -> node
  private var users: [Int: Set<Int>] = [:]  // variable -> nodes

  init(_ graph: Graph) {
    nodes = graph.nodes
    results = graph.results
    for (position, node) in nodes.enumerated() {
      for output in node.outputs { producers[output.variable!] = position }
      for input in node.inputs {
        if let variable = input.variable { users[variable, default: []].insert(position) }
      }
    }
    for position in nodes.indices { place(position) }
  }

  private mutating func place(_ position: Int) {
    let node = nodes[position]
    guard node.primitive is any ElementwisePrimitive else {
      for input in node.inputs { close(input, except: nil) }
      return
    }
    let group = Group(position)
    groups[position] = group
    for input in node.inputs {
      guard let joinable = joinableGroup(of: input, for: node), joinable !== group else { continue }
      let joint = (joinable.members + group.members).sorted()
      guard fits(joint) else { continue }
      group.members = joint
      for member in joinable.members { groups[member] = group }
    }
    for input in node.inputs { close(input, except: group) }
  }

  /// The open group that makes an operand, if the operand has the same shape there as here.
  private func joinableGroup(of input: Graph.Use, for node: Graph.Node) -> Group? {
    let shape = node.outputs[0].type.shape
    guard let variable = input.variable, let producer = producers[variable],
      let group = groups[producer], group.isOpen, input.type.shape == shape,
      nodes[producer].outputs[0].type.shape == shape
    else { return nil }
    return group
  }

  private func close(_ input: Graph.Use, except group: Group?) {
    guard let variable = input.variable, let producer = producers[variable],
      let owner = groups[producer], owner !== group
    else { return }
    owner.isOpen = false
  }

  /// Whether the kernels' limits admit a group of these nodes.
  private func fits(_ members: [Int]) -> Bool {
    let group = Set(members)
    let inputs = externalInputs(members)
    let outputs = members.filter { leaves($0, group) }
    return members.count <= Int(gk_max_instructions)
      && inputs.count <= Int(gk_max_inputs)
      && outputs.count <= Int(gk_max_outputs)
      && inputs.count + members.count <= Int(gk_max_registers)
  }

  private struct Input: Hashable {
    let source: Graph.Use.Source
    let shape: Shape
  }

  private func isInternal(_ input: Graph.Use, _ group: Set<Int>) -> Int? {
    guard let variable = input.variable, let producer = producers[variable],
      group.contains(producer)
    else { return nil }
    return producer
  }

  private func externalInputs(_ members: [Int]) -> [Graph.Use] {
    let group = Set(members)
    var seen = Set<Input>()
    return members.flatMap { nodes[$0].inputs }.filter {
      isInternal($0, group) == nil
        && seen.insert(Input(source: $0.source, shape: $0.type.shape)).inserted
    }
  }

  private func leaves(_ member: Int, _ group: Set<Int>) -> Bool {
    let variable = nodes[member].outputs[0].variable!
    return results.contains(variable)
      || (users[variable] ?? []).contains(where: { !group.contains($0) })
  }

  /// The nodes with every group as one, where its last member stood.
  func fused() -> [Graph.Node] {
    nodes.indices.compactMap { position in
      guard let group = groups[position] else { return nodes[position] }
      return group.members.last == position ? node(group.members) : nil
    }
  }

  private func node(_ members: [Int]) -> Graph.Node {
    let group = Set(members)
    let inputs = externalInputs(members)
    let positions = Dictionary(uniqueKeysWithValues: members.enumerated().map { ($1, $0) })
    let slots = Dictionary(
      uniqueKeysWithValues: inputs.enumerated().map {
        (Input(source: $1.source, shape: $1.type.shape), $0)
      })
    let compiled = members.map { member in
      guard let primitive = nodes[member].primitive as? any ElementwisePrimitive else {
        fatalError("only elementwise operations are grouped")
      }
      return FusedElementwise.Member(
        primitive: primitive,
        operands: nodes[member].inputs.map { input in
          if let producer = isInternal(input, group) { return .member(positions[producer]!) }
          return .input(slots[Input(source: input.source, shape: input.type.shape)]!)
        })
    }
    let leaving = members.filter { leaves($0, group) }
    return Graph.Node(
      primitive: FusedElementwise(
        compiled, results: leaving.map { positions[$0]! },
        of: nodes[members[0]].outputs[0].type.shape, operands: inputs.map(\.type.shape)),
      inputs: inputs, outputs: leaving.map { nodes[$0].outputs[0] })
  }
}
