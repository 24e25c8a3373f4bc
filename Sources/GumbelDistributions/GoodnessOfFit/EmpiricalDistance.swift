import CGumbelMath

/// The distances of a sample's distribution function from another.
package struct EmpiricalDistance: Sendable {
  package let kolmogorovSmirnov: Double
  package let andersonDarling: Double

  /// - Parameters:
  ///   - count: How many values there are.
  ///   - size: The observations that they stand for.
  ///   - shares: Each value's share of the observations, the same for all if nil.
  ///   - logarithms: log F and log(1 - F) at the i-th smallest value.
  init(
    count: Int, size: Double, shares: [Double]? = nil,
    logarithms: (Int) -> (cdf: Double, survival: Double)
  ) {
    var largest = 0.0
    var (sum, lost) = (0.0, 0.0)
    var below = 0.0
    var seen = 0.0
    for i in 0..<count {
      seen += shares?[i] ?? 0
      let above = shares == nil || i == count - 1 ? Double(i + 1) / Double(count) : min(seen, 1)
      let (logCDF, logSurvival) = logarithms(i)
      let probability = exp(logCDF)
      largest = max(largest, above - probability, probability - below)
      // The integral between two values has a closed form; neighbours share their ends.
      let term =
        (below - above) * (below + above) * max(logCDF, -1e300)
        + (below - above) * (2 - below - above) * max(logSurvival, -1e300)
      // Neumaier's sum: the result is of the order of 1 / size.
      let next = sum + term
      lost += sum.magnitude >= term.magnitude ? (sum - next) + term : (term - next) + sum
      sum = next
      below = above
    }
    kolmogorovSmirnov = largest
    andersonDarling = max(size * (sum - 1 + lost), 0)
  }
}
