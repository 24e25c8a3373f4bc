/// An operation that has less to do where not all of its results are needed.
protocol NarrowablePrimitive: Primitive {
  /// The operation for some of the results, the operands that it takes, and the results that it
  /// has: those that are needed, and perhaps others.
  func narrowed(
    to isNeeded: [Bool]
  ) -> (primitive: any Primitive, operands: [Int], results: [Int])
}

/// An operation that takes the rows of its first operand from a table as well as from memory of their
/// own.
protocol GatheringPrimitive: Primitive {
  /// The operation with a table for its first operand, and with the rows' indices, int32 [rows], as
  /// an operand behind the others.
  var gathering: any Primitive { get }
}

/// The live part of a recording as nodes, each of which will be a step of the plan.
struct PlanGraph {
  /// A value as it is used: which one, and with what type (a view may have changed the shape).
  struct Use {
    enum Source: Hashable {
      /// The variable whose memory it is, behind all views.
      case variable(Int)
      case constant(ObjectIdentifier)
    }
    let source: Source
    let type: TensorType
    let storage: Storage?

    var variable: Int? {
      if case .variable(let index) = source { return index }
      return nil
    }
  }

  struct Node {
    var primitive: any Primitive
    var inputs: [Use]
    var outputs: [Use]
    /// The elementwise operations that the node stands for, if it stands for such.
    var fused: ElementwiseGroup?

    /// The results that may take the memory of an operand.
    var inPlace: [(operand: Int, result: Int)] {
      guard fused != nil else { return primitive.inPlace }
      return inputs.indices.flatMap { i in
        outputs.indices.compactMap { o in
          inputs[i].type.shape == outputs[o].type.shape ? (operand: i, result: o) : nil
        }
      }
    }
  }

  let recording: Plan.Recording
  private(set) var nodes: [Node] = []
  let newStates: [Use]
  let outputs: [Use]
  /// The variables of the arguments.
  let stateVariables: [Int]
  let inputVariables: [Int]

  init(_ recording: Plan.Recording) {
    self.recording = recording
    let trace = recording.trace
    let uses = Uses(trace: trace)
    stateVariables = recording.states.map { Int($0.variable) }
    inputVariables = recording.inputs.map { Int($0.variable) }
    newStates = recording.newStates.map { uses.use(of: $0) }
    outputs = recording.outputs.map { uses.use(of: $0) }

    // Backward: what the new state and the outputs need.
    var needed = Set((newStates + outputs).compactMap(\.variable))
    var live: [Live] = []
    for index in trace.equations.indices.reversed() {
      let equation = trace.equations[index]
      if equation.primitive is any ViewPrimitive { continue }
      guard equation.results.contains(where: needed.contains) else { continue }
      let part = Live(equation) { needed.contains($0) }
      live.append(part)
      for operand in part.operands {
        if let variable = uses.use(of: trace.operands[operand]).variable { needed.insert(variable) }
      }
    }
    let candidates = live.reversed().map { part in
      Node(
        primitive: part.primitive,
        inputs: part.operands.map { uses.use(of: trace.operands[$0]) },
        outputs: part.results.map {
          Use(source: .variable($0), type: trace.variables[$0].type, storage: nil)
        })
    }
    let results = Set((newStates + outputs).compactMap(\.variable))
    nodes = ElementwiseFusion(
      Self.gatheringWhereUsed(candidates, results: results), results: results
    ).fused()
  }

  /// The nodes without gathered rows that one operation alone uses, which can look them up itself.
  private static func gatheringWhereUsed(_ nodes: [Node], results: Set<Int>) -> [Node] {
    guard nodes.contains(where: { $0.primitive is any GatheringPrimitive }) else { return nodes }
    var nodes = nodes
    var users: [Int: Int] = [:]
    for input in nodes.flatMap(\.inputs) {
      if let variable = input.variable { users[variable, default: 0] += 1 }
    }
    var dropped = Set<Int>()
    for (position, node) in nodes.enumerated() {
      guard let primitive = node.primitive as? any GatheringPrimitive,
        let rows = node.inputs[0].variable, users[rows] == 1, !results.contains(rows),
        let gather = nodes.firstIndex(where: { $0.outputs[0].variable == rows }),
        nodes[gather].primitive is GatherRows, nodes[gather].inputs[1].type.shape.rank == 1,
        nodes[gather].outputs[0].type == node.inputs[0].type
      else { continue }
      nodes[position].primitive = primitive.gathering
      nodes[position].inputs[0] = nodes[gather].inputs[0]
      nodes[position].inputs.append(nodes[gather].inputs[1])
      dropped.insert(gather)
    }
    return nodes.indices.filter { !dropped.contains($0) }.map { nodes[$0] }
  }

  /// The part of an equation that is needed.
  private struct Live {
    var primitive: any Primitive
    var operands: [Int]
    var results: [Int]

    init(_ equation: Trace.Equation, isNeeded: (Int) -> Bool) {
      primitive = equation.primitive
      operands = Array(equation.operands)
      results = Array(equation.results)
      guard let whole = primitive as? any NarrowablePrimitive else { return }
      let part = whole.narrowed(to: results.map(isNeeded))
      primitive = part.primitive
      operands = part.operands.map { equation.operands.lowerBound + $0 }
      results = part.results.map { equation.results.lowerBound + $0 }
    }
  }

  /// Finds what stands behind views.
  private struct Uses {
    let trace: Trace
    private var viewed: [Int: Tensor] = [:]

    init(trace: Trace) {
      self.trace = trace
      for equation in trace.equations where equation.primitive is any ViewPrimitive {
        viewed[equation.results.lowerBound] = trace.operands[equation.operands.lowerBound]
      }
    }

    func use(of tensor: Tensor) -> Use {
      var root = tensor
      while root.traceID == trace.id, let source = viewed[Int(root.variable)] { root = source }
      if root.traceID == trace.id {
        return Use(source: .variable(Int(root.variable)), type: tensor.type, storage: nil)
      }
      return Use(
        source: .constant(ObjectIdentifier(root.storage)), type: tensor.type, storage: root.storage)
    }
  }

  /// The plan as text, a line a step.
  func description(_ memory: MemoryAssignment) -> String {
    func name(_ use: Use) -> String { "\(memory.place(of: use)):\(use.type)" }
    return memory.nodes.map { node in
      let operation =
        node.fused.map { "fused(\($0.names.joined(separator: " ")))" }
        ?? node.primitive.name
      return node.outputs.map(name).joined(separator: ", ") + " = " + operation + " "
        + node.inputs.map(name).joined(separator: ", ")
    }.joined(separator: "\n")
  }
}
