import CGumbelMath
import GumbelTensors

extension GumbelFit {
  /// The two values of a quantity whose profile likelihood is below the maximum by half the
  /// chi-square distribution's quantile.
  ///
  /// The likelihood is concave, so those above the threshold are one bounded interval.
  func profileInterval(for quantity: Quantity, confidence: Double) -> (Double, Double) {
    require(
      method == .maximumLikelihood,
      "GumbelFit: a profile likelihood of a fit by \(method.rawValue), expected one by mle")
    let deviate = normalDeviate(confidence: confidence)
    let sign = extreme == .maximum ? 1.0 : -1.0
    switch quantity {
    case .shape: return (0, 0)
    case .trend: Self.refuseTrend()
    case .scale:
      let (low, high) = scaleProfile(deviate)
      return (sample.length(low), sample.length(high))
    case .location, .returnLevel:
      var level = 0.0
      if case .returnLevel(let period) = quantity { level = Self.reducedLevel(period: period) }
      let ends: (Double, Double)
      if isLocationFixed {
        // The quantile is a function of the scale alone.
        let (low, high) = scaleProfile(deviate)
        ends = (b / a + level * low, b / a + level * high)
      } else {
        ends = quantileProfile(level: level, deviate)
      }
      let bounds = (sign * sample.point(at: ends.0), sign * sample.point(at: ends.1))
      return (min(bounds.0, bounds.1), max(bounds.0, bounds.1))
    }
  }

  /// An interval for the period of a level, by the profile likelihood: the periods for which a
  /// likelihood-ratio test does not reject that their level is this one. It may be infinite above.
  ///
  /// Traps unless the confidence is between 0 and 1, and for another method than maximum likelihood.
  public func returnPeriodInterval(
    level: Double, confidence: Double = 0.95
  ) -> ClosedRange<Double> {
    require(
      confidence > 0 && confidence < 1,
      "GumbelFit: confidence \(confidence), expected a number between 0 and 1")
    require(
      method == .maximumLikelihood,
      "GumbelFit: a profile likelihood of a fit by \(method.rawValue), expected one by mle")
    let center = min(reduced(level), longestReducedPeriod)
    func period(_ y: Double) -> Double {
      y > longestReducedPeriod - 1 ? .infinity : -1 / expm1(-exp(-y))
    }
    let sign = extreme == .maximum ? 1.0 : -1.0
    let place = sample.standardised(sign * level)
    // With the location known, levels beside it are a function of the scale alone.
    let reach = place - b / a
    if isLocationFixed, isScaleFixed || reach == 0 { return period(center)...period(center) }
    let unit = unitCovariance(.observed)
    let variance = unit.location + center * (2 * unit.locationAndScale + center * unit.scale)
    let error = (variance / totalWeight).squareRoot()
    let deviate = normalDeviate(confidence: confidence)
    // In the reduced variate, of which the period is a function: the level stays where it is.
    func end(_ direction: Double) -> Double {
      var start = a
      return profileEnd(from: center, step: direction * error, deviate) { y in
        if y > longestReducedPeriod { return (.nan, .nan) }
        if isScaleFixed { return (a, a * place - y) }
        if isLocationFixed {
          let steepness = y / reach
          return steepness > 0 ? (steepness, steepness * (b / a)) : (.nan, .nan)
        }
        let best = sample.maximum(quantile: place, reduced: y, from: start)
        if best.a.isFinite, best.a > 0 { start = best.a }
        return best
      }
    }
    return period(end(-1))...max(period(end(-1)), period(end(1)))
  }

  /// The ends for the scale, in the sample's units.
  private func scaleProfile(_ deviate: Double) -> (Double, Double) {
    let error = unitCovariance(.observed).scale.squareRoot() / totalWeight.squareRoot()
    // On the logarithm, so that a scale stays positive.
    func end(_ direction: Double) -> Double {
      exp(
        profileEnd(from: -log(a), step: direction * error, deviate) { logScale in
          let a = exp(-logScale)
          return (a, isLocationFixed ? a * b / self.a : sample.bestB(a: a))
        })
    }
    return (end(-1), end(1))
  }

  /// The ends for the quantile at `location + level · scale`, in the sample's units.
  private func quantileProfile(level: Double, _ deviate: Double) -> (Double, Double) {
    let unit = unitCovariance(.observed)
    let variance = unit.location + level * (2 * unit.locationAndScale + level * unit.scale)
    let error = variance.squareRoot() / (a * totalWeight.squareRoot())
    func end(_ direction: Double) -> Double {
      var start = a
      return profileEnd(from: (b + level) / a, step: direction * error, deviate) { point in
        if isScaleFixed { return (a, a * point - level) }
        let best = sample.maximum(quantile: point, reduced: level, from: start)
        start = best.a
        return best
      }
    }
    return (end(-1), end(1))
  }

  /// Where the root of the deviance reaches a normal quantile, to one side of the estimate.
  private func profileEnd(
    from center: Double, step: Double, _ deviate: Double,
    best: (Double) -> (a: Double, b: Double)
  ) -> Double {
    let maximum = sample.meanLogLikelihood(a: a, b: b)
    return GumbelDistributions.profileEnd(from: center, step: step, deviate) { x in
      let (a, b) = best(x)
      return 2 * totalWeight * (maximum - sample.meanLogLikelihood(a: a, b: b))
    }
  }
}
