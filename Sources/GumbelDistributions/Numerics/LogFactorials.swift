import CGumbelMath

/// log 0!, log 1!, … log n!.
func logFactorials(upTo n: Int) -> [Double] {
  var result = [0.0]
  result.reserveCapacity(n + 1)
  // As sums of logarithms rather than from the gamma function, each of which takes much longer.
  // The error grows as the root of n, and stays below 1e-12 of the value.
  for i in stride(from: 1, through: n, by: 1) { result.append(result[i - 1] + log(Double(i))) }
  return result
}

private let smallLogFactorials = logFactorials(upTo: 255)

/// log n! of a whole number.
func logFactorial(_ n: Double) -> Double {
  if n < 256 { return smallLogFactorials[Int(n)] }
  // Stirling's series; the next term is below 1e-18.
  let inverse = 1 / n
  let correction = inverse * (1.0 / 12 - inverse * inverse * (1.0 / 360 - inverse * inverse / 1260))
  return (n + 0.5) * log(n) - n + 0.918_938_533_204_672_74 + correction
}
