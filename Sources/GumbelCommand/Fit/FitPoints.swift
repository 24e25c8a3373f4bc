import SwiftGumbel

/// The fitted values at their plotting positions: what the pictures show as points.
struct FitPoints: Encodable {
  /// How many values there are; of very many the points are the extremes and an even choice.
  let of: Int
  let plottingPosition = FitPoints.rule
  /// In ascending order, with their shares of all weight.
  let values, shares: [Double]
  /// The probability of less than each, and how often it is passed.
  let probabilities, returnPeriods: [Double]

  static let rule = "Weibull: i / (n + 1)"
  private static let most = 2000

  init(_ fit: GumbelFit) {
    let (all, weights) = fit.sortedData()
    // Bounded, so that a probability is not rounded to 0 or 1 and a period is finite.
    let total = min(fit.totalWeight, 1e12)
    var below = 0.0
    // i / (n + 1) where all weights are 1, so that the largest has a return period of n + 1.
    let middles = weights.map { share in
      defer { below += share }
      let middle = (total * (below + share / 2) + 0.5) / (total + 1)
      return min(max(middle, 1e-12), 1 - 1e-12)
    }
    let shown = Self.indices(all.count)
    of = all.count
    values = shown.map { all[$0] }
    shares = shown.map { weights[$0] }
    probabilities = shown.map { middles[$0] }
    returnPeriods = probabilities.map { fit.extreme == .maximum ? 1 / (1 - $0) : 1 / $0 }
  }

  private static func indices(_ n: Int) -> [Int] {
    if n <= most { return Array(0..<n) }
    let ends = 200
    let middle = (1..<(most - 2 * ends)).map {
      ends + $0 * (n - 2 * ends) / (most - 2 * ends)
    }
    return Array(0..<ends) + middle + Array((n - ends)..<n)
  }
}
