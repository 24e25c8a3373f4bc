import GumbelTensors
import _GumbelTestSupport

/// Operand number `i` of a law: values in a range.
func values(_ key: RandomKey, _ i: Int, _ shape: Shape, in range: ClosedRange<Float>) -> Tensor {
  let unit = Tensor.uniform(shape, key: key.folding(in: i))
  return unit * (range.upperBound - range.lowerBound) + range.lowerBound
}

/// Operand number `i` of a law: values of both signs with magnitudes in a range.
func signed(_ key: RandomKey, _ i: Int, _ shape: Shape, in range: ClosedRange<Float>) -> Tensor {
  let sign = Tensor.uniform(shape, key: key.folding(in: 1000 + i)) .> 0.5
  return values(key, i, shape, in: range) * (sign * 2 - 1)
}

/// Integers in 0 ..< limit.
func indices(_ key: RandomKey, _ i: Int, _ shape: Shape, below limit: Int) -> Tensor {
  (Tensor.uniform(shape, key: key.folding(in: i)) * Float(limit)).converted(to: .int32)
}

/// A law of a function of one operand, on magnitudes in a range.
func unaryLaw(
  _ name: String, in range: ClosedRange<Float> = 0.2...2,
  isPositive: Bool = false, _ function: @escaping @Sendable (Tensor) -> Tensor,
  _ reference: @escaping @Sendable (Double) -> Double
) -> PrimitiveLaw {
  PrimitiveLaw(
    name,
    inputs: { key in
      // Longer than a vector, with a tail.
      [isPositive ? values(key, 0, [3, 7], in: range) : signed(key, 0, [3, 7], in: range)]
    },
    apply: { function($0[0]) }, reference: { $0[0].map(reference) })
}

/// A law of a function of two operands that broadcast.
func binaryLaw(
  _ name: String, shapes: (Shape, Shape) = ([2, 1, 5], [3, 1]),
  isPositive: Bool = false, _ function: @escaping @Sendable (Tensor, Tensor) -> Tensor,
  _ reference: @escaping @Sendable (Double, Double) -> Double
) -> PrimitiveLaw {
  PrimitiveLaw(
    name,
    inputs: { key in
      isPositive
        ? [values(key, 0, shapes.0, in: 0.3...2), values(key, 1, shapes.1, in: 0.3...2)]
        : [signed(key, 0, shapes.0, in: 0.3...2), signed(key, 1, shapes.1, in: 0.3...2)]
    },
    apply: { function($0[0], $0[1]) }, reference: { $0[0].zipped(with: $0[1], reference) })
}
