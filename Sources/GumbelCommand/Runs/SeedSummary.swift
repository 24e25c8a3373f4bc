import SwiftGumbel

/// The mean of what trainings with several seeds found, and how sure it is.
struct SeedSummary: Encodable {
  let n: Int
  let mean: Double
  /// Of the values, and the ends of the interval of the mean; nil of one value.
  let standardDeviation, lower, upper: Double?

  /// The level of the intervals.
  static let level = 0.95

  /// The interval is mean ± t s / √n with the standard deviation s and Student's t of n - 1 degrees of
  /// freedom.
  init(_ values: [Double]) {
    n = values.count
    mean = values.reduce(0, +) / Double(n)
    guard n > 1 else {
      (standardDeviation, lower, upper) = (nil, nil, nil)
      return
    }
    let mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let deviation = (squares / Double(n - 1)).squareRoot()
    let half =
      StudentT.bound(level: Self.level, freedom: n - 1) * deviation / Double(n).squareRoot()
    (standardDeviation, lower, upper) = (deviation, mean - half, mean + half)
  }

  /// Half of the interval's width.
  var halfWidth: Double? { upper.map { $0 - mean } }
}
