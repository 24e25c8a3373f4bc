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

  /// - Parameter deviceCount: how many devices share the work. The arguments and the results are whole
  ///   on each of them.
  /// - Throws: naming all the primitives that have no lowering.
  init(
    _ graph: Graph, precision: Precision, deviceCount: Int = 1
  ) throws(UnsupportedPrimitives) {
    let writtenStates = graph.states.indices.filter {
      graph.newStates[$0].source != graph.states[$0].source
    }
    let writer = StableHLOWriter(precision: precision, deviceCount: deviceCount)
    let arguments = (graph.states + graph.inputs).enumerated().map { i, use in
      HLOValue(name: "%a\(i)", type: HLOType(use.type))
    }
    let values = writer.lower(graph, arguments)
    if !writer.unsupported.isEmpty { throw UnsupportedPrimitives(names: writer.unsupported) }

    let results = writtenStates.map { values[$0] } + values[graph.states.count...]
    var parameters = arguments
    for (i, constant) in writer.constants.enumerated() {
      parameters.append(HLOValue(name: "%k\(i)", type: HLOType(constant.type)))
    }
    func attributes(_ type: HLOType, _ others: [String] = []) -> String {
      let all = others + (deviceCount > 1 ? ["sdy.sharding = \(HLOSharding.whole(type))"] : [])
      return all.isEmpty ? "" : " {\(all.joined(separator: ", "))}"
    }
    var aliases = [[String]](repeating: [], count: parameters.count)
    for (result, state) in writtenStates.enumerated() {
      aliases[state] = ["tf.aliasing_output = \(result) : i32"]
    }
    let parameterList = zip(parameters, aliases).map { parameter, alias in
      "\(parameter.name): \(parameter.type)\(attributes(parameter.type, alias))"
    }.joined(separator: ", ")
    let resultList = results.map { "\($0.type)\(attributes($0.type))" }.joined(separator: ", ")
    let types = results.map(\.type.description).joined(separator: ", ")
    let names = results.map(\.name).joined(separator: ", ")
    let mesh = deviceCount > 1 ? HLOSharding.mesh(of: deviceCount) + "\n" : ""
    text = """
      module @gumbel attributes {mhlo.num_partitions = \(deviceCount) : i32, \
      mhlo.num_replicas = 1 : i32} {
      \(mesh)func.func public @main(\(parameterList)) -> (\(resultList)) {
      \((writer.literalLines + writer.lines).joined(separator: "\n"))
      return \(names)\(results.isEmpty ? "" : " : ")\(types)
      }
      }

      """
    constants = writer.constants
    self.writtenStates = writtenStates
  }
}
