import GumbelTensors

extension GumbelFit {
  /// What an interval is for: location, scale, or a return level.
  public typealias Quantity = ExtremeValueQuantity
  public typealias IntervalMethod = ExtremeValueIntervalMethod

  /// Whether a quantity was given and not estimated.
  public func isFixed(_ quantity: Quantity) -> Bool {
    switch quantity {
    case .location: isLocationFixed
    case .scale: isScaleFixed
    case .shape: true
    case .trend: Self.refuseTrend()
    case .returnLevel: isLocationFixed && isScaleFixed
    }
  }

  /// The estimate of a quantity; 0 of the shape. Traps for a trend.
  public func estimate(of quantity: Quantity) -> Double {
    switch quantity {
    case .location: location
    case .scale: scale
    case .shape: 0
    case .trend: Self.refuseTrend()
    case .returnLevel(let period): returnLevel(period: period)
    }
  }

  static func refuseTrend() -> Never {
    fatalError("GumbelFit: the trend of a fit without a covariate")
  }

  /// The standard error of a quantity, of a function of the parameters by the delta method.
  public func standardError(of quantity: Quantity) -> Double {
    unitError(of: quantity) * scale / totalWeight.squareRoot()
  }

  /// An interval that holds the true value of a quantity with a probability near `confidence`.
  ///
  /// Of a parameter that is fixed it is the value alone. Traps unless the confidence is between 0
  /// and 1, for a return period of 1 or less, and for the profile likelihood of another method
  /// than maximum likelihood.
  public func interval(
    for quantity: Quantity, confidence: Double = 0.95,
    by intervalMethod: IntervalMethod = .wald
  ) -> ClosedRange<Double> {
    require(
      confidence > 0 && confidence < 1,
      "GumbelFit: confidence \(confidence), expected a number between 0 and 1")
    let center = estimate(of: quantity)
    if isFixed(quantity) { return center...center }
    let bounds: (Double, Double)
    switch intervalMethod {
    case .wald:
      let margin = normalDeviate(confidence: confidence) * standardError(of: quantity)
      bounds = (center - margin, center + margin)
    case .profileLikelihood:
      bounds = profileInterval(for: quantity, confidence: confidence)
    case .bootstrap(let bootstrap):
      bounds = bootstrap.interval(for: quantity, confidence: confidence)
    }
    // Infinity less infinity: nothing is known of an end beyond the range of double precision.
    let ends = (
      bounds.0.isNaN ? -.infinity : bounds.0, bounds.1.isNaN ? .infinity : bounds.1
    )
    let (low, high) = quantity == .scale ? (max(ends.0, 0), ends.1) : ends
    // Rounding may leave the estimate a digit outside an interval of hardly any length.
    return min(low, center)...max(high, center)
  }

  /// The standard error for scale 1 and one observation.
  private func unitError(of quantity: Quantity) -> Double {
    let unit = unitCovariance(.observed)
    let variance =
      switch quantity {
      case .location: unit.location
      case .scale: unit.scale
      case .shape: 0.0
      case .trend: Self.refuseTrend()
      case .returnLevel(let period):
        unit.location + Self.reducedLevel(period: period)
          * (2 * unit.locationAndScale + Self.reducedLevel(period: period) * unit.scale)
      }
    return max(variance, 0).squareRoot()
  }
}
