import Tensors
import _TestSupport

let unaryLaws: [PrimitiveLaw] = [
  unaryLaw("negate", "Negate", { -$0 }) { -$0 },
  unaryLaw("abs", "AbsoluteValue", { abs($0) }) { Swift.abs($0) },
  unaryLaw("sign", "Sign", { sign($0) }) { $0 > 0 ? 1 : -1 },
  unaryLaw("square", "Square", { square($0) }) { $0 * $0 },
  unaryLaw("sqrt", "SquareRoot", isPositive: true, { sqrt($0) }) { $0.squareRoot() },
  unaryLaw("rsqrt", "ReciprocalSquareRoot", in: 0.5...2, isPositive: true, { rsqrt($0) }) {
    1 / $0.squareRoot()
  },
  unaryLaw("reciprocal", "Reciprocal", in: 0.5...2, { reciprocal($0) }) { 1 / $0 },
  unaryLaw("exp", "Exponential", { exp($0) }, exponential),
  unaryLaw("expm1", "ExponentialMinusOne", { expm1($0) }, exponentialMinusOne),
  unaryLaw("log", "Logarithm", in: 0.5...2, isPositive: true, { log($0) }, logarithm),
  unaryLaw(
    "log1p", "LogarithmOnePlus", in: -0.4...2, isPositive: true, { log1p($0) }, logarithmOnePlus),
  unaryLaw("sin", "Sine", in: 0...6, { sin($0) }, sine),
  unaryLaw("cos", "Cosine", in: 0...6, { cos($0) }, cosine),
  unaryLaw("tanh", "HyperbolicTangent", { tanh($0) }, hyperbolicTangent),
  unaryLaw("sigmoid", "Sigmoid", in: 0...6, { sigmoid($0) }, sigmoidOf),
  unaryLaw("softplus", "Softplus", in: 0...6, { softplus($0) }, softplusOf),
  unaryLaw("relu", "RectifiedLinear", { relu($0) }) { Swift.max($0, 0) },
  unaryLaw("erf", "ErrorFunction", { erf($0) }, errorFunction),
  unaryLaw("gelu", "GELU", { gelu($0) }) { $0 * normalDistribution($0) },
  PrimitiveLaw(
    "gelu's slope", covers: ["GELUSlope"], inputs: { [signed($0, 0, [11], in: 0.1...3)] },
    apply: { x in gradient(at: x[0]) { gelu($0).sum() } },
    reference: {
      $0[0].map {
        normalDistribution($0) + $0 * exponential(-$0 * $0 / 2) / (2 * Double.pi).squareRoot()
      }
    }),
  unaryLaw("floor", "Floor", in: 0.1...0.9, { floor($0) }) { $0.rounded(.down) },
  unaryLaw("round", "Round", in: 0.6...1.4, { round($0) }) { $0.rounded(.toNearestOrEven) },
  unaryLaw("isFinite", "IsFinite", { isFinite($0) }) { _ in 1 },
  unaryLaw("int32", "Int32FromFloat", in: 0.1...7, { $0.int32 }) { $0.rounded(.towardZero) },
  PrimitiveLaw(
    "float32", covers: ["FloatFromInt32"], inputs: { [indices($0, 0, [11], below: 1000)] },
    apply: { $0[0].float32 }, reference: { $0[0] }),

  // Functions that are composed of several.
  unaryLaw("logSigmoid", "Softplus", in: 0...6, { logSigmoid($0) }) { -softplusOf(-$0) },
  unaryLaw("leakyReLU", "Maximum", { leakyReLU($0, slope: 0.1) }) { $0 > 0 ? $0 : 0.1 * $0 },
  unaryLaw("silu", "Sigmoid", { silu($0) }) { $0 * sigmoidOf($0) },
  unaryLaw("elu", "Select", { elu($0) }) { $0 > 0 ? $0 : exponentialMinusOne($0) },
  unaryLaw("log1mexp", "Select", in: 0.3...3, isPositive: true, { log1mexp(-$0) }) {
    logarithm(-exponentialMinusOne(-$0))
  },
]

let binaryLaws: [PrimitiveLaw] =
  [
    binaryLaw("add", "Add", { $0 + $1 }, +),
    binaryLaw("subtract", "Subtract", { $0 - $1 }, -),
    binaryLaw("multiply", "Multiply", { $0 * $1 }, *),
    binaryLaw("divide", "Divide", { $0 / $1 }, /),
    binaryLaw("divide by a scalar", "Divide", shapes: ([4], []), { $0 / $1 }, /),
    binaryLaw("add to a wider shape", "Add", shapes: ([1, 3], [2, 2, 1]), { $0 + $1 }, +),
    binaryLaw("maximum", "Maximum", { maximum($0, $1) }) { Swift.max($0, $1) },
    binaryLaw("minimum", "Minimum", { minimum($0, $1) }) { Swift.min($0, $1) },
    binaryLaw("power", "Power", isPositive: true, { pow($0, $1) }, power),
    binaryLaw("multiplyNoNaN", "MultiplyNoNaN", { multiplyNoNaN($0, $1) }, *),
    binaryLaw("equal", "Comparison", { $0 .== $1 }) { $0 == $1 ? 1 : 0 },
    binaryLaw("less", "Comparison", { $0 .< $1 }) { $0 < $1 ? 1 : 0 },
    binaryLaw("greater", "Comparison", { $0 .> $1 }) { $0 > $1 ? 1 : 0 },
    binaryLaw("lessOrEqual", "Comparison", { $0 .<= $1 }) { $0 <= $1 ? 1 : 0 },
    binaryLaw("greaterOrEqual", "Comparison", { $0 .>= $1 }) { $0 >= $1 ? 1 : 0 },
    unaryLaw("notEqual", "Comparison", { $0 .!= 0 }) { $0 != 0 ? 1 : 0 },
    binaryLaw(
      "sigmoidCrossEntropy", "SigmoidCrossEntropy", { sigmoidCrossEntropy(logits: $0, labels: $1) }
    ) { softplusOf($0) - $0 * $1 },
    PrimitiveLaw(
      "select", covers: ["Select"],
      inputs: {
        [
          indices($0, 0, [4, 1], below: 2).float32, signed($0, 1, [3], in: 0.1...2),
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
      "int32 " + name, covers: ["IntegerOperation"],
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
