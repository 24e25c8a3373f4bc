import GumbelTensors
import _GumbelTestSupport

private let inf = Float.infinity
private let nan = Float.nan
private let least = Float.leastNonzeroMagnitude

/// Zeros, the least subnormal and the least normal number, 1, huge numbers and infinities of both signs,
/// and NaN.
let specialNumbers: [Float] = [
  0, -0.0, least, -least, .leastNormalMagnitude, -.leastNormalMagnitude, 1, -1, 3e38, -3e38, inf,
  -inf,
  nan,
]

/// A law of a function of one number, whose value and derivatives are those of functions in double
/// precision, rounded, but at the points of a list.
private func unary(
  _ name: String, _ function: @escaping @Sendable (Tensor) -> Tensor,
  _ value: (Double) -> Double, _ first: (Double) -> Double, _ second: (Double) -> Double,
  but exceptions: [(x: Float, value: Float?, first: Float?, second: Float?)] = []
) -> SpecialValueLaw {
  func numbers(
    _ function: (Double) -> Double,
    _ exception: ((x: Float, value: Float?, first: Float?, second: Float?)) -> Float?
  ) -> [Float] {
    specialNumbers.map { x in
      let known = exceptions.first { $0.x == x && $0.x.sign == x.sign || $0.x.isNaN && x.isNaN }
      return known.flatMap(exception) ?? Float(function(Double(x)))
    }
  }
  return SpecialValueLaw(
    name,
    cases: [
      SpecialValueLaw.Case(
        [Tensor(specialNumbers)], numbers(value) { $0.value }, first: [numbers(first) { $0.first }],
        second: [numbers(second) { $0.second }])
    ], apply: { function($0[0]) })
}

private func zero(_ x: Double) -> Double { 0 }
private func density(_ x: Double) -> Double {
  exponential(-x * x / 2) / (2 * Double.pi).squareRoot()
}
/// A function times 0 is 0 where it is infinite too.
private func times(_ x: Double, _ factor: Double) -> Double { factor == 0 ? 0 : x * factor }

let specialUnaryLaws: [SpecialValueLaw] = [
  unary("negate", { -$0 }, { -$0 }, { _ in -1 }, zero),
  // The kinks of abs and relu have a slope of 0, and so has NaN, which lies on neither side.
  unary(
    "abs", { abs($0) }, { Swift.abs($0) },
    { $0 > 0 ? 1 : $0 < 0 ? -1 : $0.isNaN ? .nan : 0 }, zero),
  unary("sign", { sign($0) }, { $0 > 0 ? 1 : $0 < 0 ? -1 : $0 }, zero, zero),
  unary("square", { square($0) }, { $0 * $0 }, { 2 * $0 }, { _ in 2 }),
  // The slope at a zero has the zero's sign.
  unary(
    "sqrt", { sqrt($0) }, { $0.squareRoot() }, { 0.5 / $0.squareRoot() },
    { -0.25 / ($0 * $0.squareRoot()) }, but: [(-0.0, nil, nil, inf)]),
  unary(
    "rsqrt", { rsqrt($0) }, { 1 / $0.squareRoot() },
    { -0.5 / ($0 * $0.squareRoot()) }, { 0.75 / ($0 * $0 * $0.squareRoot()) }),
  unary(
    "reciprocal", { reciprocal($0) }, { 1 / $0 }, { -1 / ($0 * $0) },
    { 2 / ($0 * $0 * $0) }),
  unary("exp", { exp($0) }, exponential, exponential, exponential),
  unary(
    "expm1", { expm1($0) }, exponentialMinusOne, exponential, exponential),
  unary("log", { log($0) }, logarithm, { 1 / $0 }, { -1 / ($0 * $0) }),
  unary(
    "log1p", { log1p($0) }, logarithmOnePlus, { 1 / (1 + $0) },
    { -1 / ((1 + $0) * (1 + $0)) }),
  unary("sin", { sin($0) }, sine, cosine, { -sine($0) }),
  unary("cos", { cos($0) }, cosine, { -sine($0) }, { -cosine($0) }),
  unary(
    "tanh", { tanh($0) }, hyperbolicTangent,
    { 1 - hyperbolicTangent($0) * hyperbolicTangent($0) },
    { -2 * hyperbolicTangent($0) * (1 - hyperbolicTangent($0) * hyperbolicTangent($0)) }),
  unary(
    "sigmoid", { sigmoid($0) }, sigmoidOf, { sigmoidOf($0) * sigmoidOf(-$0) },
    { sigmoidOf($0) * sigmoidOf(-$0) * (1 - 2 * sigmoidOf($0)) }),
  unary(
    "softplus", { softplus($0) }, softplusOf, sigmoidOf,
    { sigmoidOf($0) * sigmoidOf(-$0) }),
  unary(
    "relu", { relu($0) }, { $0 <= 0 ? 0 : $0 }, { $0 > 0 ? 1 : 0 }, zero),
  unary(
    "erf", { erf($0) }, errorFunction,
    { 2 / Double.pi.squareRoot() * exponential(-$0 * $0) },
    { times($0, -4 / Double.pi.squareRoot() * exponential(-$0 * $0)) }),
  unary(
    "gelu", { gelu($0) }, { times($0, normalDistribution($0)) },
    { normalDistribution($0) + times($0, density($0)) },
    { times(2 - $0 * $0, density($0)) },
    but: [(0, 0, nil, nil), (-0.0, -0.0, nil, nil), (-3e38, -0.0, 0, 0), (-inf, -0.0, 0, 0)]),
  unary(
    "gelu's slope", { x in gradient(at: x) { gelu($0).sum() } },
    { normalDistribution($0) + times($0, density($0)) },
    { times(2 - $0 * $0, density($0)) },
    { times($0 * ($0 * $0 - 4), density($0)) }),
  unary("floor", { floor($0) }, { $0.rounded(.down) }, zero, zero),
  unary("round", { round($0) }, { $0.rounded(.toNearestOrEven) }, zero, zero),
  unary("notEqual", { $0 .!= 0 }, { $0 != 0 ? 1 : 0 }, zero, zero),
  unary("isFinite", { isFinite($0) }, { $0.isFinite ? 1 : 0 }, zero, zero),
  // Toward zero; saturates, and NaN becomes 0.
  unary(
    "int32", { $0.converted(to: .int32).converted(to: .float32) },
    { $0.isNaN ? 0 : Swift.min(Swift.max($0.rounded(.towardZero), -0x1p31), 0x1p31) + 0 }, zero,
    zero),
  unary("broadcast", { $0.broadcast(to: [1, 13]) }, { $0 }, { _ in 1 }, zero),
  unary("reshape", { $0.reshaped(to: [13, 1]) }, { $0 }, { _ in 1 }, zero),
  unary("stopGradient", { $0.stoppingGradient() }, { $0 }, zero, zero),
  unary(
    "identity", { x in gradient(at: x) { $0.sum() } * x }, { $0 }, { _ in 1 }, zero),

  // Functions that are composed of several.
  unary(
    "leakyReLU", { leakyReLU($0, slope: 0.25) }, { $0 > 0 ? $0 : 0.25 * $0 },
    { $0 > 0 ? 1 : 0.25 }, zero),
  unary(
    "elu", { elu($0) }, { $0 > 0 ? $0 : exponentialMinusOne($0) },
    { $0 > 0 ? 1 : exponential($0) }, { $0 > 0 ? 0 : exponential($0) }),
  unary(
    "silu", { silu($0) }, { times($0, sigmoidOf($0)) },
    { sigmoidOf($0) + times($0, sigmoidOf($0) * sigmoidOf(-$0)) },
    { x in
      let slope = sigmoidOf(x) * sigmoidOf(-x)
      return 2 * slope + times(x, slope * (1 - 2 * sigmoidOf(x)))
    }),
  unary(
    "logSigmoid", { logSigmoid($0) }, { -softplusOf(-$0) }, { sigmoidOf(-$0) },
    { -sigmoidOf($0) * sigmoidOf(-$0) }),
]
