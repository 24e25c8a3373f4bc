import GumbelTensors
import Testing
import _GumbelTestSupport

/// Functions made of pieces: the gradient is that of the piece an element lies on, and what the other
/// one would have made of it, or of what arrives from behind, has no influence.
@Suite struct PiecewiseTests {
  private static func slopes(
    _ x: [Float], _ function: (Tensor) -> Tensor
  ) -> [Float] {
    gradient(at: Tensor(x)) { function($0).sum() }.scalars
  }

  private static func curvatures(
    _ x: [Float], _ function: @escaping (Tensor) -> Tensor
  ) -> [Float] {
    gradient(at: Tensor(x)) { x in gradient(at: x) { function($0).sum() }.sum() }.scalars
  }

  /// Each has an infinite slope where relu is 0.
  @Test(
    arguments: [
      { sqrt($0) }, { log($0) }, { pow($0, 0.5) }, { reciprocal($0) }, { $0 * Tensor(.infinity) },
      { $0 * Tensor(.nan) },
    ] as [@Sendable (Tensor) -> Tensor])
  func inactiveUnitsStopWhatArrives(_ outer: @escaping @Sendable (Tensor) -> Tensor) {
    let x: [Float] = [-1, 0, -.infinity]
    let activations: [(Tensor) -> Tensor] = [
      { relu($0) }, { maximum($0, Tensor([2, 2, 2])) * 0 + relu($0) },
      { x in
        let columns = x.reshaped(to: [3, 1])
        return dense(
          columns, weight: Tensor([1], shape: [1, 1]), bias: Tensor([0]), activation: .relu)
      },
    ]
    for activation in activations.enumerated() {
      #expect(
        Self.slopes(x) { outer(activation.element($0)) } == [0, 0, 0], "\(activation.offset)")
      let second = Self.curvatures(x) { outer(activation.element($0)) }
      #expect(second == [0, 0, 0], "\(activation.offset)")
    }
  }

  @Test func theSmallerAndTheLargerOfTwo() {
    let points = Pair(Tensor([1, 3]), Tensor([2, 2]))
    let slope = gradient(at: points) {
      let (a, b) = ($0.first, $0.second)
      return (maximum(a, b) * Tensor([.infinity, 1]) + minimum(a, b) * Tensor([1, .nan])).sum()
    }
    #expect(slope.first.scalars == [1, 1])
    #expect(slope.second.scalars[0] == .infinity)
    #expect(slope.second.scalars[1].isNaN)
    // The largest of a row.
    #expect(Self.slopes([1, 2, 0]) { $0.max() * Tensor(.infinity) } == [0, .infinity, 0])
    #expect(Self.slopes([1, .nan, 0]) { $0.max() } == [0, 0, 0])
  }

  @Test func absoluteValues() {
    #expect(Self.slopes([0, 4]) { sqrt(abs($0)) } == [0, 0.25])
  }

  @Test func eluAtZero() {
    #expect(Self.slopes([-0.0, 0, 1]) { elu($0) } == [1, 1, 1])
    #expect(Self.curvatures([-0.0, 0, 1]) { elu($0) } == [1, 1, 0])
    #expect(Self.slopes([-.infinity, .infinity]) { elu($0) } == [0, 1])
  }

  @Test func leakyReLUIsWhatItSays() {
    let x: [Float] = [-1, 0, 1, -.infinity, .infinity, .nan]
    #expect(leakyReLU(Tensor([-1, 1]), slope: 2).scalars == [-2, 1])
    #expect(Self.slopes(x) { leakyReLU($0) } == [0.01, 0.01, 1, 0.01, 1, 0.01])
    #expect(Self.curvatures(x) { leakyReLU($0) } == [0, 0, 0, 0, 0, 0])
  }

  @Test func powersOfZero() {
    func slopes(_ x: Float, _ y: Float) -> [Float] {
      let slope = gradient(at: Pair(Tensor(x), Tensor(y))) { pow($0.first, $0.second) }
      return [slope.first.scalar, slope.second.scalar]
    }
    #expect(slopes(0, 0) == [0, 0])
    #expect(slopes(0, 2) == [0, 0])
    #expect(slopes(0, 1) == [1, 0])
    #expect(slopes(0, 0.5) == [.infinity, 0])
    #expect(slopes(0, -1) == [-.infinity, -.infinity])
    #expect(slopes(.nan, 0)[0] == 0)
    let mixed = gradient(at: Pair(Tensor(0), Tensor(0))) { point in
      let slope = gradient(at: point) { pow($0.first, $0.second) }
      return slope.first + slope.second
    }
    #expect([mixed.first.scalar, mixed.second.scalar] == [0, 0])
  }

  /// As the limit from above has it, also where the exponent is a variable beside the base.
  @Test(
    arguments: [
      (-0.5, Float.infinity), (0.5, -.infinity), (1, 0), (1.5, .infinity), (2, 2), (3, 0),
    ] as [(Float, Float)])
  func curvatureOfPowersAtZero(_ exponent: Float, _ expected: Float) {
    #expect(Self.curvatures([0, 0]) { pow($0, exponent) } == [expected, expected])
    let inBoth = gradient(at: Tensor(0)) { x in
      gradient(at: Pair(x, Tensor(exponent))) { pow($0.first, $0.second) }.first
    }
    #expect(inBoth.scalar == expected)
    // The two mixed derivatives are one: xʸ⁻¹ (1 + y log x).
    if exponent < 1, exponent != 0 {
      let mixed = gradient(at: Tensor(exponent)) { y in
        gradient(at: Tensor(0)) { pow($0, y) }
      }
      #expect(mixed.scalar == (exponent > 0 ? -.infinity : .infinity))
    }
  }

  @Test func functionsThatFlattenFarOut() {
    let far: [Float] = [-3e38, -2e19, -25, 25, 2e19, 3e38]
    let zeros = [Float](repeating: 0, count: 6)
    #expect(Self.curvatures(far) { gelu($0) } == zeros)
    #expect(Self.curvatures(far) { erf($0) } == zeros)
    #expect(Self.curvatures([-.infinity, .infinity]) { gelu($0) } == [0, 0])
    #expect(Self.curvatures([-.infinity, .infinity]) { erf($0) } == [0, 0])
    #expect(silu(Tensor([-.infinity, .infinity])).scalars == [0, .infinity])
    #expect(Self.slopes([-.infinity, -3e38, 3e38, .infinity]) { silu($0) } == [0, 0, 1, 1])
  }

  /// A product that passes over infinities is a product for all else: also where a factor is 0.
  @Test func productsWithoutNaN() {
    let slope = gradient(at: Pair(Tensor([3, .infinity, .nan]), Tensor([0, 0, 0]))) {
      multiplyNoNaN($0.first, $0.second).sum()
    }
    #expect(slope.first.scalars == [0, 0, 0])
    #expect(slope.second.scalars == [3, 0, 0])
    let stopped = gradient(at: Tensor([1, 2])) {
      (multiplyNoNaN($0, Tensor([0, 1])) * Tensor([.infinity, 1])).sum()
    }
    #expect(stopped.scalars == [0, 1])
  }

  /// Rows of only -inf, beside others, to the second derivative.
  @Test func logSumsOfNothing() {
    let x = Tensor([-.infinity, -.infinity, 0, 0], shape: [2, 2])
    let first = gradient(at: x) { $0.logSumExp().sum() }
    let second = gradient(at: x) { x in (gradient(at: x) { $0.logSumExp().sum() } * x[1]).sum() }
    #expect(first.scalars == [0, 0, 0.5, 0.5])
    #expect(second.scalars.allSatisfy { !$0.isNaN })
  }
}
