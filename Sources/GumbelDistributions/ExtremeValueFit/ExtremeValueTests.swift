import CGumbelMath
import GumbelTensors

/// A test of a simpler model against the one that it is a case of.
public struct LikelihoodRatioTest: Sendable, Equatable {
  /// Twice the difference of the log-likelihoods.
  public let statistic: Double
  /// How many parameters the simpler model does without.
  public let degreesOfFreedom: Int
  /// The probability of so large a statistic where the simpler model holds, in large samples.
  public let pValue: Double

  /// For one parameter.
  init(simpler: Double, fuller: Double) {
    statistic = max(2 * (fuller - simpler), 0)
    degreesOfFreedom = 1
    pValue = erfc((statistic / 2).squareRoot())
  }
}

extension ExtremeValueFit {
  /// The test of a shape of 0: of a Gumbel distribution, or of exceedances an exponential one.
  ///
  /// Nil of fits by other methods than maximum likelihood and where the shape was given.
  public var gumbelTest: LikelihoodRatioTest? {
    guard method == .maximumLikelihood, !isShapeFixed,
      let simpler = try? sample.fit(method, shape: 0)
    else { return nil }
    return LikelihoodRatioTest(simpler: simpler.logLikelihood, fuller: logLikelihood)
  }

  /// The fit to the same data with a shape of 0.
  ///
  /// - Throws: As the fit itself.
  public func withoutShape() throws(FitError) -> ExtremeValueFit {
    try sample.fit(.maximumLikelihood, shape: 0)
  }

  /// The test of a location that does not follow the covariate; nil without one.
  public var trendTest: LikelihoodRatioTest? {
    guard trend != nil,
      let simpler = try? sample.withoutCovariate().fit(method, shape: isShapeFixed ? shape : nil)
    else { return nil }
    return LikelihoodRatioTest(simpler: simpler.logLikelihood, fuller: logLikelihood)
  }
}

extension ExtremeSample {
  /// The same data without a covariate.
  func withoutCovariate() throws(FitError) -> ExtremeSample {
    var blocks: [[Double]] = []
    var block: [Double] = []
    for (i, x) in likelihood.values.enumerated() {
      block.append(value(at: x))
      if likelihood.tails[i] > 0 {
        blocks.append(block)
        block = []
      }
    }
    return try ExtremeSample(
      blocks: blocks, weights: weights, covariate: nil, reference: nil, data: data,
      extreme: extreme)
  }
}
