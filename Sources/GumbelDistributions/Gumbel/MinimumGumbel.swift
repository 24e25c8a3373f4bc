import GumbelTensors

/// The Gumbel distribution of minima, the limit of the smallest of many independent values: the
/// mirror image of ``Gumbel``.
///
///     z = (x - location) / scale
///     P(X > x) = exp(-exp(z)),   density exp(z - exp(z)) / scale
///
/// The logarithm of an exponential or a Weibull variable is such a value. The location is the mode.
public struct MinimumGumbel<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
}

extension MinimumGumbel<Double>: RealDistribution, HasRealMoments {
  /// Traps unless the location is finite and the scale finite and positive.
  public init(location: Double, scale: Double) {
    requireFinite("MinimumGumbel", "location", location)
    requirePositive("MinimumGumbel", "scale", scale)
    self.location = location
    self.scale = scale
  }

  /// The distribution of -X.
  public var mirrored: Gumbel<Double> { Gumbel(location: -location, scale: scale) }

  public func logProbability(of x: Double) -> Double { mirrored.logProbability(of: -x) }
  public func cdf(at x: Double) -> Double { mirrored.survival(at: -x) }
  public func survival(at x: Double) -> Double { mirrored.cdf(at: -x) }
  public func logCDF(at x: Double) -> Double { mirrored.logSurvival(at: -x) }
  public func logSurvival(at x: Double) -> Double { mirrored.logCDF(at: -x) }
  public func quantile(at p: Double) -> Double { -mirrored.inverseSurvival(at: p) }
  public func inverseSurvival(at q: Double) -> Double { -mirrored.quantile(at: q) }

  public var mode: Double { location }
  public var mean: Double { -mirrored.mean }
  public var variance: Double { mirrored.variance }
  public var skewness: Double { -mirrored.skewness }
  public var excessKurtosis: Double { mirrored.excessKurtosis }
  public var entropy: Double { mirrored.entropy }

  /// The cumulant of an order of 1 or more.
  public func cumulant(_ order: Int) -> Double {
    let cumulant = mirrored.cumulant(order)
    return order % 2 == 0 ? cumulant : -cumulant
  }

  /// The derivatives of the log-density of a value: in the value, the location and the scale.
  public func score(at x: Double) -> (value: Double, location: Double, scale: Double) {
    let score = mirrored.score(at: -x)
    return (-score.value, -score.location, score.scale)
  }

  /// The divergence from this distribution to another, in nats.
  public func klDivergence(to other: MinimumGumbel) -> Double {
    mirrored.klDivergence(to: other.mirrored)
  }
}

extension MinimumGumbel<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor) {
    self.location = location
    self.scale = scale
    _ = batchShape
  }

  /// The distribution of -X.
  public var mirrored: Gumbel<Tensor> { Gumbel(location: -location, scale: scale) }

  public var batchShape: Shape {
    GumbelDistributions.batchShape("MinimumGumbel", ["location": location, "scale": scale])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    -mirrored.pathwiseSample(shape, key: key)
  }
  public func logProbability(of value: Tensor) -> Tensor { mirrored.logProbability(of: -value) }

  public var mode: Tensor { location.broadcast(to: batchShape) }
  public var mean: Tensor { -mirrored.mean }
  public var variance: Tensor { mirrored.variance }
  public var entropy: Tensor { mirrored.entropy }

  /// The divergence from this distribution to another, in nats, of the batches' joint shape.
  public func klDivergence(to other: MinimumGumbel) -> Tensor {
    mirrored.klDivergence(to: other.mirrored)
  }
}
