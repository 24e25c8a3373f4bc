import Testing
import _GumbelTestSupport

@testable import GumbelTensors

/// Counts how often it runs.
private struct Counted: Primitive {
  final class Counter: @unchecked Sendable { var runs = 0 }
  let counter: Counter

  var name: String { "counted" }
  func outputTypes(_ inputs: TensorTypes) -> OutputTypes { OutputTypes(inputs[0], inputs[0]) }
  func evaluate(_ inputs: Buffers, _ outputs: Buffers) {
    counter.runs += 1
    for i in 0..<inputs[0].count {
      outputs[0].floats[i] = 2 * inputs[0].floats[i]
      outputs[1].floats[i] = 3 * inputs[0].floats[i]
    }
  }
  func pullback(_ p: Pullback) {
    p.add(apply(self, [p.cotangent])[0], to: 0)
  }
}

/// While a function is recorded nothing is computed.
@Suite struct RecordingTests {
  private let counter = Counted.Counter()
  private func counted(_ x: Tensor) -> Tensor {
    let results = apply(Counted(counter: counter), [x])
    return results[0] + results[1]
  }

  @Test func aFirstCallRunsOnce() {
    let f = compile { (x: Tensor) in self.counted(x) }
    #expect(f(Tensor([1, 2])).scalars == [5, 10])
    #expect(counter.runs == 1)
    #expect(f(Tensor([3, 4])).scalars == [15, 20])
    #expect(counter.runs == 2)
  }

  @Test func aGradientInsideRunsOnce() {
    let f = compile { (x: Tensor) in gradient(at: x) { square(self.counted($0)).sum() } }
    #expect(f(Tensor([1, 2])).scalars == [20, 40])
    // Forward once; the pullback is what `Counted` says of itself, whatever that is worth.
    #expect(counter.runs == 2)
  }

  @Test func aLoopRunsItsStepsAlone() {
    let rows = Tensor.ones([7, 2])
    func loop(_ rows: Tensor) -> Tensor {
      scan(from: Tensor.zeros([2]), over: rows) { sum, row in (sum + counted(row), EmptyGroup()) }
        .carry
    }
    #expect(loop(rows).scalars == [35, 35])
    #expect(counter.runs == 7)
    _ = gradient(at: rows) { loop($0).sum() }
    #expect(counter.runs == 7 + 7 + 7)
    let f = compile { (rows: Tensor) in loop(rows) }
    #expect(f(rows).scalars == [35, 35])
    #expect(counter.runs == 7 + 7 + 7 + 7)
  }

  /// Constants are computed at once, and stand in the plan.
  @Test func constantsAreComputedWhileRecording() {
    let constant = Tensor([1, 2])
    let f = compile { (x: Tensor) in
      let doubled = self.counted(constant)
      return x * doubled.scalars[1] + doubled
    }
    for i in 1...3 {
      #expect(f(Tensor(Float(i))).scalars == [Float(10 * i + 5), Float(10 * i + 10)])
    }
    #expect(counter.runs == 1)
  }

  /// Values that no memory could hold are recorded: of each there is a type alone.
  @Test func shapesAloneTravel() {
    let trace = Trace(isCompiling: true)
    let types = Trace.withCurrent(trace) {
      let x = trace.makeInput(Tensor(abstract: TensorType([1 << 24, 1 << 24])))
      let y = tanh(matmul(x, x) * 2)
      let (last, stacked) = scan(from: y[0], over: y) { carry, row in (carry * row, carry + row) }
      return [y, y.transposed(), y.reshaped(to: [1 << 20, 1 << 28]), last, stacked].map(\.type)
    }
    let square = TensorType([1 << 24, 1 << 24])
    #expect(
      types == [square, square, TensorType([1 << 20, 1 << 28]), TensorType([1 << 24]), square])
    #expect(trace.variables.allSatisfy { $0.storage === Storage.none })
  }

  @Test func aRecordedTensorIsDescribedByItsType() {
    var description = ""
    let f = compile { (x: Tensor) in
      description = (x + 1).description
      return x
    }
    _ = f(Tensor([1, 2]))
    #expect(description == "float32[2] [recorded]")
  }
}
