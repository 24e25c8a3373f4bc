import CGumbelMath

extension GeneralizedExtremeValue<Double>: RealDistribution, HasRealMoments {
  /// Traps unless location and shape are finite and the scale finite and positive.
  public init(location: Double, scale: Double, shape: Double) {
    requireFinite("GeneralizedExtremeValue", "location", location)
    requirePositive("GeneralizedExtremeValue", "scale", scale)
    requireFinite("GeneralizedExtremeValue", "shape", shape)
    self.location = location
    self.scale = scale
    self.shape = shape
  }

  /// The least value, -inf unless the shape is positive.
  public var lowerEnd: Double { shape > 0 ? location - scale / shape : -.infinity }
  /// The largest value, +inf unless the shape is negative.
  public var upperEnd: Double { shape < 0 ? location - scale / shape : .infinity }

  /// The Gumbel value with the same probability.
  private func reduced(_ x: Double) -> Double {
    // Rounding must not put an end inside.
    if shape < 0, x >= upperEnd { return .infinity }
    if shape > 0, x <= lowerEnd { return -.infinity }
    return reducedVariate((x - location) / scale, shape: shape)
  }

  public func logProbability(of x: Double) -> Double {
    if x < lowerEnd || x > upperEnd { return -.infinity }
    let y = reduced(x)
    if y == -.infinity { return -.infinity }
    // At -1 the density ends with a step.
    return (shape == -1 ? 0 : -(1 + shape) * y) - exp(-y) - log(scale)
  }

  public func cdf(at x: Double) -> Double { exp(-exp(-reduced(x))) }
  public func survival(at x: Double) -> Double { -expm1(-exp(-reduced(x))) }
  public func logCDF(at x: Double) -> Double { -exp(-reduced(x)) }

  public func logSurvival(at x: Double) -> Double {
    let y = reduced(x)
    return y > 40 ? -y : log1mexp(-exp(-y))
  }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return location + scale * variate(-log(-log(p)), shape: shape)
  }

  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return location + scale * variate(-log(-log1p(-q)), shape: shape)
  }
}
