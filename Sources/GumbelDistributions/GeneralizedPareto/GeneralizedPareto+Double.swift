import CGumbelMath

extension GeneralizedPareto<Double>: RealDistribution, HasRealMoments {
  /// Traps unless location and shape are finite and the scale finite and positive.
  public init(location: Double, scale: Double, shape: Double) {
    requireFinite("GeneralizedPareto", "location", location)
    requirePositive("GeneralizedPareto", "scale", scale)
    requireFinite("GeneralizedPareto", "shape", shape)
    self.location = location
    self.scale = scale
    self.shape = shape
  }

  /// The largest value, +inf unless the shape is negative.
  public var upperEnd: Double { shape < 0 ? location - scale / shape : .infinity }

  /// The standard exponential value with the same probability.
  private func reduced(_ x: Double) -> Double {
    if x <= location { return 0 }
    return x >= upperEnd ? .infinity : reducedVariate((x - location) / scale, shape: shape)
  }

  public func logProbability(of x: Double) -> Double {
    if x < location || x > upperEnd { return -.infinity }
    // At -1 the density ends with a step.
    return (shape == -1 ? 0 : -(1 + shape) * reduced(x)) - log(scale)
  }

  public func cdf(at x: Double) -> Double { -expm1(-reduced(x)) }
  public func survival(at x: Double) -> Double { exp(-reduced(x)) }
  public func logCDF(at x: Double) -> Double { log1mexp(-reduced(x)) }
  public func logSurvival(at x: Double) -> Double { -reduced(x) }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return location + scale * variate(-log1p(-p), shape: shape)
  }

  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return location + scale * variate(-log(q), shape: shape)
  }

  /// The location, or the upper end where the shape is below -1.
  public var mode: Double { shape < -1 ? upperEnd : location }
  /// `location + scale / (1 - shape)`; infinite where the shape is 1 or more.
  public var mean: Double { shape >= 1 ? .infinity : location + scale / (1 - shape) }
  /// Infinite where the shape is 1/2 or more.
  public var variance: Double {
    if shape >= 0.5 { return .infinity }
    let mean = scale / (1 - shape)
    return mean * mean / (1 - 2 * shape)
  }
  /// Infinite where the shape is 1/3 or more, and NaN from 1/2 on.
  public var skewness: Double {
    if shape >= 1.0 / 3 { return shape >= 0.5 ? .nan : .infinity }
    return 2 * (1 + shape) * (1 - 2 * shape).squareRoot() / (1 - 3 * shape)
  }
  /// Infinite where the shape is 1/4 or more, and NaN from 1/2 on.
  public var excessKurtosis: Double {
    if shape >= 0.25 { return shape >= 0.5 ? .nan : .infinity }
    let fourth = 3 * (1 - 2 * shape) * (2 * shape * shape + shape + 3)
    return fourth / ((1 - 3 * shape) * (1 - 4 * shape)) - 3
  }
  /// `log scale + shape + 1`.
  public var entropy: Double { log(scale) + shape + 1 }

  /// The first two L-moments and the next two's ratios to the second. Where the shape is 1 or more
  /// there are none: λ₁ and λ₂ are infinite and the ratios 1.
  public var lMoments: LMoments {
    if shape >= 1 { return LMoments(mean: .infinity, scale: .infinity, skewness: 1, kurtosis: 1) }
    return LMoments(
      mean: mean, scale: scale / ((1 - shape) * (2 - shape)), skewness: (1 + shape) / (3 - shape),
      kurtosis: (1 + shape) * (2 + shape) / ((3 - shape) * (4 - shape)))
  }

  /// The derivatives of the log-density of a value: in the value, scale and shape; NaN outside the
  /// support.
  public func score(at x: Double) -> (value: Double, scale: Double, shape: Double) {
    let z = (x - location) / scale
    guard z >= 0, 1 + shape * z > 0 else { return (.nan, .nan, .nan) }
    let term = ExtremeTerm(z: z, shape: shape, density: 1, tail: 0)
    return (term.z / scale, -(z * term.z + 1) / scale, term.shape)
  }

  /// The Fisher information of one value in scale and shape, a row a parameter:
  /// `1 / (1 + 2 ξ) · [1 / scale², 1 / (scale (1 + ξ)); …, 2 / (1 + ξ)]`.
  ///
  /// NaN where the shape is -1/2 or less and there is none.
  public func expectedInformation() -> [[Double]] {
    if shape <= -0.5 { return [[.nan, .nan], [.nan, .nan]] }
    let both = 1 / (scale * (1 + shape))
    return [[1 / (scale * scale), both], [both, 2 / (1 + shape)]].map { row in
      row.map { $0 / (1 + 2 * shape) }
    }
  }
}
