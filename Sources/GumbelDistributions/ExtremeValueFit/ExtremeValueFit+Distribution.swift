import CGumbelMath
import GumbelTensors

extension ExtremeValueFit {
  /// The level that a value passes on average once in `period` blocks, or units of time: above it
  /// for maxima, below it for minima.
  ///
  ///     blocks: P(X > level) = 1 / period,   exceedances: rate · P(X > level) = 1 / period
  ///
  /// Traps unless the period is above 1, of exceedances above 1 / rate, in which one of them is
  /// expected.
  public func returnLevel(period: Double) -> Double {
    let y = sample.reducedLevel(period: period)
    return sample.value(at: point[0] + exp(point[2]) * variate(y, shape: shape))
  }

  /// How many blocks, or units of time, pass on average until a value passes a level; infinite for
  /// levels beyond the support's end. Of exceedances NaN for levels below the threshold.
  public func returnPeriod(level: Double) -> Double {
    let y = reduced(level, at: nil)
    guard case .exceedances(_, let rate) = data else { return -1 / expm1(-exp(-y)) }
    return y < 0 ? .nan : exp(y) / rate
  }

  /// P(X ≤ x) of a block's extreme, or of what exceeds the threshold, at the covariate's reference.
  public func cdf(at x: Double) -> Double {
    let y = reduced(x, at: nil)
    if isOfExceedances {
      let beyond = y < 0 ? 1 : exp(-y)
      return extreme == .maximum ? (y < 0 ? 0 : -expm1(-y)) : beyond
    }
    return extreme == .maximum ? exp(-exp(-y)) : -expm1(-exp(-y))
  }

  /// The x with P(X ≤ x) = p. Traps unless 0 ≤ p ≤ 1.
  public func quantile(at p: Double) -> Double {
    require(0 <= p && p <= 1, "ExtremeValueFit: probability \(p), expected 0 to 1")
    let y =
      isOfExceedances
      ? (extreme == .maximum ? -log1p(-p) : -log(p))
      : (extreme == .maximum ? -log(-log(p)) : -log(-log1p(-p)))
    return sample.value(at: point[0] + exp(point[2]) * variate(y, shape: shape))
  }

  /// The logarithm of the density.
  public func logProbability(of x: Double) -> Double {
    let mirrored = sample.sign * x
    if isOfExceedances {
      return GeneralizedPareto(location: sample.sign * location, scale: scale, shape: shape)
        .logProbability(of: mirrored)
    }
    return distribution.logProbability(of: mirrored)
  }

  var isOfExceedances: Bool { sample.isExceedances }

  /// The standard reduced variate of a value, at a covariate in the sample's units.
  func reduced(_ x: Double, at covariate: Double?) -> Double {
    let place = (sample.sign * x - sample.origin) / sample.unit
    return reducedVariate(
      (place - point[0] - point[1] * (covariate ?? 0)) / exp(point[2]), shape: shape)
  }

  /// The data in ascending order, and their shares of all weight. Of the r largest the extremes of
  /// the blocks; with a trend as they would be at the covariate's reference.
  public func sortedData() -> (values: [Double], shares: [Double]) {
    let shares =
      sample.weights.map { weights in weights.map { $0 / totalWeight } }
      ?? [Double](repeating: 1 / Double(sample.values.count), count: sample.values.count)
    var values = sample.values
    if let trend, let covariate = sample.topCovariates {
      for i in values.indices { values[i] -= trend * covariate[i] * sample.covariateUnit }
    }
    let order = values.indices.sorted { values[$0] < values[$1] }
    return (order.map { values[$0] }, order.map { shares[$0] })
  }
}

extension ExtremeValueFit: FittedExtremeValueModel {
  public var familyName: String {
    if isShapeFixed, shape == 0 {
      return isOfExceedances ? "exponential distribution" : "Gumbel distribution"
    }
    return "generalized \(isOfExceedances ? "Pareto" : "extreme value") distribution"
  }

  public var parameters: [ExtremeValueQuantity] {
    trend == nil ? [.location, .scale, .shape] : [.location, .trend, .scale, .shape]
  }

  /// Fits to so many samples simulated from this one.
  public func bootstrap(replicates: Int = 1000, key: RandomKey) -> any SimulatedFits {
    ExtremeValueBootstrap(self, replicates: replicates, key: key)
  }
}

extension ExtremeSample {
  /// The covariate of each block, in the sample's units.
  var topCovariates: [Double]? {
    guard let covariate = likelihood.covariate else { return nil }
    if data == .blockExtremes { return covariate }
    // The last of a block has the weight of its tail.
    return covariate.indices.filter { likelihood.tails[$0] > 0 }.map { covariate[$0] }
  }
}
