import CMath

/// log 0!, log 1!, … log n!.
func logFactorials(upTo n: Int) -> [Double] {
  var result = [0.0]
  result.reserveCapacity(n + 1)
  // As sums of logarithms rather than from the gamma function, each of which takes much longer.
  // The error grows as the root of n, and stays below 1e-12 of the value.
  for i in stride(from: 1, through: n, by: 1) { result.append(result[i - 1] + log(Double(i))) }
  return result
}
