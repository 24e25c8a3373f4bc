import CGumbelMath
import GumbelTensors

/// A distribution fitted to extremes, of whatever family, with how sure the fit is.
///
/// Tables, pictures and pages of a fit are made of what is required here and of nothing else, so that
/// another family only has to conform. ``GumbelFit`` and ``ExtremeValueFit`` do.
public protocol FittedExtremeValueModel: Sendable {
  /// What the distribution is called, such as `Gumbel distribution`.
  var familyName: String { get }
  /// What the data are.
  var data: ExtremeValueFit.Data { get }
  var method: GumbelFit.Method { get }
  var extreme: GumbelFit.Extreme { get }
  /// How many values were fitted.
  var count: Int { get }
  /// The sum of the weights: the number of observations.
  var totalWeight: Double { get }
  /// `Σ w log p(x)` at the parameters.
  var logLikelihood: Double { get }

  /// The parameters, those that were given among them, in the order in which they are shown.
  var parameters: [ExtremeValueQuantity] { get }
  /// Whether a quantity was given and not estimated.
  func isFixed(_ quantity: ExtremeValueQuantity) -> Bool
  /// The estimate of a quantity. Traps for one that the family does not have.
  func estimate(of quantity: ExtremeValueQuantity) -> Double
  /// The standard error of a quantity, 0 of one that was given.
  func standardError(of quantity: ExtremeValueQuantity) -> Double
  /// An interval that holds the true value of a quantity with a probability near `confidence`.
  func interval(
    for quantity: ExtremeValueQuantity, confidence: Double, by method: ExtremeValueIntervalMethod
  ) -> ClosedRange<Double>
  /// Fits to so many samples simulated from this one.
  func bootstrap(replicates: Int, key: RandomKey) -> any SimulatedFits

  /// The level that is passed on average once in so many blocks, or units of time.
  func returnLevel(period: Double) -> Double
  /// How many blocks, or units of time, pass on average until a value passes a level; infinite for
  /// one that never is, and NaN for one that is within the threshold.
  func returnPeriod(level: Double) -> Double
  /// An interval for the period of a level, by the profile likelihood; it may be infinite above.
  func returnPeriodInterval(level: Double, confidence: Double) -> ClosedRange<Double>

  /// P(X ≤ x) of one of the values.
  func cdf(at x: Double) -> Double
  /// The x with P(X ≤ x) = p. Traps unless 0 ≤ p ≤ 1.
  func quantile(at p: Double) -> Double
  /// The logarithm of the density.
  func logProbability(of x: Double) -> Double
  /// The data in ascending order, and their shares of all weight; with a trend as they would be at
  /// the covariate's reference.
  func sortedData() -> (values: [Double], shares: [Double])
  /// Whether the data look like those of the family at all; by so many simulated samples, or a usual
  /// number.
  func goodnessOfFit(replicates: Int?, key: RandomKey) -> GoodnessOfFit

  /// The change of the location for one unit of a covariate; nil without one.
  var trend: Double? { get }
  /// The value of the covariate that location and levels are given for.
  var reference: Double? { get }
  /// The test of a shape of 0; nil of families without a shape.
  var gumbelTest: LikelihoodRatioTest? { get }
  /// The test of a location that does not follow the covariate; nil without one.
  var trendTest: LikelihoodRatioTest? { get }
}

/// A number that a fit estimates, and that an interval may be for.
public enum ExtremeValueQuantity: Sendable, Hashable {
  /// Of exceedances the threshold.
  case location
  case scale
  /// Positive for a heavy tail, negative for a bounded one; 0 of a Gumbel distribution.
  case shape
  /// The change of the location for one unit of the covariate.
  case trend
  /// The level that is passed once in so many blocks, or units of time.
  case returnLevel(period: Double)
}

/// How an interval is found.
public enum ExtremeValueIntervalMethod: Sendable {
  /// The estimate plus and minus a normal quantile of standard errors, those of functions of the
  /// parameters by the delta method; a scale's is cut off at 0.
  case wald
  /// The values that a likelihood-ratio test does not reject. For maximum likelihood only.
  case profileLikelihood
  /// From fits to simulated samples: ``GumbelBootstrap``, ``ExtremeValueBootstrap``.
  case bootstrap(any SimulatedFits)
}

/// Fits to samples simulated from a fit, from which intervals follow.
public protocol SimulatedFits: Sendable {
  /// How many samples could be fitted.
  var count: Int { get }
  /// The two ends of an interval for a quantity.
  func interval(for quantity: ExtremeValueQuantity, confidence: Double) -> (Double, Double)
}

extension FittedExtremeValueModel {
  public var trend: Double? { nil }
  public var reference: Double? { nil }
  public var gumbelTest: LikelihoodRatioTest? { nil }
  public var trendTest: LikelihoodRatioTest? { nil }

  /// How many parameters were estimated.
  public var parameterCount: Int { parameters.count(where: { !isFixed($0) }) }
  /// Akaike's criterion, `2 parameterCount - 2 logLikelihood`: less is better.
  public var akaikeCriterion: Double { 2 * Double(parameterCount) - 2 * logLikelihood }

  /// How many units of time a value stands for: 1, of exceedances less or more.
  public var periodsPerValue: Double {
    if case .exceedances(_, let rate) = data { return 1 / rate }
    return 1
  }

  /// The probability that no value of a block, or of a unit of time, passes a level.
  ///
  ///     blocks: 1 - 1 / period,   exceedances: exp(-1 / period)
  ///
  /// Of exceedances their number is taken for a Poisson variable; NaN for a level within the
  /// threshold.
  public func nonExceedanceProbability(of level: Double) -> Double {
    nonExceedanceProbability(ofPeriod: returnPeriod(level: level))
  }

  /// The probability that the level of a period is not passed in a block, or in a unit of time.
  public func nonExceedanceProbability(ofPeriod period: Double) -> Double {
    if case .exceedances = data { return exp(-1 / period) }
    return 1 - 1 / period
  }

  /// The period whose level is not passed in a block, or in a unit of time, with a probability.
  ///
  /// Traps unless the probability is above 0 and below 1.
  public func returnPeriod(nonExceedance p: Double) -> Double {
    require(
      p > 0 && p < 1,
      "returnPeriod: non-exceedance probability \(p), expected one between 0 and 1")
    if case .exceedances = data { return -1 / log(p) }
    return 1 / (1 - p)
  }
}
