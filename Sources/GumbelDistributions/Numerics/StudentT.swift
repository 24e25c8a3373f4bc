import GumbelCLibrary
import GumbelTensors

/// Student's t distribution, as far as intervals of means need it.
package enum StudentT {
  /// The t that lies within ±t with a probability: by bisection, to the last digits.
  ///
  /// - Parameters:
  ///   - level: of the interval, above 0 and below 1.
  ///   - freedom: the degrees of freedom, 1 or more.
  package static func bound(level: Double, freedom: Int) -> Double {
    require(
      level > 0 && level < 1 && freedom >= 1,
      "StudentT: a level of \(level) with \(freedom) degrees of freedom")
    var (low, high) = (0.0, 1.0)
    while outside(high, Double(freedom)) > 1 - level { high *= 2 }
    while case let middle = (low + high) / 2, middle > low, middle < high {
      if outside(middle, Double(freedom)) > 1 - level { low = middle } else { high = middle }
    }
    return high
  }

  /// P(|T| > t) = I_x(ν/2, 1/2) with x = ν / (ν + t²).
  private static func outside(_ t: Double, _ freedom: Double) -> Double {
    incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5)
  }

  /// The regularised incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22),
  /// evaluated as Lentz does.
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    // It converges quickly below the mean alone.
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let factor =
      exp(
        lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    let tiny = 1e-300
    func kept(_ value: Double) -> Double { value.magnitude < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / kept(1 - (a + b) * x / (a + 1))
    var fraction = d
    for m in 1...10_000 {
      let m = Double(m)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / kept(1 + even * d)
      c = kept(1 + even / c)
      fraction *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / kept(1 + odd * d)
      c = kept(1 + odd / c)
      fraction *= d * c
      if (d * c - 1).magnitude < 1e-15 { break }
    }
    return factor * fraction
  }
}
