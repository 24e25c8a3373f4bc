import GumbelTensors
import _GumbelTestSupport

/// A function of rows in double precision, as the reference of a law: each operand has one value a
/// row, a number or a vector, and their outer dimensions broadcast.
func rowReference(
  _ operands: [DoubleTensor], eventRanks: [Int], _ body: ([[Double]]) -> Double
) -> DoubleTensor {
  let outer = zip(operands, eventRanks).map { operand, rank in
    let dimensions = Array(operand.dimensions.dropLast(rank))
    return DoubleTensor(dimensions) { _ in 0 }
  }
  return DoubleTensor(DoubleTensor.broadcast(outer)) { index in
    body(
      zip(operands, eventRanks).map { operand, rank in
        guard rank == 1 else { return [operand[index]] }
        return (0..<operand.dimensions[operand.rank - 1]).map { operand[index + [$0]] }
      })
  }
}

/// Random logits; `masked` of each row's classes, the first ones, have a logit of -inf.
func randomLogits(_ shape: Shape, masked: Int = 0, scale: Float = 2, key: RandomKey) -> Tensor {
  let logits = scale * Tensor.normal(shape, key: key)
  let k = shape[-1]
  let mask = Tensor((0..<k).map { $0 < masked ? 0 : 1 })
  return select(mask, logits, Tensor(-.infinity))
}

/// The largest amount by which elements differ from what is expected, relative to the largest of
/// the expected ones and 1; infinite where one is NaN or an infinity and the other is not.
func relativeDifference(_ tensor: Tensor, _ expected: [Double]) -> Double {
  let scale = expected.reduce(1) { $1.isFinite ? max($0, abs($1)) : $0 }
  return largestDifference(tensor, expected) / scale
}

/// Whether all elements are finite.
func areFinite(_ tensor: Tensor) -> Bool { tensor.scalars.allSatisfy(\.isFinite) }

/// Whether all elements are one of these numbers.
func areAll(_ tensor: Tensor, _ values: Float...) -> Bool {
  tensor.scalars.allSatisfy(values.contains)
}

/// Which elements are NaN.
func areNaN(_ tensor: Tensor) -> [Bool] { tensor.scalars.map(\.isNaN) }
