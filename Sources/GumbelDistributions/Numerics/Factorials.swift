import CGumbelMath

/// `log n! - ((n + ½) log n - n + ½ log 2π)` for an integer n ≥ 1: what Stirling's formula lacks.
func stirlingError(_ n: Double) -> Double {
  if n < 16 {
    var factorial = 1.0
    for k in stride(from: 2, through: n, by: 1) { factorial *= k }
    return log(factorial) - ((n + 0.5) * log(n) - n + 0.918_938_533_204_672_7)
  }
  let s = 1 / (n * n)
  return (1.0 / 12 - s * (1.0 / 360 - s * (1.0 / 1260 - s * (1.0 / 1680 - s / 1188)))) / n
}

/// `x log(x / m) + m - x`, without cancellation where x is near m; both positive.
func deviance(_ x: Double, _ m: Double) -> Double {
  let difference = x - m
  if difference.magnitude > 0.1 * (x + m) { return x * log(x / m) - difference }
  // With v = (x - m) / (x + m), log(x / m) = 2 artanh v.
  let v = difference / (x + m)
  var sum = difference * v
  var power = 2 * x * v
  for k in 1...20 {
    power *= v * v
    let next = sum + power / Double(2 * k + 1)
    if next == sum { break }
    sum = next
  }
  return sum
}

/// The logarithm of a binomial probability, from the odds' two logarithms; precise also where n is
/// large, because Stirling's errors and deviances stand for the factorials.
///
/// Loader, "Fast and accurate computation of binomial probabilities", 2000.
func logBinomialProbability(of k: Double, trials n: Double, logit: Double) -> Double {
  if !(k >= 0 && k <= n) || k != k.rounded() { return k.isNaN ? .nan : -.infinity }
  // Certain outcomes first: 0 trials, and terms of the form 0 · log 0.
  if k == 0 { return n == 0 ? 0 : 0 - n * softplus(logit) }
  if k == n { return 0 - n * softplus(-logit) }
  let (p, q) = (sigmoid(logit), sigmoid(-logit))
  let rest = n - k
  if p == 0 || q == 0 {
    if logit.isInfinite { return -.infinity }
    // Too small for double precision, and its logarithm is not.
    return logFactorial(n) - logFactorial(k) - logFactorial(rest) - k * softplus(-logit)
      - rest * softplus(logit)
  }
  let correction = stirlingError(n) - stirlingError(k) - stirlingError(rest)
  return correction - deviance(k, n * p) - deviance(rest, n * q)
    - 0.5 * log(2 * .pi * k * (rest / n))
}
