import GumbelEstimators
import GumbelTensors
import Testing
import _GumbelTestSupport

private let inf = Float.infinity
private let nan = Float.nan

/// What an assignment makes of scores of any kind: no gradient passes, and a matrix with a NaN is NaN,
/// alone.
@Suite struct SpecialValueTests {
  private static func matrices(_ elements: [Float], _ size: Int) -> Tensor {
    Tensor(elements, shape: [elements.count / (size * size), size, size])
  }

  private static let laws = [
    SpecialValueLaw(
      "assignment",
      cases: [
        .init(
          [
            matrices(
              [
                0, -0.0, -0.0, 0, .leastNonzeroMagnitude, 0, 0, 0, 3e38, 3e38, 3e38, -3e38, inf, 0,
                0,
                0, nan, 0, 0, 0, 0, -inf, 0, 1,
              ], 2)
          ],
          [
            1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0, 1, 0, 0, 1, nan, nan, nan, nan, 1, 0, 0, 1,
          ], first: [[Float](repeating: 0, count: 24)],
          second: [[Float](repeating: 0, count: 24)]),
        // Where one pair of -inf has to be, the others are still the best.
        .init([matrices([-inf, 5, -inf, 7], 2)], [1, 0, 0, 1]),
        .init([matrices([-inf, 7, -inf, 5], 2)], [0, 1, 1, 0]),
        .init(
          [matrices([-inf, -inf, -inf, 1, 1.25, 0, 1, 1.5, 0], 3)], [0, 0, 1, 1, 0, 0, 0, 1, 0]),
      ], apply: { $0[0].bestAssignment() })
  ]

  @Test(arguments: laws) func law(_ law: SpecialValueLaw) {
    let failures = law.failures()
    #expect(failures == [])
  }

  @Test func everyPrimitiveHasALaw() throws {
    let traced = Self.laws.map(\.primitives).reduce(TracedPrimitives(), +)
    #expect(try declaredPrimitives(in: "GumbelEstimators").subtracting(traced.evaluated) == [])
  }

  /// As few impossible pairs as there have to be, and the largest sum of the others: as all orders have
  /// it.
  @Test func assignmentsAmongImpossiblePairs() {
    let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]]
    let count = 300
    let scores = select(
      Tensor.uniform([count, 9], key: RandomKey(1)) .< 0.6, Tensor(-inf),
      Tensor.normal([count, 9], key: RandomKey(2)) * 100)
    let found = scores.reshaped(to: [count, 3, 3]).bestAssignment().scalars
    for matrix in 0..<count {
      let rows = scores.scalars[(9 * matrix)..<(9 * matrix + 9)].map(Double.init)
      func worth(_ chosen: [Double]) -> (Int, Double) {
        let possible = chosen.filter { $0 > -.infinity }
        return (possible.count, possible.reduce(0, +))
      }
      let best = orders.map { order in worth(order.enumerated().map { rows[3 * $0 + $1] }) }.max {
        $0 < $1
      }!
      let own = worth((0..<9).filter { found[9 * matrix + $0] == 1 }.map { rows[$0] })
      #expect(own.0 == best.0 && abs(own.1 - best.1) < 1e-9, "matrix \(matrix)")
    }
  }
}
