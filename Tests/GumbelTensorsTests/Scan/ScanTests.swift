import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct ScanTests {
  /// The loop as it would be written out.
  static func unrolled(
    from carry: [Tensor], over inputs: [Tensor],
    _ body: ([Tensor], [Tensor]) -> ([Tensor], [Tensor])
  ) -> (carry: [Tensor], outputs: [Tensor]) {
    var carry = carry
    var steps: [[Tensor]] = []
    for t in 0..<inputs[0].shape[0] {
      let (next, outputs) = body(carry, inputs.map { $0[t] })
      carry = next
      steps.append(outputs)
    }
    return (carry, steps[0].indices.map { i in Tensor.stacked(steps.map { $0[i] }) })
  }

  typealias Body = ([Tensor], [Tensor]) -> ([Tensor], [Tensor])

  /// A loss of a loop, whose captured tensors, carry and inputs are the parts of a point.
  static func loss(
    _ point: [Tensor], _ body: ([Tensor]) -> Body,
    _ loop: ([Tensor], [Tensor], Body) -> (carry: [Tensor], outputs: [Tensor])
  ) -> Tensor {
    let step = body(Array(point[2...]))
    let result = loop([point[0]], [point[1]], step)
    return (result.carry + result.outputs).enumerated().reduce(Tensor(0)) { sum, pair in
      let weights = Tensor.uniform(pair.1.shape, key: RandomKey(UInt64(pair.0)))
      return sum + (pair.1 * weights).sum()
    }
  }

  static func scanned(
    _ carry: [Tensor], _ inputs: [Tensor], _ body: Body
  ) -> (carry: [Tensor], outputs: [Tensor]) { scan(from: carry, over: inputs, body) }

  static let point = [
    Tensor.normal([4, 3], key: RandomKey(1)), Tensor.normal([5, 4, 3], key: RandomKey(2)),
    Tensor.normal([3, 3], key: RandomKey(3)) * 0.5, Tensor.normal([3], key: RandomKey(4)),
    Tensor.normal([6, 3], key: RandomKey(5)),
  ]

  static let bodies: [(name: String, body: @Sendable ([Tensor]) -> Body)] = [
    (
      "products, biases and rows",
      { w in
        { carry, input in
          let rows = w[2].gatheringRows(at: Tensor(int32: [1, 5, 1, 0]))
          let next = dense(carry[0], weight: w[0], bias: w[1], activation: .tanh) + input[0]
          return ([next * 0.5], [next * rows, matmul(input[0], w[0])])
        }
      }
    ),
    (
      "a carry that is put out, and one from outside",
      { w in { carry, input in ([tanh(carry[0] * w[1] + input[0])], [carry[0], w[0], input[0]]) } }
    ),
    (
      "a captured matrix on the left, and what does not change",
      { w in
        { carry, input in
          let constant = exp(w[1] * 0.3)
          let mixed = matmul(
            w[2], matmul(w[0], input[0], transposingSecond: true)
          ).sum(along: 0)
          return ([sigmoid(carry[0] + mixed.reshaped(to: [4, 1]) * constant)], [carry[0].sum()])
        }
      }
    ),
    (
      "a gradient inside",
      { w in
        { carry, input in
          let slope = gradient(at: w[1]) { (tanh(carry[0] * $0) * input[0]).sum() }
          return ([carry[0] * 0.9 + slope], [slope])
        }
      }
    ),
    (
      "a loop inside",
      { w in
        { carry, input in
          let inner = scan(from: carry[0], over: input[0]) { c, x in
            let next = tanh(matmul(c, w[0]) + x * w[1])
            return (next, next.sum(along: 0))
          }
          return ([inner.carry], [inner.outputs])
        }
      }
    ),
  ]

  @Test(arguments: 0..<5)
  func likeTheLoopWrittenOut(_ number: Int) {
    let body = Self.bodies[number].body
    func first(
      _ point: [Tensor],
      _ loop: ([Tensor], [Tensor], Body) -> (carry: [Tensor], outputs: [Tensor])
    ) -> (value: Tensor, gradient: [Tensor]) {
      valueAndGradient(at: point) { Self.loss($0, body, loop) }
    }
    func second(
      _ point: [Tensor],
      _ loop: ([Tensor], [Tensor], Body) -> (carry: [Tensor], outputs: [Tensor])
    ) -> [Tensor] {
      gradient(at: point) { point in
        let inner = gradient(at: point) { Self.loss($0, body, loop) }
        return inner.reduce(Tensor(0)) { $0 + square($1).sum() }
      }
    }
    let plain = { (carry: [Tensor], inputs: [Tensor], body: Body) in
      Self.unrolled(from: carry, over: inputs, body)
    }
    let expected = first(Self.point, plain)
    let found = first(Self.point, Self.scanned)
    let alone = Self.loss(Self.point, body, Self.scanned)
    let isSameAlone = haveSameBits(alone, found.value)
    #expect(isSameAlone)
    expectClose([found.value], [expected.value])
    expectClose(found.gradient, expected.gradient)
    let expectedSecond = second(Self.point, plain)
    let foundSecond = second(Self.point, Self.scanned)
    expectClose(foundSecond, expectedSecond)

    let compiled = compile { (state: inout EmptyGroup, point: [Tensor]) -> [Tensor] in
      let (value, gradient) = first(point, Self.scanned)
      return [value] + gradient + second(point, Self.scanned)
    }
    var empty = EmptyGroup()
    for _ in 0..<2 {
      let results = compiled(&empty, Self.point)
      let isSame = haveSameBits(results, [found.value] + found.gradient + foundSecond)
      #expect(isSame)
    }
  }

  private func expectClose(_ found: [Tensor], _ expected: [Tensor]) {
    for (i, (a, b)) in zip(found, expected).enumerated() {
      let scale = max(abs(b).max().scalar, 1)
      let distance = abs(a - b).max().scalar / scale
      #expect(a.shape == b.shape && distance < 3e-5, "number \(i)")
    }
  }

  @Test func nothingToRunOver() {
    let w = Tensor([2])
    let (value, gradient) = valueAndGradient(at: [Tensor([3]), w]) { point in
      let (last, outputs) = scan(from: point[0], over: Tensor.zeros([0, 1])) { c, x in
        (c * point[1] + x, c)
      }
      return last.sum() + outputs.sum()
    }
    #expect(value.scalar == 3)
    let found = gradient.map(\.scalars)
    #expect(found == [[1], [0]])
  }

  @Test func keysAndSteps() {
    let key = RandomKey(7)
    let keys = scan(from: EmptyGroup(), over: key.sequence(of: 3)) { carry, key in
      (carry, Tensor.uniform([2], key: key))
    }.outputs
    let steps = scan(from: Tensor(int32: 10), count: 3) { carry, step in
      (carry + step, Tensor.uniform([2], key: key.folding(in: step)))
    }
    let expected = Tensor.stacked((0..<3).map { Tensor.uniform([2], key: key.folding(in: $0)) })
    let isSame = haveSameBits([keys, steps.outputs], [expected, expected])
    #expect(isSame)
    #expect(steps.carry.int32Scalar == 13)
  }

  /// What only a gradient needs is not there where none is asked for.
  @Test func plansHoldWhatIsNeeded() {
    let run = { (point: [Tensor]) in
      scan(from: point[0], over: point[1]) { carry, input in
        let next = tanh(matmul(carry, point[2]) + input)
        return (next, next)
      }
    }
    let inference = compile { (state: inout EmptyGroup, point: [Tensor]) in run(point).carry }
    let afterGradient = compile { (state: inout EmptyGroup, point: [Tensor]) -> Tensor in
      valueAndGradient(at: point) { run($0).outputs.sum() }.value
    }
    var empty = EmptyGroup()
    let last = inference(&empty, Self.point)
    _ = afterGradient(&empty, Self.point)
    #expect(last.shape == [4, 3])
    #expect(!afterGradient.planDescription.contains("reversed"))
    func scanResults(_ plan: String) -> Int {
      let line = plan.split(separator: "\n").first { $0.contains(" = scan ") } ?? ""
      return (line.split(separator: "=").first ?? "").split(separator: "float32").count - 1
    }
    // The last carry; and with it the outputs.
    let inferenceResults = scanResults(inference.planDescription)
    let gradientResults = scanResults(afterGradient.planDescription)
    #expect(inferenceResults == 1)
    #expect(gradientResults == 2)
  }

  /// A compiled loop over a state that it changes.
  @Test func statesAdvance() {
    let step = { (state: inout Tensor, xs: Tensor) -> Tensor in
      let (last, outputs) = scan(from: state, over: xs) { c, x in (c * 0.5 + x, c) }
      state = last
      return outputs
    }
    let compiled = compile(step)
    var (eager, replayed) = (Tensor([1, 2]), Tensor([1, 2]))
    for i in 0..<5 {
      let xs = Tensor.normal([4, 2], key: RandomKey(UInt64(i)))
      let isSame = haveSameBits(step(&eager, xs), compiled(&replayed, xs))
      #expect(isSame)
    }
    let isSame = haveSameBits(eager, replayed)
    #expect(isSame)
  }

  @Test func mistakesTrap() async {
    await #expect(processExitsWith: .failure) {
      _ = scan(from: Tensor(0), over: Tensor([1, 2])) { c, x in
        (c + x, Tensor(c.scalar))
      }
    }
    await #expect(processExitsWith: .failure) {
      _ = scan(from: Tensor(0), over: Tensor([1, 2])) { c, x in (c + Tensor([1, 2]), x) }
    }
    await #expect(processExitsWith: .failure) {
      _ = scan(from: Tensor(0), over: [Tensor([1, 2]), Tensor([1])]) { c, x in (c, x[0]) }
    }
  }
}
