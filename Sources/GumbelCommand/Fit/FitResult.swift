import Gumbel

/// What `gumbel fit` found; printed as JSON with the names of `CodingKeys`.
struct FitResult: Encodable {
  struct Interval: Encodable {
    let lower, upper, confidence: Double
    let method: String
  }
  struct Parameters<Value: Encodable>: Encodable { let location, scale: Value }
  struct Test: Encodable { let statistic, pValue, criticalValue: Double }
  struct ReturnLevel: Encodable { let period, level, lower, upper: Double }

  let fit: GumbelFit
  let confidence: Double
  let intervalMethod: GumbelFit.IntervalMethod
  let intervals: Parameters<Interval>
  let goodnessOfFit: GoodnessOfFit
  let returnLevels: [ReturnLevel]

  init(
    _ fit: GumbelFit, periods: [Double], confidence: Double, interval: GumbelFit.IntervalMethod,
    key: RandomKey
  ) throws {
    self.fit = fit
    self.confidence = confidence
    intervalMethod = interval
    let method =
      switch interval {
      case .wald: "wald"
      case .profileLikelihood: "profile"
      case .bootstrap: "bootstrap"
      }
    func bounds(_ quantity: GumbelFit.Quantity) -> Interval {
      let range = fit.interval(for: quantity, confidence: confidence, by: interval)
      return Interval(
        lower: range.lowerBound, upper: range.upperBound, confidence: confidence, method: method)
    }
    intervals = Parameters(location: bounds(.location), scale: bounds(.scale))
    returnLevels = periods.map { period in
      let range = bounds(.returnLevel(period: period))
      return ReturnLevel(
        period: period, level: fit.returnLevel(period: period), lower: range.lower,
        upper: range.upper)
    }
    // Not the key of the bootstrap, whose samples would be the same.
    goodnessOfFit = fit.goodnessOfFit(key: key.folding(in: "goodness of fit"))
  }

  private enum CodingKeys: String, CodingKey {
    case n, location, scale, standardErrors, intervals, logLikelihood, ks, andersonDarling
    case returnLevels
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(fit.count, forKey: .n)
    try container.encode(fit.location, forKey: .location)
    try container.encode(fit.scale, forKey: .scale)
    let errors = fit.standardErrors
    try container.encode(
      Parameters(location: errors.location, scale: errors.scale), forKey: .standardErrors)
    try container.encode(intervals, forKey: .intervals)
    try container.encode(fit.logLikelihood, forKey: .logLikelihood)
    try container.encode(test(goodnessOfFit.kolmogorovSmirnov), forKey: .ks)
    try container.encode(test(goodnessOfFit.andersonDarling), forKey: .andersonDarling)
    try container.encode(returnLevels, forKey: .returnLevels)
  }

  private func test(_ test: GoodnessOfFit.Test) -> Test {
    Test(statistic: test.statistic, pValue: test.pValue, criticalValue: test.criticalValue)
  }
}
