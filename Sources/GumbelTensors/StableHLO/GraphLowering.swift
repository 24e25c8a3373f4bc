extension StableHLOWriter {
  /// Writes a graph for these arguments, its states and inputs: what the new states and the outputs are.
  func lower(_ graph: Graph, _ arguments: [HLOValue]) -> [HLOValue] {
    var values: [Int: HLOValue] = [:]
    for (argument, value) in zip(graph.states + graph.inputs, arguments) {
      if let variable = argument.variable { values[variable] = value }
    }
    func value(_ use: Graph.Use) -> HLOValue {
      switch use.source {
      case .variable(let variable): reshape(values[variable]!, use.type.shape)
      case .constant: constant(use.storage!, use.type)
      }
    }
    for node in graph.nodes {
      let results = lower(node.primitive, node.inputs.map(value), to: node.outputs.map(\.type))
      for (output, result) in zip(node.outputs, results) { values[output.variable!] = result }
    }
    return (graph.newStates + graph.outputs).map(value)
  }

  /// Writes a primitive: as it says itself, or from what is computed of each element, or as what it is
  /// composed of. One for which there is none of these is noted, and stands as zeros.
  func lower(
    _ primitive: any Primitive, _ inputs: [HLOValue], to types: [TensorType]
  ) -> [HLOValue] {
    if let results = primitive.lower(inputs, to: types, with: self) { return results }
    if let elementwise = primitive as? any ElementwisePrimitive {
      return [lower(elementwise.operation, inputs, to: HLOType(types[0]))]
    }
    if let graph = Graph(composing: primitive, types: inputs.map(\.type)) {
      return lower(graph, inputs)
    }
    reportUnsupported(primitive.name)
    return types.map { type in
      type.elementType == .float32 ? constant(Float(0), type.shape) : constant(0, type.shape)
    }
  }
}

extension Graph {
  /// What a primitive is composed of, recorded for operands of these types; nil if it is nothing.
  fileprivate init?(composing primitive: any Primitive, types: [HLOType]) {
    var recording = Recording(trace: Trace(isCompiling: true))
    recording.inputs = types.map { type in
      recording.trace.makeInput(
        Tensor(abstract: TensorType(type.shape, type.elementType == .int32 ? .int32 : .float32)))
    }
    let results = Trace.withCurrent(recording.trace) { primitive.composed(recording.inputs) }
    guard let results else { return nil }
    recording.outputs = results
    self.init(recording)
  }
}
