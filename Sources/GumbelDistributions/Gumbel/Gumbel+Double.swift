import CGumbelMath

extension Gumbel<Double>: RealDistribution, HasRealMoments {
  /// Traps unless the location is finite and the scale finite and positive.
  public init(location: Double, scale: Double) {
    requireFinite("Gumbel", "location", location)
    requirePositive("Gumbel", "scale", scale)
    self.location = location
    self.scale = scale
  }

  private func standardised(_ x: Double) -> Double { (x - location) / scale }

  public func logProbability(of x: Double) -> Double {
    let z = standardised(x)
    return z == -.infinity ? -.infinity : -z - exp(-z) - log(scale)
  }

  public func cdf(at x: Double) -> Double { exp(-exp(-standardised(x))) }
  public func survival(at x: Double) -> Double { -expm1(-exp(-standardised(x))) }
  public func logCDF(at x: Double) -> Double { -exp(-standardised(x)) }

  public func logSurvival(at x: Double) -> Double {
    let z = standardised(x)
    // Far out P(X > x) is exp(-z) to full precision, which itself underflows further on.
    return z > 40 ? -z : log1mexp(-exp(-z))
  }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return location - scale * log(-log(p))
  }

  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return location - scale * log(-log1p(-q))
  }
}
