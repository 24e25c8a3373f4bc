import CMath

extension Gumbel<Double>: RealDistribution {
  /// Traps unless the location is finite and the scale finite and positive.
  public init(location: Double, scale: Double) {
    precondition(location.isFinite, "Gumbel: location \(location), expected a finite number")
    precondition(
      scale > 0 && scale.isFinite, "Gumbel: scale \(scale), expected a positive finite number")
    self.location = location
    self.scale = scale
  }

  private func standardised(_ x: Double) -> Double { (x - location) / scale }

  public func logProbability(of x: Double) -> Double {
    let z = standardised(x)
    return -z - exp(-z) - log(scale)
  }

  public func cdf(at x: Double) -> Double { exp(-exp(-standardised(x))) }
  public func survival(at x: Double) -> Double { -expm1(-exp(-standardised(x))) }
  public func logCDF(at x: Double) -> Double { -exp(-standardised(x)) }
  public func logSurvival(at x: Double) -> Double { log(survival(at: x)) }
  public func quantile(at p: Double) -> Double { location - scale * log(-log(p)) }
  public func inverseSurvival(at q: Double) -> Double { location - scale * log(-log1p(-q)) }

  public var mean: Double { location + 0.577_215_664_901_532_9 * scale }
  public var variance: Double { .pi * .pi / 6 * scale * scale }
  public var skewness: Double { 1.139_547_099_404_648_6 }
  public var excessKurtosis: Double { 2.4 }
  public var entropy: Double { log(scale) + 1.577_215_664_901_532_9 }
}
