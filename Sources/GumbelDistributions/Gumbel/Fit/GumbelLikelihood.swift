import CGumbelMath

/// The likelihood of a standardised sample in `a = 1 / scale` and `b = location / scale`.
///
///     ℓ / W = log a - a mean(y) + b - exp(b) mean(exp(-a y))
///
/// It is concave in a and b together, so its maximum is unique, and so is that under any
/// constraint linear in them: a fixed location, scale or quantile. Each is the one crossing of a
/// function of `a` alone.
extension StandardSample {
  /// The logarithm of the likelihood an observation, in the sample's own units.
  func meanLogLikelihood(a: Double, b: Double) -> Double {
    log(a) - a * mean + b - exp(b) * tilted(a).0
  }

  /// The best b for a scale: then `mean(exp(-z)) = 1`.
  func bestB(a: Double) -> Double { -log(tilted(a).0) }

  /// The maximum over both.
  func maximum() -> (a: Double, b: Double) {
    // The moments' scale to start from. The best one is below the mean.
    let start = 1.2825 / max(squareMean(from: mean).squareRoot(), 1e-300)
    let a = positiveRoot(from: max(start, 1 / mean)) { a in
      let (m0, m1, m2) = tilted(a)
      let tiltedMean = m1 / m0
      return (
        a * (mean - tiltedMean) - 1,
        mean - tiltedMean + a * (m2 / m0 - tiltedMean * tiltedMean)
      )
    }
    return (a, bestB(a: a))
  }

  /// The maximum under `a point = b + reduced`: with a quantile, or the location, at a point.
  ///
  /// - Parameters:
  ///   - point: The quantile, in the sample's units.
  ///   - reduced: The same quantile of the standard distribution, 0 for the location.
  ///   - start: A guess of a.
  func maximum(
    quantile point: Double, reduced: Double, from start: Double
  ) -> (a: Double, b: Double) {
    let distance = mean - point
    let a = positiveRoot(from: start) { a in
      let (m0, m1, m2) = tilted(a)
      let factor = exp(a * point - reduced)
      let first = m1 - point * m0
      let second = m2 - 2 * point * m1 + point * point * m0
      return (
        a * (distance - factor * first) - 1,
        distance - factor * (first - a * second)
      )
    }
    return (a, a * point - reduced)
  }
}
