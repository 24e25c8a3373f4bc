/// What of a recording is needed for its results: equations over values, in order, with views looked
/// through. It knows shapes and primitives, and nothing of what will run it.
struct Graph {
  /// A value as it is used: which one, and with what type (a view may have changed the shape).
  struct Use {
    enum Source: Hashable {
      /// The variable whose memory it is, behind all views.
      case variable(Int)
      case constant(ObjectIdentifier)
    }
    let source: Source
    let type: TensorType
    /// Of a constant.
    let storage: Storage?

    init(variable: Int, type: TensorType) {
      source = .variable(variable)
      self.type = type
      storage = nil
    }

    init(constant: Tensor, type: TensorType) {
      require(constant.isReadable, "compile: a tensor of another recording was used as a constant")
      source = .constant(ObjectIdentifier(constant.storage))
      self.type = type
      storage = constant.storage
    }

    var variable: Int? {
      if case .variable(let index) = source { return index }
      return nil
    }
  }

  struct Node {
    var primitive: any Primitive
    var inputs: [Use]
    var outputs: [Use]
  }

  var nodes: [Node] = []
  /// The arguments, each a variable.
  let states: [Use]
  let inputs: [Use]
  /// What the arguments' states become, and what comes out.
  let newStates: [Use]
  let outputs: [Use]
  /// Variables are below this number.
  let variableCount: Int
  /// That of the products, where the host makes them.
  var precision = Precision.float32

  init(
    nodes: [Node] = [], states: [Use], inputs: [Use], newStates: [Use], outputs: [Use],
    variableCount: Int
  ) {
    self.nodes = nodes
    self.states = states
    self.inputs = inputs
    self.newStates = newStates
    self.outputs = outputs
    self.variableCount = variableCount
  }

  /// The live part of a recording.
  init(_ recording: Recording) {
    let trace = recording.trace
    let views = Views(trace)
    self.init(
      states: recording.states.map(views.use), inputs: recording.inputs.map(views.use),
      newStates: recording.newStates.map(views.use), outputs: recording.outputs.map(views.use),
      variableCount: trace.variables.count)
    // Backward: what the new state and the outputs need.
    var needed = results
    for equation in trace.equations.reversed() {
      if equation.primitive is any ViewPrimitive { continue }
      guard equation.results.contains(where: needed.contains) else { continue }
      let part = Node(equation, of: trace, views) { needed.contains($0) }
      nodes.append(part)
      for variable in part.inputs.compactMap(\.variable) { needed.insert(variable) }
    }
    nodes.reverse()
  }

  /// The variables that leave the graph.
  var results: Set<Int> { Set((newStates + outputs).compactMap(\.variable)) }

  /// How many operands each variable is.
  var useCounts: [Int: Int] {
    var counts: [Int: Int] = [:]
    for variable in nodes.lazy.flatMap(\.inputs).compactMap(\.variable) {
      counts[variable, default: 0] += 1
    }
    return counts
  }
}

/// What was recorded: the variables of the arguments, and the tensors that came out.
struct Recording {
  let trace: Trace
  var states: [Tensor] = []
  var inputs: [Tensor] = []
  var newStates: [Tensor] = []
  var outputs: [Tensor] = []

  init(trace: Trace) { self.trace = trace }
}

/// An operation that has less to do where not all of its results are needed.
protocol NarrowablePrimitive: Primitive {
  /// The operation for some of the results, the operands that it takes, and the results that it
  /// has: those that are needed, and perhaps others.
  func narrowed(
    to isNeeded: [Bool]
  ) -> (primitive: any Primitive, operands: [Int], results: [Int])
}

extension Graph.Node {
  /// The part of an equation that is needed.
  fileprivate init(
    _ equation: Trace.Equation, of trace: Trace, _ views: Graph.Views, isNeeded: (Int) -> Bool
  ) {
    primitive = equation.primitive
    var operands = Array(equation.operands)
    var results = Array(equation.results)
    if let whole = primitive as? any NarrowablePrimitive {
      let part = whole.narrowed(to: results.map(isNeeded))
      primitive = part.primitive
      operands = part.operands.map { equation.operands.lowerBound + $0 }
      results = part.results.map { equation.results.lowerBound + $0 }
    }
    inputs = operands.map { views.use(of: trace.operands[$0]) }
    outputs = results.map { Graph.Use(variable: $0, type: trace.variables[$0].type) }
  }
}

extension Graph {
  /// Finds what stands behind views.
  fileprivate struct Views {
    private let trace: Trace
    private var viewed: [Int: Tensor] = [:]

    init(_ trace: Trace) {
      self.trace = trace
      for equation in trace.equations where equation.primitive is any ViewPrimitive {
        viewed[equation.results.lowerBound] = trace.operands[equation.operands.lowerBound]
      }
    }

    func use(of tensor: Tensor) -> Use {
      var root = tensor
      while root.traceID == trace.id, let source = viewed[Int(root.variable)] { root = source }
      return root.traceID == trace.id
        ? Use(variable: Int(root.variable), type: tensor.type)
        : Use(constant: root, type: tensor.type)
    }
  }
}

extension Graph: CustomStringConvertible {
  /// An equation a line, with variables by number; what comes in stands before them, and what goes out
  /// behind.
  var description: String {
    func name(_ use: Use) -> String {
      (use.variable.map { "%\($0)" } ?? "constant") + ":\(use.type)"
    }
    func names(_ uses: [Use]) -> String { uses.map(name).joined(separator: ", ") }
    let lines = nodes.map {
      "\(names($0.outputs)) = \($0.primitive.name) \(names($0.inputs))"
    }
    return
      (["state \(names(states))", "input \(names(inputs))"] + lines
      + ["new state \(names(newStates))", "output \(names(outputs))"])
      .joined(separator: "\n")
  }
}
