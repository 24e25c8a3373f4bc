import GumbelTensors

/// The elements of a tensor of either type as words.
public func bits(of tensor: Tensor) -> [UInt32] {
  tensor.elementType == .float32
    ? tensor.scalars.map(\.bitPattern) : tensor.int32Scalars.map { UInt32(bitPattern: $0) }
}

/// Whether two tensors have one type and the same bits; any NaN equals any other.
public func haveSameBits(_ a: Tensor, _ b: Tensor) -> Bool {
  guard a.type == b.type else { return false }
  if a.elementType == .int32 { return a.int32Scalars == b.int32Scalars }
  return zip(a.scalars, b.scalars).allSatisfy {
    $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN
  }
}

/// Whether two groups have the same tensors, bit for bit.
public func haveSameBits(_ a: some TensorGroup, _ b: some TensorGroup) -> Bool {
  let (a, b) = (a.tensors, b.tensors)
  return a.count == b.count && zip(a, b).allSatisfy { haveSameBits($0, $1) }
}

/// The largest absolute difference between the elements of a tensor and what is expected.
public func largestDifference(_ tensor: Tensor, _ expected: [Double]) -> Double {
  let values = DoubleTensor(tensor).values
  guard values.count == expected.count else { return .infinity }
  return zip(values, expected).reduce(0) { worst, pair in
    let difference = pair.0 == pair.1 ? 0 : Swift.abs(pair.0 - pair.1)
    return difference.isNaN ? .infinity : Swift.max(worst, difference)
  }
}
