import CGumbelMath

// What logarithms of probabilities are computed with, in double precision.

/// log(1 - eˣ) for x ≤ 0, precise at both ends (Mächler 2012).
func log1mexp(_ x: Double) -> Double {
  x > -0.693_147_180_559_945_3 ? log(-expm1(x)) : log1p(-exp(x))
}

/// log(1 + eˣ), without overflow.
func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-x.magnitude)) }

/// log(eᵃ + eᵇ), without overflow.
package func logAddExp(_ a: Double, _ b: Double) -> Double {
  let top = max(a, b)
  return top.isInfinite ? top : top + log1p(exp(-(a - b).magnitude))
}

/// 1 / (1 + e⁻ˣ), precise where it is nearly 0.
func sigmoid(_ x: Double) -> Double {
  let power = exp(-x.magnitude)
  return (x < 0 ? power : 1) / (1 + power)
}

/// log(p / (1 - p)), precise also near 0, where p is a half.
func logit(_ p: Double) -> Double {
  if p > 0.25, p < 0.75 { return log1p((2 * p - 1) / (1 - p)) }
  return log(p) - log1p(-p)
}
