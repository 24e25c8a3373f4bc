import GumbelTensors
import _GumbelTestSupport

private let inf = Float.infinity
private let nan = Float.nan
private let tiny = Float.leastNormalMagnitude
private let least = Float.leastNonzeroMagnitude

/// Two operands, the value, its slopes, and the slopes of their sum.
private typealias Row = (
  a: Float, b: Float, value: Float, first: (Float, Float), second: (Float, Float)
)

private func binary(
  _ name: String, _ rows: [Row],
  _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor
) -> SpecialValueLaw {
  SpecialValueLaw(
    name,
    cases: [
      SpecialValueLaw.Case(
        [Tensor(rows.map(\.a)), Tensor(rows.map(\.b))], rows.map(\.value),
        first: [rows.map(\.first.0), rows.map(\.first.1)],
        second: [rows.map(\.second.0), rows.map(\.second.1)])
    ], apply: { function($0[0], $0[1]) })
}

/// A function without derivatives.
private func comparison(
  _ name: String, _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor,
  _ rows: [(Float, Float, Float)]
) -> SpecialValueLaw {
  binary(name, rows.map { ($0, $1, $2, (0, 0), (0, 0)) }, function)
}

let specialBinaryLaws: [SpecialValueLaw] = [
  binary(
    "add",
    [
      (0, -0.0, 0, (1, 1), (0, 0)), (-0.0, -0.0, -0.0, (1, 1), (0, 0)),
      (3e38, 3e38, inf, (1, 1), (0, 0)), (inf, -inf, nan, (1, 1), (0, 0)),
      (least, -0.0, least, (1, 1), (0, 0)), (nan, 1, nan, (1, 1), (0, 0)),
    ], +),
  binary(
    "subtract",
    [
      (0, 0, 0, (1, -1), (0, 0)), (-0.0, 0, -0.0, (1, -1), (0, 0)),
      (3e38, -3e38, inf, (1, -1), (0, 0)), (inf, inf, nan, (1, -1), (0, 0)),
      (tiny, least, tiny - least, (1, -1), (0, 0)), (1, nan, nan, (1, -1), (0, 0)),
    ], -),
  binary(
    "multiply",
    [
      (0, -1, -0.0, (-1, 0), (1, 1)), (tiny, tiny, 0, (tiny, tiny), (1, 1)),
      (least, -1, -least, (-1, least), (1, 1)), (3e38, 2, inf, (2, 3e38), (1, 1)),
      (0, inf, nan, (inf, 0), (1, 1)), (-inf, 2, -inf, (2, -inf), (1, 1)),
      (nan, 0, nan, (0, nan), (1, 1)),
    ], *),
  binary(
    "divide",
    [
      (1, 0, inf, (inf, -inf), (-inf, nan)), (0, 0, nan, (inf, nan), (-inf, nan)),
      (0, 2, 0, (0.5, 0), (-0.25, -0.25)), (1, inf, 0, (0, 0), (0, 0)),
      (inf, 2, inf, (0.5, -inf), (-0.25, inf)), (inf, inf, nan, (0, nan), (0, nan)),
      (3e38, 0.5, inf, (2, -inf), (-4, inf)), (1, nan, nan, (nan, nan), (nan, nan)),
      (-0.0, 1, -0.0, (1, 0), (-1, -1)),
    ], /),
  // NaN if either is; ties share the gradient, and nobody has it at NaN.
  binary(
    "maximum",
    [
      (1, 2, 2, (0, 1), (0, 0)), (0, -0.0, 0, (0.5, 0.5), (0, 0)),
      (inf, inf, inf, (0.5, 0.5), (0, 0)),
      (inf, 3e38, inf, (1, 0), (0, 0)), (-inf, least, least, (0, 1), (0, 0)),
      (nan, 1, nan, (0, 0), (0, 0)), (1, nan, nan, (0, 0), (0, 0)),
    ], maximum),
  binary(
    "minimum",
    [
      (1, 2, 1, (1, 0), (0, 0)), (0, -0.0, -0.0, (0.5, 0.5), (0, 0)),
      (-inf, -inf, -inf, (0.5, 0.5), (0, 0)), (inf, 3e38, 3e38, (0, 1), (0, 0)),
      (0, least, 0, (1, 0), (0, 0)), (nan, 1, nan, (0, 0), (0, 0)), (1, nan, nan, (0, 0), (0, 0)),
    ], minimum),
  // To the power 0 everything is 1, and so is 1 to any power. The gradient in the exponent is 0 at a
  // base of 0 whose power is not infinite.
  binary(
    "power",
    [
      (0, 0, 1, (0, 0), (0, 0)), (0, 1, 0, (1, 0), (0, 1)), (0, 2, 0, (0, 0), (2, 0)),
      (-0.0, 3, -0.0, (0, 0), (0, 0)), (0, 0.5, 0, (inf, 0), (-inf, -inf)),
      (-0.0, 0.5, 0, (inf, 0), (-inf, -inf)), (0, 1e-30, 0, (inf, 0), (-inf, -inf)),
      (0, 1.5, 0, (0, 0), (inf, 0)), (0, 2.5, 0, (0, 0), (0, 0)),
      (0, -1, inf, (-inf, -inf), (inf, inf)), (nan, 0, 1, (0, nan), (nan, nan)),
      (inf, 2, inf, (inf, inf), (inf, inf)), (inf, -1, 0, (0, 0), (0, 0)),
      (1, inf, 1, (inf, 0), (nan, nan)), (2, -inf, 0, (nan, 0), (nan, nan)),
      (-1, 0.5, nan, (nan, nan), (nan, nan)), (2, 1, 2, (1, 1.386_294_4), (1.693_147_2, 2.654_053)),
      (2, nan, nan, (nan, nan), (nan, nan)),
    ], { pow($0, $1) }),
  // 0 where the second factor is, whatever the first is.
  binary(
    "multiplyNoNaN",
    [
      (nan, 0, 0, (0, 0), (0, 1)), (inf, -0.0, 0, (0, 0), (0, 1)), (3, 0, 0, (0, 3), (1, 1)),
      (0, inf, nan, (inf, 0), (1, 1)), (inf, 2, inf, (2, inf), (1, 1)),
      (nan, 1, nan, (1, nan), (1, 1)),
      (3e38, 0, 0, (0, 3e38), (1, 1)),
    ], { multiplyNoNaN($0, $1) }),
  comparison(
    "equal", { $0 .== $1 },
    [(0, -0.0, 1), (inf, inf, 1), (nan, nan, 0), (least, 0, 0), (1, nan, 0)]),
  comparison(
    "less", { $0 .< $1 }, [(-0.0, 0, 0), (0, least, 1), (-inf, inf, 1), (nan, 1, 0), (1, nan, 0)]),
  comparison(
    "lessOrEqual", { $0 .<= $1 },
    [(0, -0.0, 1), (least, 0, 0), (inf, inf, 1), (nan, nan, 0), (3e38, inf, 1)]),
  binary(
    "sigmoidCrossEntropy",
    [
      (0, 0, 0.693_147_2, (0.5, 0), (-0.75, -1)), (3e38, 0, 3e38, (1, -3e38), (-1, -1)),
      (-3e38, 1, 3e38, (-1, 3e38), (-1, -1)), (-3e38, 0, 0, (0, 3e38), (-1, -1)),
      (inf, 0, nan, (1, -inf), (-1, -1)), (-inf, 1, inf, (-1, inf), (-1, -1)),
      (nan, 0, nan, (nan, nan), (nan, -1)), (1, nan, nan, (nan, -1), (-0.803_388_1, -1)),
    ], { sigmoidCrossEntropy(logits: $0, labels: $1) }),
  binary(
    "passGradient",
    [
      (nan, 1, nan, (0, 1), (0, 0)), (-0.0, inf, -0.0, (0, 1), (0, 0)),
      (inf, nan, inf, (0, 1), (0, 0)),
    ],
    { $0.passingGradient(to: $1) }),
  // Anything but 0 selects the first one, NaN included.
  SpecialValueLaw(
    "select",
    cases: [
      .init(
        [
          Tensor([0, -0.0, nan, least, -inf]), Tensor([nan, inf, 1, -0.0, 3]),
          Tensor([2, -0.0, nan, inf, nan]),
        ],
        [2, -0.0, 1, -0.0, 3], first: [[0, 0, 0, 0, 0], [0, 0, 1, 1, 1], [1, 1, 0, 0, 0]],
        second: [[0, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]])
    ], apply: { select($0[0], $0[1], $0[2]) }),
]
