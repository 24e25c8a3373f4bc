import Kernels

/// Elementwise operations of one shape that run as one program, in one pass over memory.
struct ElementwiseGroup {
  struct Member {
    let operation: gk_operation
    let name: String
    /// Positions among the node's inputs (`input`) or earlier members (`member`).
    enum Operand { case input(Int), member(Int) }
    let operands: [Operand]
  }

  let shape: Shape
  let members: [Member]
  /// The members whose results leave the group, in the order of the node's outputs.
  let results: [Int]

  var names: [String] { members.map(\.name) }

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
        program, member.operation, Int32(inputs.count + position), register(0), register(1),
        register(2))
    }
    for result in results { gk_program_add_output(program, Int32(inputs.count + result)) }
    gk_program_simplify(program)
  }
}

/// Groups elementwise operations of one shape along the edges between them.
///
/// A group runs where its last member stood. An operation may therefore join the group of an
/// operand only while nothing outside the group has used a result of it ("open" groups): then no
/// operation in between can depend on the group, and moving the earlier members down is safe.
struct ElementwiseFusion {
  private final class Group {
    var members: [Int]
    var isOpen = true
    init(_ member: Int) { members = [member] }
  }

  private let nodes: [PlanGraph.Node]
  private let results: Set<Int>
  private var groups: [Int: Group] = [:]  // by node
  private var producers: [Int: Int] = [:]  // variable -> node
  private var users: [Int: Set<Int>] = [:]  // variable -> nodes

  init(_ nodes: [PlanGraph.Node], results: Set<Int>) {
    self.nodes = nodes
    self.results = results
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
  private func joinableGroup(of input: PlanGraph.Use, for node: PlanGraph.Node) -> Group? {
    let shape = node.outputs[0].type.shape
    guard let variable = input.variable, let producer = producers[variable],
      let group = groups[producer], group.isOpen, input.type.shape == shape,
      nodes[producer].outputs[0].type.shape == shape
    else { return nil }
    return group
  }

  private func close(_ input: PlanGraph.Use, except group: Group?) {
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
    let source: PlanGraph.Use.Source
    let shape: Shape
  }

  private func isInternal(_ input: PlanGraph.Use, _ group: Set<Int>) -> Int? {
    guard let variable = input.variable, let producer = producers[variable],
      group.contains(producer)
    else { return nil }
    return producer
  }

  private func externalInputs(_ members: [Int]) -> [PlanGraph.Use] {
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
  func fused() -> [PlanGraph.Node] {
    nodes.indices.compactMap { position in
      guard let group = groups[position] else { return nodes[position] }
      return group.members.last == position ? node(group.members) : nil
    }
  }

  private func node(_ members: [Int]) -> PlanGraph.Node {
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
      return ElementwiseGroup.Member(
        operation: primitive.operation, name: primitive.name,
        operands: nodes[member].inputs.map { input in
          if let producer = isInternal(input, group) { return .member(positions[producer]!) }
          return .input(slots[Input(source: input.source, shape: input.type.shape)]!)
        })
    }
    let leaving = members.filter { leaves($0, group) }
    return PlanGraph.Node(
      primitive: nodes[members[0]].primitive, inputs: inputs,
      outputs: leaving.map { nodes[$0].outputs[0] },
      fused: ElementwiseGroup(
        shape: nodes[members[0]].outputs[0].type.shape, members: compiled,
        results: leaving.map { positions[$0]! }))
  }
}
