import GumbelTensors

/// What of a series lies beyond a threshold, one value a cluster.
///
/// Values that come close to each other are not independent: one storm, one flood. A cluster ends
/// where `runLength` values in a row do not exceed the threshold, and only its most extreme value
/// counts. With a run length of 0 every exceedance is a cluster of its own. Where values have times,
/// such as days, a cluster may instead end where a stretch of time passes without an exceedance, which
/// is the same where there is a value for each unit of time and holds where some are missing.
///
/// Smith & Weissman, "Estimating the extremal index", Journal of the Royal Statistical Society B 56,
/// 1994.
public struct Exceedances: Sendable, Equatable {
  public let threshold: Double
  public let extreme: GumbelFit.Extreme
  public let runLength: Int
  /// The time that ends a cluster; nil where a number of values does.
  public let separation: Double?
  /// The most extreme value of each cluster.
  public let values: [Double]
  /// Where in the series each of these is.
  public let positions: [Int]
  /// How many values lie beyond the threshold.
  public let exceedanceCount: Int
  /// How many values the series has, those that are missing left out.
  public let seriesCount: Int

  /// The share of clusters among the exceedances: the runs estimate of the extremal index. 1 where
  /// exceedances come alone.
  public var extremalIndex: Double {
    exceedanceCount == 0 ? .nan : Double(values.count) / Double(exceedanceCount)
  }

  /// - Parameters:
  ///   - series: The values in the order of time, NaN where one is missing, which counts as one that
  ///     does not exceed.
  ///   - threshold: Values above it, for minima below it, count.
  ///   - runLength: How many values in a row end a cluster.
  ///   - extreme: Which end counts.
  ///
  /// Traps unless the threshold is finite and the run length 0 or more.
  public init(
    of series: [Double], threshold: Double, runLength: Int = 0,
    _ extreme: GumbelFit.Extreme = .maximum
  ) {
    require(runLength >= 0, "Exceedances: run length \(runLength), expected 0 or more")
    self.init(of: series, threshold: threshold, runLength: runLength, separation: nil, extreme) {
      $1 - $0 <= runLength
    }
  }

  /// - Parameters:
  ///   - series: The values, NaN where one is missing.
  ///   - times: When each was measured, in ascending order and any unit.
  ///   - threshold: Values above it, for minima below it, count.
  ///   - separation: Exceedances that are no farther apart than this, in units of the times, belong to
  ///     one cluster; with 0 every exceedance is one of its own.
  ///   - extreme: Which end counts.
  ///
  /// Traps unless the threshold is finite, the separation finite and 0 or more, and there are as many
  /// times as values, finite and in order.
  public init(
    of series: [Double], times: [Double], threshold: Double, separation: Double,
    _ extreme: GumbelFit.Extreme = .maximum
  ) {
    require(
      separation >= 0 && separation.isFinite,
      "Exceedances: separation \(separation), expected a finite number of 0 or more")
    require(
      times.count == series.count,
      "Exceedances: \(series.count) values and \(times.count) times, expected as many")
    require(
      times.allSatisfy(\.isFinite) && zip(times, times.dropFirst()).allSatisfy { $0 <= $1 },
      "Exceedances: the times are not in order, or not finite")
    self.init(of: series, threshold: threshold, runLength: 0, separation: separation, extreme) {
      separation > 0 && times[$1] - times[$0] <= separation
    }
  }

  /// - Parameter isJoined: Whether two successive exceedances, by their places, belong together.
  private init(
    of series: [Double], threshold: Double, runLength: Int, separation: Double?,
    _ extreme: GumbelFit.Extreme, isJoined: (Int, Int) -> Bool
  ) {
    require(threshold.isFinite, "Exceedances: threshold \(threshold), expected a finite number")
    let sign = extreme == .maximum ? 1.0 : -1.0
    var (found, places, count, present) = ([Double](), [Int](), 0, 0)
    var last: Int?
    for (i, value) in series.enumerated() {
      if !value.isNaN { present += 1 }
      guard sign * value > sign * threshold else { continue }
      count += 1
      if let last, isJoined(last, i) {
        if sign * value > sign * found[found.count - 1] {
          found[found.count - 1] = value
          places[places.count - 1] = i
        }
      } else {
        found.append(value)
        places.append(i)
      }
      last = i
    }
    self.threshold = threshold
    self.extreme = extreme
    self.runLength = runLength
    self.separation = separation
    (values, positions, exceedanceCount, seriesCount) = (found, places, count, present)
  }
}
