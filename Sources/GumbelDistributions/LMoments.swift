import GumbelTensors

/// The first two L-moments of a distribution or of data, and the ratios τ₃ and τ₄ of the next two
/// to the second.
///
/// They exist wherever the mean does, and samples' are unbiased (but for the ratios) and little
/// moved by single large values.
///
/// Hosking, "L-moments: analysis and estimation of distributions using linear combinations of order
/// statistics", Journal of the Royal Statistical Society B 52, 1990.
public struct LMoments: Sendable, Equatable {
  /// λ₁.
  public let mean: Double
  /// λ₂, half the mean difference of two values.
  public let scale: Double
  /// τ₃ = λ₃ / λ₂, between -1 and 1.
  public let skewness: Double
  /// τ₄ = λ₄ / λ₂.
  public let kurtosis: Double

  public init(mean: Double, scale: Double, skewness: Double, kurtosis: Double) {
    self.mean = mean
    self.scale = scale
    self.skewness = skewness
    self.kurtosis = kurtosis
  }

  /// Those of data, in any order, from unbiased probability-weighted moments.
  ///
  /// Ratios that need more values than there are, 3 and 4, are NaN. Traps unless there are two
  /// values or more, all finite.
  public init(of values: [Double]) {
    require(values.count >= 2, "LMoments: \(values.count) values, expected 2 or more")
    require(values.allSatisfy(\.isFinite), "LMoments: a value is not finite")
    let sorted = values.sorted()
    let n = Double(sorted.count)
    let center = sorted[sorted.count / 2]
    // Σ of Legendre's polynomials of the rank, with what does not depend on it divided out.
    var b = (0.0, 0.0, 0.0, 0.0)
    for (i, value) in sorted.enumerated() {
      let (x, i) = (value - center, Double(i))
      let first = x * i / (n - 1)
      let second = n > 2 ? first * (i - 1) / (n - 2) : .nan
      b.0 += x
      b.1 += first
      b.2 += second
      b.3 += n > 3 ? second * (i - 2) / (n - 3) : .nan
    }
    let (b0, b1, b2, b3) = (b.0 / n, b.1 / n, b.2 / n, b.3 / n)
    let second = 2 * b1 - b0
    self.init(
      mean: center + b0, scale: second, skewness: (6 * b2 - 6 * b1 + b0) / second,
      kurtosis: (20 * b3 - 30 * b2 + 12 * b1 - b0) / second)
  }
}
