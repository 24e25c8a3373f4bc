import Testing
import _GumbelTestSupport

@testable import GumbelTensors

/// The graph of a function of inputs of these types.
func recordedGraph(_ types: [TensorType], _ function: ([Tensor]) -> [Tensor]) -> Graph {
  let trace = Trace(isCompiling: true)
  var recording = Recording(trace: trace)
  Trace.withCurrent(trace) {
    recording.inputs = types.map { trace.makeInput(Tensor(abstract: $0)) }
    recording.outputs = function(recording.inputs)
  }
  return Graph(recording)
}

extension Graph {
  fileprivate var names: [String] { nodes.map(\.primitive.name) }
}

/// What a recording becomes: a graph, and small changes of it, each by itself.
@Suite struct GraphTests {
  private let square = TensorType([2, 2])

  @Test func whatNobodyNeedsIsLeftOut() {
    let graph = recordedGraph([square, square]) { x in
      _ = exp(x[0])
      let y = x[0] + x[1]
      _ = tanh(y)
      return [y]
    }
    #expect(graph.names == ["add"])
    #expect(
      graph.description == """
        state\u{20}
        input %0:float32[2, 2], %1:float32[2, 2]
        %3:float32[2, 2] = add %0:float32[2, 2], %1:float32[2, 2]
        new state\u{20}
        output %3:float32[2, 2]
        """)
  }

  /// Views are no equations: a use says which value is meant, and in which shape.
  @Test func viewsAreLookedThrough() {
    let graph = recordedGraph([square]) { x in
      [exp(x[0].reshaped(to: [4]).stoppingGradient()).reshaped(to: [1, 4])]
    }
    #expect(graph.names == ["exp"])
    #expect(graph.nodes[0].inputs[0].variable == 0)
    #expect(graph.nodes[0].inputs[0].type == TensorType([4]))
    #expect(graph.outputs[0].variable == graph.nodes[0].outputs[0].variable)
    #expect(graph.outputs[0].type == TensorType([1, 4]))
  }

  @Test func whatDependsOnNothingIsAConstant() {
    let graph = recordedGraph([square]) { x in [x[0] * exp(Tensor([1, 2]))] }
    #expect(graph.names == ["multiply"])
    #expect(graph.nodes[0].inputs[1].variable == nil)
    #expect(graph.nodes[0].inputs[1].storage != nil)
  }

  @Test func operationsAreNarrowedToWhatIsNeeded() {
    let types = [TensorType([2, 8]), TensorType([2, 8]), TensorType([2, 2])]
    let graph = recordedGraph(types) { x in
      [lstmStep(projected: x[0], recurrent: x[1], cell: x[2]).hidden]
    }
    #expect(graph.nodes[0].outputs.count == 2)
    // The last of a loop's carries needs none of its stacked outputs, nor what they are made of.
    let loop = recordedGraph([TensorType([5, 2]), TensorType([5, 3])]) { x in
      let result = scan(from: Tensor.zeros([2]), over: Pair(x[0], x[1])) { sum, row in
        (sum + row.first, exp(row.second))
      }
      return [result.carry]
    }
    #expect(loop.nodes.count == 1)
    #expect(loop.nodes[0].inputs.compactMap(\.variable) == [0])
    #expect(loop.nodes[0].outputs.count == 1)
  }

  // MARK: - Rewrites

  private func lstmGraph(
    rows: Shape = [3], also: @escaping (Tensor) -> [Tensor] = { _ in [] }
  ) -> Graph {
    let types = [
      TensorType([7, 8]), TensorType(rows, .int32), TensorType([3, 8]), TensorType([3, 2]),
    ]
    return recordedGraph(types) { x in
      let projected = x[0].gatheringRows(at: x[1])
      let step = lstmStep(
        projected: projected.reshaped(to: [3, 8]), recurrent: x[2], cell: x[3])
      return [step.hidden] + also(projected)
    }
  }

  @Test func rowsAreGatheredWhereTheyAreUsed() {
    let graph = lstmGraph()
    #expect(graph.names == ["gatherRows", "lstm"])
    let rewritten = GatherWhereUsed()(graph)
    #expect(rewritten.names == ["lstm.gathering"])
    #expect(rewritten.nodes[0].inputs.compactMap(\.variable) == [0, 2, 3, 1])
  }

  /// Not where somebody else needs the rows, and not where their indices are no list.
  @Test func rowsOfOthersAreGatheredOnce() {
    for graph in [
      lstmGraph { [$0] }, lstmGraph { [exp($0)] }, lstmGraph(rows: [3, 1]),
    ] {
      #expect(GatherWhereUsed()(graph).names == graph.names)
    }
    let other = recordedGraph([square]) { x in [exp(x[0])] }
    #expect(GatherWhereUsed()(other).names == ["exp"])
  }

  @Test func elementwiseOperationsAreFused() {
    let graph = recordedGraph([square, TensorType([2])]) { x in
      let y = tanh(x[0] * x[1])
      return [matmul(y, y), y + x[1]]
    }
    #expect(graph.names == ["multiply", "tanh", "matmul", "add"])
    let fused = ElementwiseFusion()(graph)
    #expect(fused.names == ["fused(multiply tanh)", "matmul", "fused(add)"])
    #expect(fused.nodes[0].inputs.compactMap(\.variable) == [0, 1])
    #expect(fused.results == graph.results)
  }

  /// A fused operation is one that runs by itself as well, and says which operands it may overwrite.
  @Test func aFusedOperationIsAPrimitive() throws {
    let (x, row) = (Tensor([1, 2, 3, 4], shape: [2, 2]), Tensor([10, 20]))
    let graph = recordedGraph([x.type, row.type]) { x in
      let y = x[0] * x[1]
      return [y, y - x[0]]
    }
    let fused = ElementwiseFusion()(graph)
    let primitive = try #require(fused.nodes[0].primitive as? FusedElementwise)
    #expect(primitive.inPlace.map(\.operand) == [0, 0])
    #expect(primitive.inPlace.map(\.result) == [0, 1])
    let results = apply(primitive, [x, row])
    #expect(results.map(\.scalars) == [[10, 40, 30, 80], [9, 38, 27, 76]])
  }

  /// The processor's changes leave what comes in and what goes out as they are.
  @Test func rewritesKeepTheResults() {
    let graph = lstmGraph { [tanh($0) + 1] }
    let rewritten = graph.rewritten(by: CPUPlan.rewrites)
    #expect(rewritten.outputs.map(\.type) == graph.outputs.map(\.type))
    #expect(rewritten.results == graph.results)
    let made = Set(rewritten.nodes.flatMap(\.outputs).compactMap(\.variable))
    #expect(rewritten.results.isSubset(of: made))
  }

  // MARK: - Loops

  @Test func constantFactorsAreTransposedAhead() {
    let trace = Trace(isCompiling: true)
    let (x, c) = Trace.withCurrent(trace) {
      let x = trace.makeInput(Tensor(abstract: TensorType([4, 3])))
      let c = trace.makeInput(Tensor(abstract: TensorType([5, 3])))
      _ = matmul(x, c, transposingSecond: true)
      _ = matmul(x + 1, c, transposingSecond: true)
      _ = matmul(x, x, transposingSecond: true)
      _ = matmul(x, c, transposingFirst: false, transposingSecond: true)
      return (x, c)
    }
    let hoisted = trace.hoistTransposedFactors(among: [c])
    #expect(hoisted.map(\.position) == [0])
    #expect(hoisted.map(\.factor.type) == [TensorType([3, 5])])
    let products = trace.equations.filter { $0.primitive is Matmul }
    let factor = hoisted[0].factor.variable
    #expect(
      products.map { trace.operands[$0.operands.lowerBound + 1].variable }
        == [factor, factor, x.variable, factor])
    #expect(
      products.map { ($0.primitive as! Matmul).transposeB } == [false, false, true, false])
  }

  /// Which parts of a gradient can wait until after a loop.
  @Test func termsOfAGradientAreFound() {
    func split(_ gradient: (Tensor, Tensor, Tensor) -> Tensor) -> (waiting: Int, inLoop: Int) {
      let trace = Trace(isCompiling: true)
      return Trace.withCurrent(trace) {
        let x = trace.makeInput(Tensor(abstract: TensorType([4, 3])))
        let y = trace.makeInput(Tensor(abstract: TensorType([4, 3])))
        let indices = trace.makeInput(Tensor(abstract: TensorType([4], .int32)))
        let found = gradient(x, y, indices)
        var terms: [ScanTerm] = []
        var inLoop: [Tensor] = []
        ScanTerms(trace).split(found, into: &terms, &inLoop)
        return (terms.count, inLoop.count)
      }
    }
    func expect(_ found: (waiting: Int, inLoop: Int), _ waiting: Int, _ inLoop: Int) {
      #expect(found.waiting == waiting)
      #expect(found.inLoop == inLoop)
    }
    expect(split { x, y, _ in matmul(x, y, transposingFirst: true) }, 1, 0)
    expect(split { x, y, _ in matmul(x, y, transposingSecond: true) }, 0, 1)
    expect(split { x, _, _ in x.sum(along: 0) }, 1, 0)
    expect(split { x, _, _ in x.mean(along: 0) }, 0, 1)
    expect(split { x, _, _ in x.sum(along: 1) }, 0, 1)
    expect(split { x, _, i in x.scatterAddingRows(at: i, rows: 9) }, 1, 0)
    expect(split { x, _, _ in x }, 0, 1)
    expect(split { x, y, _ in x.sum(along: 0) + exp(y).sum(along: 0) }, 2, 0)
    expect(split { x, y, _ in x.sum(along: 0) + exp(y.sum(along: 0)) }, 1, 1)
    expect(split { x, _, _ in x.sum(along: 0).reshaped(to: [1, 3]) }, 1, 0)
    // A shape goes around a sum only where all of it can wait.
    expect(
      split { x, y, _ in (x.sum(along: 0) + exp(y.sum(along: 0))).reshaped(to: [1, 3]) }, 0, 1)
  }
}
