import CMath

/// A single distribution of one real number, in double precision.
///
/// Each function keeps full relative precision as far into either tail as a `Double` reaches:
/// what is small is computed as it is, and not as 1 minus something.
public protocol RealDistribution: Sendable {
  /// The logarithm of the density, or of the probability where values are discrete; -inf outside
  /// the support.
  func logProbability(of x: Double) -> Double
  /// P(X ≤ x).
  func cdf(at x: Double) -> Double
  /// P(X > x), precise where `cdf` is nearly 1.
  func survival(at x: Double) -> Double
  /// log P(X ≤ x).
  func logCDF(at x: Double) -> Double
  /// log P(X > x).
  func logSurvival(at x: Double) -> Double
  /// The least x with P(X ≤ x) ≥ p. Traps unless 0 ≤ p ≤ 1.
  func quantile(at p: Double) -> Double
  /// The least x with P(X > x) ≤ q, precise where q is nearly 0. Traps unless 0 ≤ q ≤ 1.
  func inverseSurvival(at q: Double) -> Double

  var mean: Double { get }
  var variance: Double { get }
  /// `E[(X - mean)³] / standardDeviation³`.
  var skewness: Double { get }
  /// `E[(X - mean)⁴] / variance² - 3`.
  var excessKurtosis: Double { get }
  /// In nats: `-E[log p]`.
  var entropy: Double { get }
}

extension RealDistribution {
  /// The density, or the probability where values are discrete.
  public func probability(of x: Double) -> Double { exp(logProbability(of: x)) }

  public var standardDeviation: Double { variance.squareRoot() }

  public var median: Double { quantile(at: 0.5) }
}
