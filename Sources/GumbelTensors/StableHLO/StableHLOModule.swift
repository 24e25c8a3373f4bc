/// A graph as the text of a StableHLO module.
///
/// The text follows from the graph alone, so that executables can be kept by it.
struct StableHLOModule {
  /// What is compiled: `func.func public @main`, arguments: the states, the inputs, then `constants`;
  /// results: the new values of `writtenStates`, in that order, then the outputs.
  let text: String
  /// Large constants (above 1,024 elements, not all equal), which are arguments behind states and inputs.
  let constants: [(storage: Storage, type: TensorType)]
  /// The states that a run changes; each such argument carries `tf.aliasing_output = i : i32`.
  let writtenStates: [Int]

  /// Throws naming all the primitives that have no lowering.
  init(_ graph: Graph, precision: Precision) throws(UnsupportedPrimitives) {
    let writtenStates = graph.states.indices.filter {
      graph.newStates[$0].source != graph.states[$0].source
    }
    let writer = StableHLOWriter(precision: precision)
    let arguments = (graph.states + graph.inputs).enumerated().map { i, use in
      HLOValue(name: "%a\(i)", type: HLOType(use.type))
    }
    let values = writer.lower(graph, arguments)
    if !writer.unsupported.isEmpty { throw UnsupportedPrimitives(names: writer.unsupported) }

    let results = writtenStates.map { values[$0] } + values[graph.states.count...]
    var parameters = arguments.map { "\($0.name): \($0.type)" }
    for (result, state) in writtenStates.enumerated() {
      parameters[state] += " {tf.aliasing_output = \(result) : i32}"
    }
    for (i, constant) in writer.constants.enumerated() {
      parameters.append("%k\(i): \(HLOType(constant.type))")
    }
    let types = results.map(\.type.description).joined(separator: ", ")
    let names = results.map(\.name).joined(separator: ", ")
    text = """
      module @gumbel attributes {mhlo.num_partitions = 1 : i32, mhlo.num_replicas = 1 : i32} {
      func.func public @main(\(parameters.joined(separator: ", "))) -> (\(types)) {
      \((writer.literalLines + writer.lines).joined(separator: "\n"))
      return \(names)\(results.isEmpty ? "" : " : ")\(types)
      }
      }

      """
    constants = writer.constants
    self.writtenStates = writtenStates
  }
}
