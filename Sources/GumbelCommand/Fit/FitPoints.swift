import SwiftGumbel

/// The fitted values at their plotting positions: what the pictures show as points.
struct FitPoints: Encodable {
  /// How many values there are; of very many the points are the extremes and an even choice.
  let of: Int
  let plottingPosition: String
  /// In ascending order, with their shares of all weight.
  let values, shares: [Double]
  /// The probability of less than each, and how often it is passed.
  let probabilities, returnPeriods: [Double]

  private static let most = 2000

  init(_ fit: any FittedExtremeValueModel, _ position: PlottingPosition) {
    plottingPosition = "\(position.title): \(position.formula)"
    let (all, weights) = fit.sortedData()
    // Bounded, so that a probability is not rounded to 0 or 1 and a period is finite.
    let total = min(fit.totalWeight, 1e12)
    var below = 0.0
    // i / (n + 1) where all weights are 1, so that the largest has a return period of n + 1.
    let middles = weights.map { share in
      defer { below += share }
      let rank = total * (below + share / 2) + 0.5
      let middle = (rank - position.offset) / (total + 1 - 2 * position.offset)
      return min(max(middle, 1e-12), 1 - 1e-12)
    }
    let shown = Self.indices(all.count)
    of = all.count
    values = shown.map { all[$0] }
    shares = shown.map { weights[$0] }
    probabilities = shown.map { middles[$0] }
    let unit = fit.periodsPerValue
    returnPeriods = probabilities.map {
      (fit.extreme == .maximum ? 1 / (1 - $0) : 1 / $0) * unit
    }
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

extension PlottingPosition {
  /// As it begins a sentence.
  var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

  /// Of the rank i among n.
  var formula: String {
    switch self {
    case .weibull: "i / (n + 1)"
    case .gringorten: "(i - 0.44) / (n + 0.12)"
    case .hazen: "(i - 0.5) / n"
    case .cunnane: "(i - 0.4) / (n + 0.2)"
    }
  }
}
