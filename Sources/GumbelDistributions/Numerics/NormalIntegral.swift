import CGumbelMath

/// log erfc(x) for x ≥ 0, also where erfc(x) is below the smallest `Double`.
func logErfc(_ x: Double) -> Double {
  if x < 20 { return log(erfc(x)) }
  if x == .infinity { return -.infinity }
  // The asymptotic series, of which eight terms are more than enough from 20 on.
  let t = 0.5 / (x * x)
  var sum = 0.0
  var term = 1.0
  for k in 1...8 {
    term *= -Double(2 * k - 1) * t
    sum += term
  }
  return -x * x - log(x) - 0.572_364_942_924_700_1 + log1p(sum)
}

/// log Φ(z), Φ the standard normal distribution function.
func logNormalCDF(_ z: Double) -> Double {
  let x = z * 0.5.squareRoot()
  return z > 0 ? log1p(-0.5 * erfc(x)) : logErfc(-x) - 0.693_147_180_559_945_3
}

/// The z ≤ 0 with Φ(z) = p, for p ≤ ½.
///
/// By Newton's method for log Φ, which is concave: from a start on the left, where
/// Φ(z) ≤ exp(-z² / 2) / 2 = p, every step stays on the left and at last arrives.
func lowerNormalQuantile(_ p: Double) -> Double {
  if p == 0 { return -.infinity }
  let target = log(p)
  var z = -(2 * max(-target - 0.693_147_180_559_945_3, 0)).squareRoot()
  for _ in 0..<20 {
    let value = logNormalCDF(z)
    let slope = exp(-0.5 * z * z - 0.918_938_533_204_672_7 - value)
    let step = (target - value) / slope
    z += step
    if step.magnitude <= 4e-16 * z.magnitude + 1e-17 { break }
  }
  return min(z, 0)
}
