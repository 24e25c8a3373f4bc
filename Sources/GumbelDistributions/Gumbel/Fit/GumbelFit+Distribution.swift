import CGumbelMath
import GumbelTensors

extension GumbelFit {
  /// The logarithm of the fitted density.
  public func logProbability(of x: Double) -> Double {
    let z = reduced(x)
    return -z - exp(-z) - log(scale)
  }

  /// P(X ≤ x) of the fitted distribution.
  public func cdf(at x: Double) -> Double {
    let z = reduced(x)
    return extreme == .maximum ? exp(-exp(-z)) : -expm1(-exp(-z))
  }

  /// The x with P(X ≤ x) = p of the fitted distribution. Traps unless 0 ≤ p ≤ 1.
  public func quantile(at p: Double) -> Double {
    require(0 <= p && p <= 1, "GumbelFit: probability \(p), expected 0 to 1")
    return extreme == .maximum
      ? location - scale * log(-log(p)) : location + scale * log(-log1p(-p))
  }

  /// The level that a value passes on average once in `period` values: above it for maxima, below
  /// it for minima. Traps unless the period is above 1.
  ///
  ///     maxima: P(X > level) = 1 / period
  public func returnLevel(period: Double) -> Double {
    let level = scale * Self.reducedLevel(period: period)
    return extreme == .maximum ? location + level : location - level
  }

  /// The return level of the standard distribution: `-log(-log(1 - 1 / period))`.
  static func reducedLevel(period: Double) -> Double {
    require(
      period > 1 && period.isFinite, "GumbelFit: return period \(period), expected one above 1")
    return -log(-log1p(-1 / period))
  }

  /// How many values pass on average until one passes a level: above it for maxima, below it for
  /// minima; infinite for levels so far out that nothing passes them in double precision.
  public func returnPeriod(level: Double) -> Double { -1 / expm1(-exp(-reduced(level))) }

  /// z for maxima, -z for minima.
  func reduced(_ x: Double) -> Double {
    extreme == .maximum ? (x - location) / scale : (location - x) / scale
  }
}

extension GumbelFit: FittedExtremeValueModel {
  public var familyName: String { "Gumbel distribution" }
  public var data: ExtremeValueFit.Data { .blockExtremes }
  public var parameters: [ExtremeValueQuantity] { [.location, .scale] }

  /// Fits to so many samples simulated from this one.
  public func bootstrap(replicates: Int = 2000, key: RandomKey) -> any SimulatedFits {
    GumbelBootstrap(self, replicates: replicates, key: key)
  }

  /// The data in ascending order, and their shares of all weight.
  public func sortedData() -> (values: [Double], shares: [Double]) {
    let (y, shares) = sample.sorted()
    let equal = shares ?? [Double](repeating: 1 / Double(count), count: count)
    let values = y.map { sample.point(at: $0) }
    return extreme == .maximum
      ? (values, equal) : (values.reversed().map { -$0 }, equal.reversed())
  }
}
