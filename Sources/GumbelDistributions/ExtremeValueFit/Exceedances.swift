import CGumbelMath
import GumbelTensors

/// What of a series lies beyond a threshold, one value a cluster.
///
/// Values that come close to each other are not independent: one storm, one flood. A cluster ends
/// where `runLength` values in a row do not exceed the threshold, and only its most extreme value
/// counts. With a run length of 0 every exceedance is a cluster of its own.
///
/// Smith & Weissman, "Estimating the extremal index", Journal of the Royal Statistical Society B 56,
/// 1994.
public struct Exceedances: Sendable, Equatable {
  public let threshold: Double
  public let extreme: GumbelFit.Extreme
  public let runLength: Int
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
    require(threshold.isFinite, "Exceedances: threshold \(threshold), expected a finite number")
    require(runLength >= 0, "Exceedances: run length \(runLength), expected 0 or more")
    let sign = extreme == .maximum ? 1.0 : -1.0
    var (found, places, count, present) = ([Double](), [Int](), 0, 0)
    var last: Int?
    for (i, value) in series.enumerated() {
      if !value.isNaN { present += 1 }
      guard sign * value > sign * threshold else { continue }
      count += 1
      if let last, i - last <= runLength {
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
    (values, positions, exceedanceCount, seriesCount) = (found, places, count, present)
  }
}

/// How a threshold may be chosen: the mean excess and the parameters at many of them.
public struct ThresholdDiagnostics: Sendable {
  /// What is found at one threshold.
  public struct Point: Sendable {
    public let threshold: Double
    /// How many values lie beyond it.
    public let count: Int
    /// The mean of what they exceed it by, with its standard error. Above a threshold from which on
    /// the generalized Pareto distribution holds it is a straight line, of slope `ξ / (1 - ξ)`.
    public let meanExcess, meanExcessError: Double
    /// The fit; nil where none is found.
    public let fit: ExtremeValueFit?

    /// `scale - shape · threshold`, the same at all thresholds from one on from which the
    /// distribution holds, and its standard error by the delta method.
    public var modifiedScale: (value: Double, error: Double)? {
      guard let fit else { return nil }
      // For minima the threshold is mirrored.
      let place = fit.extreme == .maximum ? threshold : -threshold
      let variance = fit.scaleAndShapeCovariance
      guard let v = variance else { return nil }
      let error = v.scale - 2 * place * v.both + place * place * v.shape
      return (fit.scale - fit.shape * place, max(error, 0).squareRoot())
    }
  }

  public let points: [Point]

  /// At thresholds of even steps between two quantiles of the data: from the middle one to that
  /// beyond which `least` values lie.
  ///
  /// - Parameters:
  ///   - values: The data.
  ///   - count: How many thresholds, at least 2.
  ///   - least: How many values there are at the last threshold.
  ///   - runLength: As that of ``Exceedances``.
  ///   - from: The first threshold; the median if nil.
  ///   - extreme: Which end counts.
  ///
  /// Traps unless there are more values than `least`, which is 5 or more, and count is 2 or more.
  public init(
    of values: [Double], count: Int = 30, least: Int = 20, runLength: Int = 0, from: Double? = nil,
    _ extreme: GumbelFit.Extreme = .maximum
  ) {
    require(count >= 2, "ThresholdDiagnostics: \(count) thresholds, expected 2 or more")
    require(least >= 5, "ThresholdDiagnostics: at least \(least) values, expected 5 or more")
    let sign = extreme == .maximum ? 1.0 : -1.0
    let sorted = values.filter { !$0.isNaN }.map { sign * $0 }.sorted()
    require(
      sorted.count > least,
      "ThresholdDiagnostics: \(sorted.count) values, expected more than \(least)")
    let last = sorted[sorted.count - 1 - least]
    let first = min(from.map { sign * $0 } ?? sorted[sorted.count / 2], last)
    points = (0..<count).compactMap { i in
      let threshold = sign * (first + (last - first) * Double(i) / Double(count - 1))
      let beyond = Exceedances(of: values, threshold: threshold, runLength: runLength, extreme)
      let n = Double(beyond.values.count)
      guard n >= 2 else { return nil }
      let excesses = beyond.values.map { sign * ($0 - threshold) }
      let mean = excesses.reduce(0, +) / n
      let variance = excesses.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      return Point(
        threshold: threshold, count: beyond.values.count, meanExcess: mean,
        meanExcessError: (variance / n).squareRoot(),
        fit: try? GeneralizedPareto.fit(
          toExceedancesIn: beyond.values, threshold: threshold, rate: 1, extreme: extreme))
    }
  }
}
