import Foundation
import Testing
import _GumbelTestSupport

@testable import GumbelTensors

@Suite struct PlanDescriptionTests {
  struct Model: TensorGroup {
    var weight = Tensor.ones([3, 2])
    var bias = Tensor.zeros([2])
    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("weight", &weight)
      visitor.visit("bias", &bias)
    }
  }

  /// A training step: forward, backward and the update, in place.
  @Test func trainingStep() {
    let step = compile { (model: inout Model, x: Tensor) -> Tensor in
      let (loss, slope) = valueAndGradient(at: model) { model in
        square(dense(x, weight: model.weight, bias: model.bias, activation: .tanh) - 0.5).mean()
      }
      model.weight = model.weight - 0.1 * slope.weight
      model.bias = model.bias - 0.1 * slope.bias
      return loss
    }
    #expect(step.planDescription == "(nothing recorded yet)")
    var model = Model()
    _ = step(&model, Tensor.ones([4, 3]))
    let difference = snapshotDifference(step.planDescription, named: "plan-training-step.txt")
    #expect(difference == nil)
  }

  /// A step of descent on its way from the recording to the plan, as `ARCHITECTURE.md` and the article
  /// `HowAStepRuns` show it.
  @Test func fromTraceToPlan() throws {
    let trace = Trace(isCompiling: true)
    var recording = Recording(trace: trace)
    Trace.withCurrent(trace) {
      let weight = trace.makeInput(Tensor(abstract: TensorType([3, 2])))
      let x = trace.makeInput(Tensor(abstract: TensorType([4, 3])))
      let (loss, slope) = valueAndGradient(at: weight) { square(tanh(matmul(x, $0))).mean() }
      recording.states = [weight]
      recording.inputs = [x]
      recording.newStates = [weight - 0.1 * slope]
      recording.outputs = [loss]
    }
    let graph = Graph(recording)
    let stages = ["\(trace)", "\(graph)", "\(CPUPlan(graph))"]
    let text = "trace\n\(stages[0])\n\ngraph\n\(stages[1])\n\nplan\n\(stages[2])"
    #expect(snapshotDifference(text, named: "plan-from-trace.txt") == nil)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    for page in ["ARCHITECTURE.md", "Sources/GumbelTensors/GumbelTensors.docc/HowAStepRuns.md"] {
      let shown = try String(contentsOf: root.appendingPathComponent(page), encoding: .utf8)
      for stage in stages { #expect(shown.contains("```\n\(stage)\n```"), "\(page)") }
    }
  }

  /// What needs copies: exchanged states, and results that are states or arguments.
  @Test func copies() {
    let f = compile { (state: inout [Tensor], x: Tensor) -> [Tensor] in
      let old = state
      state = [old[1], old[0] + x]
      return [old[0], x, state[1], Tensor(1)]
    }
    var state = [Tensor([1, 2]), Tensor([3, 4])]
    _ = f(&state, Tensor([1, 1]))
    let difference = snapshotDifference(f.planDescription, named: "plan-copies.txt")
    #expect(difference == nil)
  }

  /// Operations that nothing needs are not part of the plan.
  @Test func deadOperations() {
    let f = compile { (_: inout EmptyGroup, x: Tensor) -> Tensor in
      _ = matmul(x, x)
      _ = exp(x)
      return x + 1
    }
    var empty = EmptyGroup()
    _ = f(&empty, Tensor.ones([2, 2]))
    #expect(!f.planDescription.contains("matmul"))
    #expect(!f.planDescription.contains("exp"))
  }
}
