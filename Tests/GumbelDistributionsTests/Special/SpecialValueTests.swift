import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

private let inf = Float.infinity
private let nan = Float.nan
private let least = Float.leastNonzeroMagnitude

private typealias Case = SpecialValueLaw.Case

private func matrix(_ elements: [Float], _ rows: Int = 1) -> Tensor {
  Tensor(elements, shape: [rows, elements.count / rows])
}

/// What log Γ and its derivatives make of numbers: poles at 0, whose side follows the zero's sign where it
/// matters, and NaN below.
private let gammaLaws: [SpecialValueLaw] = [
  SpecialValueLaw(
    "log Γ",
    cases: [
      Case(
        [Tensor([0, -0.0, least, 1, 2, 3e38, inf, -inf, -1, nan])],
        [inf, inf, 103.278_93, 0, 0, inf, inf, nan, nan, nan],
        first: [[-inf, inf, -inf, -0.577_215_66, 0.422_784_34, 88.596_85, inf, nan, nan, nan]],
        second: [[inf, inf, inf, 1.644_934_1, 0.644_934_07, 1 / 3e38, 0, nan, nan, nan]])
    ], apply: { logGamma($0[0]) }),
  SpecialValueLaw(
    "ψ₂",
    cases: [
      Case(
        [Tensor([0, 1, inf, -1, nan])], [-inf, -2.404_113_8, 0, nan, nan],
        first: [[inf, 6.493_939_4, 0, nan, nan]], second: [[-inf, -24.886_266, 0, nan, nan]])
    ], apply: { polygamma(2, $0[0]) }),
]

/// Logits of a binomial distribution, for values and trials beside each.
private func binomial(
  _ rows: [(value: Float, trials: Float, logit: Float, result: Float, first: Float, second: Float)]
) -> SpecialValueLaw {
  let (values, trials) = (Tensor(rows.map(\.value)), Tensor(rows.map(\.trials)))
  return SpecialValueLaw(
    "binomial",
    cases: [
      Case(
        [Tensor(rows.map(\.logit))], rows.map(\.result), first: [rows.map(\.first)],
        second: [rows.map(\.second)])
    ],
    apply: { Binomial(trials: trials, logits: $0[0]).logProbability(of: values) })
}

/// Logits of a multinomial distribution of two draws, for counts in each row.
private func multinomial(
  _ rows: [(counts: [Float], logits: [Float], result: Float, first: [Float])]
) -> SpecialValueLaw {
  let counts = matrix(rows.flatMap(\.counts), rows.count)
  return SpecialValueLaw(
    "multinomial",
    cases: [
      Case(
        [matrix(rows.flatMap(\.logits), rows.count)], rows.map(\.result),
        first: [rows.flatMap(\.first)])
    ],
    apply: { Multinomial(trials: 2, logits: $0[0]).logProbability(of: counts) })
}

/// Logits of orders of three classes, of which the first ones are given in each row.
private func orders(
  _ rows: [(order: [Int32], logits: [Float], result: Float, first: [Float], second: [Float])]
) -> SpecialValueLaw {
  let order = Tensor(int32: rows.flatMap(\.order), shape: [rows.count, rows[0].order.count])
  return SpecialValueLaw(
    "orders",
    cases: [
      Case(
        [matrix(rows.flatMap(\.logits), rows.count), order], rows.map(\.result),
        first: [rows.flatMap(\.first)], second: [rows.flatMap(\.second)])
    ],
    apply: { PlackettLuce(logits: $0[0], length: $0[1].shape[-1]).logProbability(of: $0[1]) })
}

private let zeros: [Float] = [0, 0, 0]
private let nans: [Float] = [nan, nan, nan]

/// What is outside a support has the logarithm -inf and a gradient of 0; an invalid row or element is
/// NaN, alone.
private let probabilityLaws: [SpecialValueLaw] = [
  binomial([
    (0, 3, 0, -2.079_441_5, -1.5, -0.75), (3, 3, inf, 0, 0, 0), (0, 3, -inf, 0, 0, 0),
    (-0.0, 3, -3e38, 0, 0, 0), (2, 4, least, -0.980_829_25, 0, -1), (0, 0, inf, 0, 0, 0),
    // A logarithm is a number where the probability is none any more.
    (2, 4, -1000, -1998.208_2, 2, 0), (1, 4, 1000, -2998.613_8, -3, 0), (4, 4, 3e38, 0, 0, 0),
    (0, 4, 3e38, -inf, -4, 0),
    // Outside.
    (-1, 3, 0, -inf, 0, 0), (4, 3, 0, -inf, 0, 0), (0.5, 3, 0, -inf, 0, 0),
    (least, 3, 0, -inf, 0, 0), (inf, 3, 0, -inf, 0, 0), (-inf, 3, 0, -inf, 0, 0),
  ]),
  // What is no number, and what no distribution has.
  SpecialValueLaw(
    "binomial of NaN",
    cases: [
      Case([Tensor([0, nan, 0, 0, 0, 0])], [nan, nan, nan, nan, nan, nan])
    ],
    apply: {
      Binomial(trials: Tensor([3, 3, nan, -1, 2.5, inf]), logits: $0[0])
        .logProbability(of: Tensor([nan, 1, 1, 0, 1, 1]))
    }),
  multinomial([
    ([1, 1], [0, 0], -0.693_147_2, [0, 0]), ([2, 0], [0, -inf], 0, [0, 0]),
    ([2, -0.0], [inf, 3e38], 0, [0, 0]), ([0, 2], [0, -inf], -inf, [0, 0]),
    ([3, -1], [0, 0], -inf, [0, 0]), ([1.5, 0.5], [0, 0], -inf, [0, 0]),
    ([inf, 0], [0, 0], -inf, [0, 0]), ([1, 0], [least, 0], -inf, [0, 0]),
    ([1, 1], [-inf, -inf], nan, [nan, nan]), ([1, 1], [nan, 0], nan, [nan, nan]),
    ([1, 1], [3e38, 3e38], -0.693_147_2, [0, 0]),
  ]),
  orders([
    ([2, 0, 1], zeros, -1.791_759_5, [0.166_666_67, -0.833_333_33, 0.666_666_67], zeros),
    (
      [1, 2, 0], [least, -0.0, 0], -1.791_759_5, [-0.833_333_33, 0.666_666_67, 0.166_666_67], zeros
    ),
    // An infinite logit is certain to be the first, and leaves nothing to choose from.
    ([0, 1, 2], [inf, 0, 0], -inf, zeros, zeros), ([0, 1, 1], zeros, -inf, zeros, zeros),
    ([0, 1, 3], zeros, -inf, zeros, zeros), ([0, 1, -1], zeros, -inf, zeros, zeros),
    ([0, 1, 2], [-inf, -inf, -inf], nan, nans, nans), ([0, 1, 2], [0, nan, 0], nan, nans, nans),
  ]),
  orders([
    ([0], [3e38, 3e38, 3e38], -1.098_612_3, [0.666_666_67, -0.333_333_33, -0.333_333_33], zeros),
    ([1], [-inf, 3e38, 0], 0, zeros, zeros), ([1], [-inf, -3e38, -inf], 0, zeros, zeros),
    ([0], [inf, 3e38, 0], 0, zeros, zeros), ([0], [-inf, 0, 0], -inf, zeros, zeros),
  ]),
]

/// Draws and modes: from rows with one class left it is that one, the first of several that tie, and
/// invalid rows are -1 or NaN, alone.
private let drawLaws: [SpecialValueLaw] = [
  SpecialValueLaw(
    "mode of orders",
    cases: [
      Case(
        [matrix([-0.0, 0, least, nan, 0, 1, -inf, -inf, 1, inf, 3e38, inf, -3e38, -inf, 3e38], 5)],
        [2, 0, -1, -1, -1, -1, 0, 2, 2, 0])
    ], apply: { PlackettLuce(logits: $0[0], length: 2).mode }),
  SpecialValueLaw(
    "binomial draws",
    cases: [
      Case(
        [Tensor([inf, -inf, 3e38, 0, 0, 0, 0, 0, nan])], [3, 0, 3, 0, nan, nan, nan, nan, nan],
        first: [[0, 0, 0, 0, 0, 0, 0, 0, 0]])
    ],
    apply: {
      Binomial(trials: Tensor([3, 3, 3, -0.0, nan, -1, 2.5, inf, 3]), logits: $0[0])
        .sample(key: RandomKey(1))
    }),
  SpecialValueLaw(
    "multinomial draws",
    cases: [
      Case(
        [matrix([-inf, 5, inf, 3e38, -3e38, 3e38, nan, 0, -inf, -inf], 5)],
        [0, 3, 3, 0, 0, 3, nan, nan, nan, nan])
    ], apply: { Multinomial(trials: 3, logits: $0[0]).sample(key: RandomKey(1)) }),
]

let specialDensityLaws = gammaLaws + probabilityLaws

@Suite struct SpecialValueTests {
  private static let laws = specialDensityLaws + drawLaws

  @Test(arguments: laws)
  func law(_ law: SpecialValueLaw) {
    let failures = law.failures()
    #expect(failures == [])
  }

  /// Draws and orders.
  private static let withoutGradient: Set = ["CompleteOrder", "LargestInOrder"]

  /// So that a primitive cannot be added without a word about its special values.
  @Test func everyPrimitiveHasALaw() throws {
    let declared = try declaredPrimitives(in: "GumbelDistributions")
    let traced = Self.laws.map(\.primitives).reduce(TracedPrimitives(), +)
    #expect(declared.count > 8)
    #expect(
      declared.subtracting(traced.evaluated) == [], "primitives without a law of special values")
    #expect(declared.subtracting(traced.pulledBack) == Self.withoutGradient)
  }

  /// What is outside stops what arrives from behind.
  @Test func whatIsOutsideStopsInfinities() {
    let slope = gradient(at: Tensor([0, 0])) { logits in
      let binomial = Binomial(trials: Tensor(3), logits: logits)
      return square(binomial.logProbability(of: Tensor([-1, 3]))).sum()
    }
    #expect(slope.scalars[0] == 0)
    #expect(Swift.abs(slope.scalars[1] + 3 * 2.079_441_5) < 1e-5)
  }
}
