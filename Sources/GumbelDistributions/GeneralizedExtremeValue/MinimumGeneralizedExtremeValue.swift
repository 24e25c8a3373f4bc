import GumbelTensors

/// The generalized extreme value distribution of minima, the limit of the smallest of many
/// independent values: the mirror image of ``GeneralizedExtremeValue``.
///
///     z = (location - x) / scale,   y = log(1 + shape z) / shape  (z where the shape is 0)
///     P(X > x) = exp(-exp(-y)),     density exp(-(1 + shape) y - exp(-y)) / scale
///
/// where `1 + shape z > 0`; nothing lies outside. With a positive shape the lower tail is that of a
/// power, and with a negative one there is a lower end at `location + scale / shape`: strengths and
/// lifetimes, which are never negative, have such a shape, as has the distribution of Weibull. A shape
/// of 0 gives the bits of ``MinimumGumbel``.
///
/// The distribution of a fit to minima is `MinimumGeneralizedExtremeValue(mirroring: fit.distribution)`.
public struct MinimumGeneralizedExtremeValue<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
  public let shape: Value
}

extension MinimumGeneralizedExtremeValue<Double>: RealDistribution, HasRealMoments {
  /// Traps unless location and shape are finite and the scale finite and positive.
  public init(location: Double, scale: Double, shape: Double) {
    requireFinite("MinimumGeneralizedExtremeValue", "location", location)
    requirePositive("MinimumGeneralizedExtremeValue", "scale", scale)
    requireFinite("MinimumGeneralizedExtremeValue", "shape", shape)
    self.location = location
    self.scale = scale
    self.shape = shape
  }

  /// The distribution of -X, where X has a distribution of maxima.
  public init(mirroring maximum: GeneralizedExtremeValue<Double>) {
    self.init(location: -maximum.location, scale: maximum.scale, shape: maximum.shape)
  }

  /// The distribution of -X.
  public var mirrored: GeneralizedExtremeValue<Double> {
    GeneralizedExtremeValue(location: -location, scale: scale, shape: shape)
  }

  /// The least value, -inf unless the shape is negative.
  public var lowerEnd: Double { -mirrored.upperEnd }
  /// The largest value, +inf unless the shape is positive.
  public var upperEnd: Double { -mirrored.lowerEnd }

  public func logProbability(of x: Double) -> Double { mirrored.logProbability(of: -x) }
  public func cdf(at x: Double) -> Double { mirrored.survival(at: -x) }
  public func survival(at x: Double) -> Double { mirrored.cdf(at: -x) }
  public func logCDF(at x: Double) -> Double { mirrored.logSurvival(at: -x) }
  public func logSurvival(at x: Double) -> Double { mirrored.logCDF(at: -x) }
  public func quantile(at p: Double) -> Double { -mirrored.inverseSurvival(at: p) }
  public func inverseSurvival(at q: Double) -> Double { -mirrored.quantile(at: q) }

  /// At a lower end where the shape is -1 or less.
  public var mode: Double { -mirrored.mode }
  /// Minus infinity where the shape is 1 or more.
  public var mean: Double { -mirrored.mean }
  /// Infinite where the shape is 1/2 or more.
  public var variance: Double { mirrored.variance }
  /// Minus infinity where the shape is 1/3 or more, and NaN from 1/2 on.
  public var skewness: Double { -mirrored.skewness }
  /// Infinite where the shape is 1/4 or more, and NaN from 1/2 on.
  public var excessKurtosis: Double { mirrored.excessKurtosis }
  /// `log scale + γ shape + γ + 1`.
  public var entropy: Double { mirrored.entropy }

  /// The first two L-moments and the next two's ratios to the second: mean and skewness with the
  /// opposite sign of the mirror image's.
  public var lMoments: LMoments {
    let image = mirrored.lMoments
    return LMoments(
      mean: -image.mean, scale: image.scale, skewness: -image.skewness, kurtosis: image.kurtosis)
  }

  /// The derivatives of the log-density of a value: in the value, location, scale and shape.
  ///
  /// Continuous in the shape, 0 included. NaN outside the support.
  public func score(
    at x: Double
  ) -> (value: Double, location: Double, scale: Double, shape: Double) {
    let image = mirrored.score(at: -x)
    return (-image.value, -image.location, image.scale, image.shape)
  }

  /// The Fisher information of one value in location, scale and shape, a row a parameter; NaN where
  /// the shape is -1/2 or less and there is none.
  public func expectedInformation() -> [[Double]] {
    Self.withLocationMirrored(mirrored.expectedInformation())
  }

  /// The observed information of values in location, scale and shape: minus the second derivatives
  /// of their log-likelihood, a row a parameter.
  public func observedInformation(_ values: [Double]) -> [[Double]] {
    Self.withLocationMirrored(mirrored.observedInformation(values.map { -$0 }))
  }

  /// The location turns its sign, and so does what it has in common with scale and shape.
  private static func withLocationMirrored(_ matrix: [[Double]]) -> [[Double]] {
    matrix.indices.map { i in
      matrix.indices.map { j in (i == 0) != (j == 0) ? -matrix[i][j] : matrix[i][j] }
    }
  }
}

extension MinimumGeneralizedExtremeValue<Tensor>: Distribution, Reparameterised, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor, shape: Tensor) {
    self.location = location
    self.scale = scale
    self.shape = shape
    _ = batchShape
  }

  /// The distribution of -X.
  public var mirrored: GeneralizedExtremeValue<Tensor> {
    GeneralizedExtremeValue(location: -location, scale: scale, shape: shape)
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape(
      "MinimumGeneralizedExtremeValue",
      ["location": location, "scale": scale, "shape": shape])
  }

  /// With a shape of 0 the draws of ``MinimumGumbel``, to the bit.
  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    -mirrored.pathwiseSample(shape, key: key)
  }
  public func logProbability(of value: Tensor) -> Tensor { mirrored.logProbability(of: -value) }
  public var entropy: Tensor { mirrored.entropy }
}
