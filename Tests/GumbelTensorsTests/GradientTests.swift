import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct GradientTests {
  @Test func higherDerivatives() {
    func derivative(_ f: @escaping (Tensor) -> Tensor) -> (Tensor) -> Tensor {
      { x in gradient(at: x, of: f) }
    }
    let power: (Tensor) -> Tensor = { $0 * $0 * $0 * $0 }
    let x = Tensor(3)
    let first = derivative(power)(x).scalar
    let second = derivative(derivative(power))(x).scalar
    let third = derivative(derivative(derivative(power)))(x).scalar
    let fourth = derivative(derivative(derivative(derivative(power))))(x).scalar
    let fifth = derivative(derivative(derivative(derivative(derivative(power)))))(x).scalar
    #expect([first, second, third, fourth, fifth] == [108, 108, 72, 24, 0])
  }

  /// d/dx (x d/dy (x + y)) is 1: the inner gradient is with respect to y alone.
  @Test func innerAndOuterVariablesAreApart() {
    let result = gradient(at: Tensor(1)) { x in
      x * gradient(at: Tensor(1)) { y in x + y }
    }
    #expect(result.scalar == 1)
    let nested = gradient(at: Tensor(3)) { x in
      gradient(at: Tensor(5)) { y in x * x * y } * x
    }
    #expect(nested.scalar == 27)
    // The same tensor as the variable of both.
    let both = gradient(at: Tensor(2)) { x in gradient(at: x) { y in x * y * y } }
    #expect(both.scalar == 8, "2 x y at y = x, differentiated with x twice in it")
  }

  struct Model: TensorGroup {
    var weight = Tensor([1, 2])
    var unused = Tensor([5, 5, 5])
    var category = Tensor(int32: [1, 0])
    mutating func visit(_ visitor: inout some TensorVisitor) {
      visitor.visit("weight", &weight)
      visitor.visit("unused", &unused)
      visitor.visit("category", &category)
    }
  }

  @Test func ofModels() {
    let (value, slope) = valueAndGradient(at: Model()) { square($0.weight).sum() }
    #expect(value.scalar == 5)
    #expect(slope.weight.scalars == [2, 4])
    #expect(slope.unused.scalars == [0, 0, 0])
    #expect(slope.category.int32Scalars == [0, 0])
  }

  @Test func ofConstants() {
    let slope = gradient(at: Tensor([1, 2])) { _ in Tensor(3) }
    #expect(slope.scalars == [0, 0])
    let viaInt = gradient(at: Tensor([1.5, 2.5])) {
      ($0.converted(to: .int32).converted(to: .float32) * 2).sum()
    }
    #expect(viaInt.scalars == [0, 0])
    let own = gradient(at: Tensor(4)) { $0 }
    #expect(own.scalar == 1)
  }

  @Test func alsoReturnsWhatWasComputed() {
    let (value, output, slope) = valueOutputAndGradient(at: Tensor([1, 2])) { x in
      let squares = square(x)
      return (squares.sum(), Pair(squares, x))
    }
    #expect(value.scalar == 5)
    #expect(output.first.scalars == [1, 4])
    #expect(output.second.scalars == [1, 2])
    #expect(slope.scalars == [2, 4])
  }

  @Test func stoppedGradients() {
    let slope = gradient(at: Tensor(3)) { x in x * x.stoppingGradient() }
    #expect(slope.scalar == 3)
    let second = gradient(at: Tensor(3)) { x in
      gradient(at: x) { y in y * y * y.stoppingGradient() }
    }
    #expect(second.scalar == 6, "2 y s, s stopped")
  }

  @Test func tiesShareTheGradient() {
    let largest = gradient(at: Tensor([2, 1, 2])) { $0.max() }
    #expect(largest.scalars == [0.5, 0, 0.5])
    let smallest = gradient(at: Tensor([1, 2, 1], shape: [3, 1])) { $0.min() }
    #expect(smallest.scalars == [0.5, 0, 0.5])
    let pair = gradient(at: Pair(Tensor([1, 2]), Tensor([1, 3]))) {
      (maximum($0.first, $0.second) + 10 * minimum($0.first, $0.second)).sum()
    }
    #expect(pair.first.scalars == [5.5, 10])
    #expect(pair.second.scalars == [5.5, 1])
    let kinks = gradient(at: Tensor([0])) { (relu($0) + abs($0)).sum() }
    #expect(kinks.scalars == [0])
  }

  /// Where a mask selects the other branch, not even a NaN gets through.
  @Test func whatIsNotSelectedHasNoInfluence() {
    let slope = gradient(at: Tensor([-1, 4])) { x in
      select(x .> 0, sqrt(select(x .> 0, x, Tensor(1))), Tensor(0)).sum()
    }
    #expect(slope.scalars == [0, 0.25])
    let product = gradient(at: Pair(Tensor([.infinity]), Tensor([0]))) {
      multiplyNoNaN($0.first, $0.second).sum()
    }
    #expect(product.first.scalars == [0])
    #expect(product.second.scalars == [0])
  }

  @Test func powersAtZero() {
    func slopes(_ exponent: Float) -> [Float] {
      gradient(at: Tensor([0, -2])) { pow($0, exponent).sum() }.scalars
    }
    #expect(slopes(2) == [0, -4])
    #expect(slopes(1) == [1, 1])
    #expect(slopes(0) == [0, 0], "a constant")
    #expect(slopes(3) == [0, 12])
    let curvature = gradient(at: Tensor(0)) { x in gradient(at: x) { pow($0, 2) } }
    #expect(curvature.scalar == 2)
    let inExponent = gradient(at: Tensor(2)) { pow(Tensor(0), $0) }
    #expect(inExponent.scalar == 0)
  }

  /// Neither recording, nor the pullback, nor releasing takes a stack frame an operation.
  @Test func longChains() {
    let slope = gradient(at: Tensor(1)) { x in
      var y = x
      for _ in 0..<200_000 { y = y + x }
      return y
    }
    #expect(slope.scalar == 200_001)
  }

  /// A tensor that outlives the gradient it was made in is an ordinary value. (One of a compiled function
  /// has no elements: `MistakeTests`.)
  @Test func escapedTensorsAreConstants() {
    var escaped = Tensor(0)
    _ = gradient(at: Tensor(3)) { x in
      escaped = x * x
      return escaped
    }
    #expect(escaped.scalar == 9)
    let constant = escaped
    let slope = gradient(at: Tensor(2)) { x in x * constant }
    #expect(slope.scalar == 9)
  }

  @Test func gradientsInParallel() async {
    let results = await withTaskGroup(of: Float.self) { group in
      for i in 0..<16 {
        group.addTask {
          var x = Tensor(Float(i))
          for _ in 0..<50 { x = gradient(at: x) { square($0).sum() } * 0.5 }
          return x.scalar
        }
      }
      var sum: Float = 0
      for await result in group { sum += result }
      return sum
    }
    #expect(results == 120)
  }

  /// d/dw of the loss after a step of gradient descent, by differences.
  @Test func throughAnUpdate() {
    func loss(_ w: Tensor) -> Tensor { (square(w) * w + sin(w)).sum() }
    func after(_ w: Tensor) -> Tensor { loss(w - 0.1 * gradient(at: w, of: loss)) }
    let w = Tensor([0.3, -0.7])
    let slope = gradient(at: w, of: after).scalars
    func inDouble(_ w: Double) -> Double {
      let g = 3 * w * w + cosine(w)
      let moved = w - 0.1 * g
      return moved * moved * moved + sine(moved)
    }
    for (w, found) in zip([0.3, -0.7], slope) {
      let expected = (inDouble(w + 1e-6) - inDouble(w - 1e-6)) / 2e-6
      #expect(Swift.abs(Double(found) - expected) < 1e-5)
    }
  }
}
