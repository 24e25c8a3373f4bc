import GumbelTensors
import _GumbelTestSupport

let unaryLaws: [PrimitiveLaw] = [
  unaryLaw("negate", { -$0 }) { -$0 },
  unaryLaw("abs", { abs($0) }) { Swift.abs($0) },
  unaryLaw("sign", { sign($0) }) { $0 > 0 ? 1 : -1 },
  unaryLaw("square", { square($0) }) { $0 * $0 },
  unaryLaw("sqrt", isPositive: true, { sqrt($0) }) { $0.squareRoot() },
  unaryLaw("rsqrt", in: 0.5...2, isPositive: true, { rsqrt($0) }) {
    1 / $0.squareRoot()
  },
  unaryLaw("reciprocal", in: 0.5...2, { reciprocal($0) }) { 1 / $0 },
  unaryLaw("exp", { exp($0) }, exponential),
  unaryLaw("expm1", { expm1($0) }, exponentialMinusOne),
  unaryLaw("log", in: 0.5...2, isPositive: true, { log($0) }, logarithm),
  unaryLaw(
    "log1p", in: -0.4...2, isPositive: true, { log1p($0) }, logarithmOnePlus),
  unaryLaw("sin", in: 0...6, { sin($0) }, sine),
  unaryLaw("cos", in: 0...6, { cos($0) }, cosine),
  unaryLaw("tanh", { tanh($0) }, hyperbolicTangent),
  unaryLaw("sigmoid", in: 0...6, { sigmoid($0) }, sigmoidOf),
  unaryLaw("softplus", in: 0...6, { softplus($0) }, softplusOf),
  unaryLaw("relu", { relu($0) }) { Swift.max($0, 0) },
  unaryLaw("erf", { erf($0) }, errorFunction),
  unaryLaw("gelu", { gelu($0) }) { $0 * normalDistribution($0) },
  PrimitiveLaw(
    "gelu's slope", inputs: { [signed($0, 0, [11], in: 0.1...3)] },
    apply: { x in gradient(at: x[0]) { gelu($0).sum() } },
    reference: {
      $0[0].map {
        normalDistribution($0) + $0 * exponential(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()
      }
    }),
  unaryLaw("floor", in: 0.1...0.9, { floor($0) }) { $0.rounded(.down) },
  unaryLaw("round", in: 0.6...1.4, { round($0) }) { $0.rounded(.toNearestOrEven) },
  unaryLaw("isFinite", { isFinite($0) }) { _ in 1 },
  unaryLaw("int32", in: 0.1...7, { $0.converted(to: .int32) }) { $0.rounded(.towardZero) },
  PrimitiveLaw(
    "float32", inputs: { [indices($0, 0, [11], below: 1000)] },
    apply: { $0[0].converted(to: .float32) }, reference: { $0[0] }),

  // Functions that are composed of several.
  unaryLaw("logSigmoid", in: 0...6, { logSigmoid($0) }) { -softplusOf(-$0) },
  unaryLaw("leakyReLU", { leakyReLU($0, slope: 0.1) }) { $0 > 0 ? $0 : 0.1 * $0 },
  unaryLaw("silu", { silu($0) }) { $0 * sigmoidOf($0) },
  unaryLaw("elu", { elu($0) }) { $0 > 0 ? $0 : exponentialMinusOne($0) },
  unaryLaw("log1mexp", in: 0.3...3, isPositive: true, { log1mexp(-$0) }) {
    logarithm(-exponentialMinusOne(-$0))
  },
]

let binaryLaws: [PrimitiveLaw] =
  [
    binaryLaw("add", { $0 + $1 }, +),
    binaryLaw("subtract", { $0 - $1 }, -),
    binaryLaw("multiply", { $0 * $1 }, *),
    binaryLaw("divide", { $0 / $1 }, /),
    binaryLaw("divide by a scalar", shapes: ([4], []), { $0 / $1 }, /),
    binaryLaw("add to a wider shape", shapes: ([1, 3], [2, 2, 1]), { $0 + $1 }, +),
    binaryLaw("maximum", { maximum($0, $1) }) { Swift.max($0, $1) },
    binaryLaw("minimum", { minimum($0, $1) }) { Swift.min($0, $1) },
    binaryLaw("power", isPositive: true, { pow($0, $1) }, power),
    binaryLaw("multiplyNoNaN", { multiplyNoNaN($0, $1) }, *),
    binaryLaw("equal", { $0 .== $1 }) { $0 == $1 ? 1 : 0 },
    binaryLaw("less", { $0 .< $1 }) { $0 < $1 ? 1 : 0 },
    binaryLaw("greater", { $0 .> $1 }) { $0 > $1 ? 1 : 0 },
    binaryLaw("lessOrEqual", { $0 .<= $1 }) { $0 <= $1 ? 1 : 0 },
    binaryLaw("greaterOrEqual", { $0 .>= $1 }) { $0 >= $1 ? 1 : 0 },
    unaryLaw("notEqual", { $0 .!= 0 }) { $0 != 0 ? 1 : 0 },
    binaryLaw(
      "sigmoidCrossEntropy", { sigmoidCrossEntropy(logits: $0, labels: $1) }
    ) { softplusOf($0) - $0 * $1 },
    PrimitiveLaw(
      "select",
      inputs: {
        [
          indices($0, 0, [4, 1], below: 2).converted(to: .float32), signed($0, 1, [3], in: 0.1...2),
          signed($0, 2, [4, 3], in: 0.1...2),
        ]
      },
      apply: { select($0[0], square($0[1]), square($0[2])) },
      reference: { x in
        DoubleTensor([4, 3]) {
          x[0][$0].rounded() != 0 ? x[1][$0] * x[1][$0] : x[2][$0] * x[2][$0]
        }
      }),
  ] + integerLaws

let integerLaws: [PrimitiveLaw] = {
  func law(
    _ name: String, _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor,
    _ reference: @escaping @Sendable (Double, Double) -> Double
  ) -> PrimitiveLaw {
    PrimitiveLaw(
      "int32 " + name,
      inputs: { [indices($0, 0, [2, 1, 5], below: 5), indices($0, 1, [3, 1], below: 5)] },
      apply: { function($0[0], $0[1]) }, reference: { $0[0].zipped(with: $0[1], reference) })
  }
  return [
    law("add", { $0 + $1 }, +), law("subtract", { $0 - $1 }, -), law("multiply", { $0 * $1 }, *),
    law("equal", { $0 .== $1 }) { $0 == $1 ? 1 : 0 },
    law("less", { $0 .< $1 }) { $0 < $1 ? 1 : 0 },
    law("greater", { $0 .> $1 }) { $0 > $1 ? 1 : 0 },
  ]
}()
