/// A small change of a graph that leaves its results as they are, to the bit.
protocol Rewrite: Sendable {
  func callAsFunction(_ graph: Graph) -> Graph
}

extension Graph {
  /// The graph after these changes, one after the other.
  func rewritten(by rewrites: [any Rewrite]) -> Graph {
    rewrites.reduce(self) { graph, rewrite in rewrite(graph) }
  }
}

/// An operation that takes the rows of its first operand from a table as well as from memory of their
/// own.
protocol GatheringPrimitive: Primitive {
  /// The operation with a table for its first operand, and with the rows' indices, int32 [rows], as
  /// an operand behind the others.
  var gathering: any Primitive { get }
}

/// Rows that are gathered for one operation alone are looked up by that operation itself, if it can.
///
///     x = gatherRows table, indices        y = f.gathering table, …, indices
///     y = f x, …                     →
struct GatherWhereUsed: Rewrite {
  func callAsFunction(_ graph: Graph) -> Graph {
    guard graph.nodes.contains(where: { $0.primitive is any GatheringPrimitive }) else {
      return graph
    }
    var graph = graph
    let (users, results) = (graph.useCounts, graph.results)
    var dropped = Set<Int>()
    for (position, node) in graph.nodes.enumerated() {
      guard let primitive = node.primitive as? any GatheringPrimitive,
        let rows = node.inputs[0].variable, users[rows] == 1, !results.contains(rows),
        let gather = graph.nodes.firstIndex(where: { $0.outputs[0].variable == rows }),
        graph.nodes[gather].primitive is GatherRows,
        graph.nodes[gather].inputs[1].type.shape.rank == 1,
        graph.nodes[gather].outputs[0].type == node.inputs[0].type
      else { continue }
      graph.nodes[position].primitive = primitive.gathering
      graph.nodes[position].inputs[0] = graph.nodes[gather].inputs[0]
      graph.nodes[position].inputs.append(graph.nodes[gather].inputs[1])
      dropped.insert(gather)
    }
    graph.nodes = graph.nodes.indices.filter { !dropped.contains($0) }.map { graph.nodes[$0] }
    return graph
  }
}
