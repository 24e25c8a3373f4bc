import CGumbelMath
import GumbelTensors

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

  /// Independent draws, of which draw i depends on the key and on i alone.
  ///
  /// Unless a distribution knows better, by inversion of 64 random bits that keep their precision
  /// at both ends.
  func sample(_ count: Int, key: RandomKey) -> [Double]
}

/// A distribution of one real number whose first moments and entropy are known.
public protocol HasRealMoments: RealDistribution {
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

  public var median: Double { quantile(at: 0.5) }

  public func sample(_ count: Int, key: RandomKey) -> [Double] {
    require(count >= 0, "sample: \(count) draws, expected 0 or more")
    return key.unitPoints(count).map(quantile(at:))
  }

  /// The quantile of a point that is known precisely from either end.
  package func quantile(at u: UnitPoint) -> Double {
    u.lower < 0.5 ? quantile(at: u.lower) : inverseSurvival(at: u.upper)
  }

  /// Traps unless a number is a probability.
  @inline(__always)
  package func requireProbability(_ p: Double, _ function: StaticString = #function) {
    require(
      p >= 0 && p <= 1, "\(Self.self).\(function): \(p) is not a probability between 0 and 1")
  }
}

extension HasRealMoments {
  public var standardDeviation: Double { variance.squareRoot() }
}
