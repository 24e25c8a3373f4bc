import Testing
import _GumbelTestSupport

@testable import GumbelTensors

@Suite struct CompiledTests {
  struct Counter: TensorGroup {
    var total = Tensor([0, 0])
    var steps = Tensor(int32: 0)
    var key = RandomKey(3)
    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("total", &total)
      visitor.visit("steps", &steps)
      visitor.visit("key", &key)
    }
  }

  static func step(_ state: inout Counter, _ x: Tensor) -> Tensor {
    state.steps = state.steps + Tensor(int32: 1)
    let noise = Tensor.normal([2], key: state.key.folding(in: state.steps))
    state.total = state.total + x * noise
    return state.total.sum()
  }

  @Test func statesAdvance() {
    let compiled = compile(Self.step)
    var (eager, replayed) = (Counter(), Counter())
    for i in 0..<20 {
      let x = Tensor(Float(i))
      let expected = Self.step(&eager, x)
      let found = compiled(&replayed, x)
      let isSame = haveSameBits(expected, found)
      #expect(isSame)
    }
    #expect(replayed.steps.int32Scalar == 20)
    let isSame = haveSameBits(eager, replayed)
    #expect(isSame)
    #expect(compiled.planCount == 1)
  }

  /// Nobody else's tensors change, whoever shares memory with the state.
  @Test func copiesAreLeftAlone() {
    let compiled = compile { (state: inout [Tensor], x: Tensor) -> [Tensor] in
      let old = state[0]
      state[0] = state[0] * 2 + x
      state[1] = state[1] + old
      return [old, state[0]]
    }
    let original = Tensor([1, 2])
    var state = [original, original]
    let copy = state
    let first = compiled(&state, original)
    #expect(original.scalars == [1, 2])
    #expect(copy.map(\.scalars) == [[1, 2], [1, 2]])
    #expect(state.map(\.scalars) == [[3, 6], [2, 4]])
    #expect(first.map(\.scalars) == [[1, 2], [3, 6]])
    // A result put into the state, and a state given as input.
    state[1] = first[1]
    let given = state[0]
    let second = compiled(&state, given)
    #expect(first.map(\.scalars) == [[1, 2], [3, 6]])
    #expect(given.scalars == [3, 6])
    #expect(second.map(\.scalars) == [[3, 6], [9, 18]])
    #expect(state.map(\.scalars) == [[9, 18], [6, 12]])
  }

  /// The state is written where it lies when nobody else refers to it: no memory a step.
  @Test func statesAreUpdatedInPlace() {
    let compiled = compile { (state: inout [Tensor], x: Tensor) -> EmptyGroup in
      state[0] = state[0] + x
      return EmptyGroup()
    }
    var state = [Tensor.zeros([100])]
    let x = Tensor.ones([100])
    _ = compiled(&state, x)
    let before = ObjectIdentifier(state[0].storage)
    for _ in 0..<10 { _ = compiled(&state, x) }
    let after = ObjectIdentifier(state[0].storage)
    #expect(before == after)
    #expect(state[0].scalars == [Float](repeating: 11, count: 100))
  }

  @Test func resultsAreMemoryOfTheirOwnWhileKept() {
    let compiled = compile { (_: inout EmptyGroup, x: Tensor) in x * 2 }
    var empty = EmptyGroup()
    var kept: [Tensor] = []
    for i in 0..<5 { kept.append(compiled(&empty, Tensor([Float(i)]))) }
    #expect(kept.map(\.scalar) == [0, 2, 4, 6, 8])
    // Fed back at once: the operand is the last result.
    var x = Tensor([1])
    for _ in 0..<10 { x = compiled(&empty, x) }
    #expect(x.scalar == 1024)
    let nested = compiled(&empty, compiled(&empty, Tensor([3])))
    #expect(nested.scalar == 12)
  }

  @Test func swappedAndSharedStates() {
    let swap = compile { (state: inout [Tensor], _: EmptyGroup) -> [Tensor] in
      let old = state
      state = [old[1], old[2], old[0]]
      return [old[0], state[0], Tensor(7)]
    }
    var state = [Tensor(1), Tensor(2), Tensor(3)]
    let outputs = swap(&state, EmptyGroup())
    #expect(state.map(\.scalar) == [2, 3, 1])
    #expect(outputs.map(\.scalar) == [1, 2, 7])
    let again = swap(&state, EmptyGroup())
    #expect(state.map(\.scalar) == [3, 1, 2])
    #expect(again.map(\.scalar) == [2, 3, 7])
    #expect(outputs.map(\.scalar) == [1, 2, 7])

    let spread = compile { (state: inout [Tensor], x: Tensor) -> Tensor in
      let sum = state[0] + x
      state = [sum, sum]
      return sum
    }
    var pair = [Tensor(1), Tensor(5)]
    let sum = spread(&pair, Tensor(2))
    _ = spread(&pair, Tensor(2))
    #expect(pair.map(\.scalar) == [5, 5])
    #expect(sum.scalar == 3)

    let replace = compile { (state: inout Tensor, x: Tensor) -> Tensor in
      let old = state
      state = x
      return old
    }
    var single = Tensor(1)
    let x = Tensor(2)
    let old = replace(&single, x)
    #expect([single.scalar, old.scalar, x.scalar] == [2, 1, 2])
    let older = replace(&single, Tensor(3))
    #expect([single.scalar, old.scalar, x.scalar, older.scalar] == [3, 1, 2, 2])
  }

  @Test func everyShapeHasAPlan() {
    let compiled = compile { (state: inout Tensor, x: Tensor) -> Tensor in
      state = state + x.sum()
      return x * state
    }
    var state = Tensor(0)
    for _ in 0..<3 {
      for count in 1...4 {
        let result = compiled(&state, Tensor.ones([count]))
        let expected = [Float](repeating: state.scalar, count: count)
        #expect(result.scalars == expected)
      }
    }
    #expect(compiled.planCount == 4)
    #expect(state.scalar == 30)
    var other = Tensor.zeros([2, 1])
    let result = compiled(&other, Tensor.ones([3]))
    #expect(result.shape == [2, 3])
    #expect(compiled.planCount == 5)
  }

  @Test func nothingToDo() {
    let compiled = compile { (_: inout EmptyGroup, _: EmptyGroup) -> [Tensor] in
      [Tensor(1), Tensor.zeros([0, 2]) + 1]
    }
    var empty = EmptyGroup()
    let results = compiled(&empty, EmptyGroup())
    #expect(results[0].scalar == 1)
    #expect(results[1].shape == [0, 2])
    let nothing = compile { (_: inout Tensor, _: EmptyGroup) in EmptyGroup() }
    var state = Tensor(4)
    _ = nothing(&state, EmptyGroup())
    #expect(state.scalar == 4)
    #expect(nothing.planDescription == "")
  }

  @Test func takesKeys() {
    let draw = compile { (x: Tensor, key: RandomKey) in x + Tensor.gumbel(x.shape, key: key) }
    let x = Tensor.zeros([5])
    for seed in 0..<3 {
      let key = RandomKey(UInt64(seed))
      let found = draw(x, key)
      let isSame = haveSameBits(found, Tensor.gumbel([5], key: key))
      #expect(isSame)
    }
    #expect(draw.planCount == 1)
  }

  /// Each number of states and inputs, with what each of them does in the result.
  @Test func takesUpToThreeStatesAndInputs() {
    let (x, y, z) = (Tensor(1), Tensor([10, 20]), Tensor(int32: 100))
    func values(_ tensors: Tensor...) -> [Float] {
      tensors.map { $0.converted(to: .float32).sum().scalar }
    }
    func sum(_ tensors: Tensor...) -> Tensor {
      tensors.reduce(Tensor(0)) { $0 + $1.converted(to: .float32) }
    }
    var (s, t, u) = (Tensor(0), Tensor([1, 2]), Tensor(int32: 7))

    let inputs1 = compile { (x: Tensor) in sum(x) }
    let inputs2 = compile { (x: Tensor, y: Tensor) in sum(x, y) }
    let inputs3 = compile { (x: Tensor, y: Tensor, z: Tensor) in sum(x, y, z) }
    #expect(values(inputs1(x), inputs2(x, y), inputs3(x, y, z)) == [1, 32, 232])

    let one0 = compile { (s: inout Tensor) in
      s = s + 1
      return s * 2
    }
    let one2 = compile { (s: inout Tensor, x: Tensor, y: Tensor) in
      s = s + x
      return sum(s, y)
    }
    let one3 = compile { (s: inout Tensor, x: Tensor, y: Tensor, z: Tensor) in
      s = s + x
      return sum(s, y, z)
    }
    #expect(values(one0(&s), one2(&s, x, y), one3(&s, x, y, z), s) == [2, 34, 236, 3])

    let two0 = compile { (s: inout Tensor, t: inout Tensor) in
      swap(&s, &t)
      swap(&s, &t)
      t = t + s
      return sum(s, t)
    }
    let two1 = compile { (s: inout Tensor, t: inout Tensor, x: Tensor) in
      t = t - s
      return sum(t, x)
    }
    let two2 = compile { (s: inout Tensor, t: inout Tensor, x: Tensor, y: Tensor) in
      s = s + x
      return sum(s, t, y)
    }
    let two3 = compile { (s: inout Tensor, t: inout Tensor, x: Tensor, y: Tensor, z: Tensor) in
      s = s + x
      return sum(s, t, y, z)
    }
    #expect(values(two0(&s, &t), two1(&s, &t, x)) == [15, 5])
    #expect(values(two2(&s, &t, x, y), two3(&s, &t, x, y, z), s, t) == [41, 243, 5, 3])

    let three0 = compile { (s: inout Tensor, t: inout Tensor, u: inout Tensor) in
      u = u + Tensor(int32: 1)
      return sum(s, t, u)
    }
    let three1 = compile { (s: inout Tensor, t: inout Tensor, u: inout Tensor, x: Tensor) in
      u = u + Tensor(int32: 1)
      return sum(s, t, u, x)
    }
    let three2 = compile {
      (s: inout Tensor, t: inout Tensor, u: inout Tensor, x: Tensor, y: Tensor) in
      t = t + x
      return sum(s, t, u, x, y)
    }
    let three3 = compile {
      (s: inout Tensor, t: inout Tensor, u: inout Tensor, x: Tensor, y: Tensor, z: Tensor) in
      s = s + x
      return sum(s, t, u, x, y, z)
    }
    #expect(values(three0(&s, &t, &u), three1(&s, &t, &u, x)) == [29, 33])
    #expect(values(three2(&s, &t, &u, x, y), three3(&s, &t, &u, x, y, z)) == [65, 267])
    #expect(values(s, t, u) == [6, 5, 9])
  }

  /// States that nobody else refers to stay where they are in memory.
  @Test func severalStatesAreUpdatedInPlace() {
    let step = compile { (s: inout Tensor, t: inout Tensor, u: inout Tensor, x: Tensor) in
      (s, t, u) = (s + x, t * x, u - x)
      return x
    }
    var (s, t, u) = (Tensor([1, 2]), Tensor([3, 4]), Tensor([5, 6]))
    let copy = u
    func places() -> [UnsafeRawPointer?] { [s, t].map { UnsafeRawPointer($0.storage.pointer) } }
    let before = places()
    for _ in 0..<3 { _ = step(&s, &t, &u, Tensor(2)) }
    #expect(places() == before)
    #expect([s, t, u, copy].map(\.scalars) == [[7, 8], [24, 32], [-1, 0], [5, 6]])
  }

  /// Inside another compiled function and inside a gradient it is the function itself.
  @Test func nesting() {
    let inner = compile { (state: inout Tensor, x: Tensor) -> Tensor in
      state = state + 1
      return square(x) * state
    }
    let outer = compile { (state: inout Tensor, x: Tensor) -> Tensor in
      inner(&state, inner(&state, x))
    }
    var state = Tensor(0)
    let first = outer(&state, Tensor(2))
    #expect(first.scalar == 32)
    #expect(state.scalar == 2)
    let second = outer(&state, Tensor(1))
    #expect(second.scalar == 36)
    var free = Tensor(2)
    let slope = gradient(at: Tensor(5)) { inner(&free, $0) }
    #expect(slope.scalar == 30)
    #expect(free.scalar == 3)
    #expect(inner.planCount == 0)
  }

  @Test func gradientsInside() {
    let step = compile { (w: inout Tensor, x: Tensor) -> [Tensor] in
      let (loss, slope) = valueAndGradient(at: w) { square(matmul(x, $0) - 1).mean() }
      let curvature = gradient(at: w) { w in
        (gradient(at: w) { square(matmul(x, $0) - 1).mean() } * slope).sum()
      }
      w = w - 0.1 * slope
      return [loss, curvature]
    }
    let x = Tensor.normal([8, 3], key: RandomKey(1))
    var w = Tensor.zeros([3, 1])
    var losses: [Float] = []
    for _ in 0..<50 { losses.append(step(&w, x)[0].scalar) }
    #expect(losses.last! < 0.9 * losses[0])
    for (earlier, later) in zip(losses, losses.dropFirst()) { #expect(later <= earlier) }
  }

  /// A constant has a gradient inside a compiled function too.
  @Test func gradientsAtConstants() {
    let point = Tensor([1, 2])
    let f = compile { (_: inout EmptyGroup, x: Tensor) -> [Tensor] in
      let slope = gradient(at: point) { (square($0) * x).sum() }
      return [slope, gradient(at: Tensor(3)) { $0 * $0 }]
    }
    var empty = EmptyGroup()
    for i in 1...3 {
      let slopes = f(&empty, Tensor(Float(i)))
      #expect(slopes[0].scalars == [2 * Float(i), 4 * Float(i)])
      #expect(slopes[1].scalar == 6)
    }
    #expect(point.scalars == [1, 2])
  }

  @Test func parallelCallers() async {
    let sums = await withTaskGroup(of: Float.self) { group in
      for i in 0..<8 {
        group.addTask {
          let f = compile { (state: inout Tensor, x: Tensor) -> Tensor in
            state = state + (x * x).sum()
            return state
          }
          var state = Tensor(0)
          for _ in 0..<50 { _ = f(&state, Tensor.ones([100 + i])) }
          return state.scalar
        }
      }
      var sums: [Float] = []
      for await sum in group { sums.append(sum) }
      return sums.sorted()
    }
    #expect(sums == (0..<8).map { Float(50 * (100 + $0)) })
  }
}
