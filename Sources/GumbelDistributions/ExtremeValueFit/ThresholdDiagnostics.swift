import GumbelTensors

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
  ///   - times: When each value was measured, in order; nil where clusters end by their run length.
  ///   - separation: As that of ``Exceedances``, of values with times.
  ///   - from: The first threshold; the median if nil.
  ///   - extreme: Which end counts.
  ///
  /// Traps unless there are more values than `least`, which is 5 or more, and count is 2 or more.
  public init(
    of values: [Double], count: Int = 30, least: Int = 20, runLength: Int = 0,
    times: [Double]? = nil, separation: Double = 0, from: Double? = nil,
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
      let beyond =
        times.map {
          Exceedances(
            of: values, times: $0, threshold: threshold, separation: separation, extreme)
        } ?? Exceedances(of: values, threshold: threshold, runLength: runLength, extreme)
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
