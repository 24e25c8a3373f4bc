import CGumbelMath
import GumbelTensors

/// The logistic distribution: that of the difference of two independent Gumbel values of one
/// scale.
///
///     z = (x - location) / scale
///     P(X ≤ x) = 1 / (1 + exp(-z)),   density exp(-z) / (1 + exp(-z))² / scale
///
/// The divergence between two of them has no closed form.
public struct Logistic<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
}

extension Logistic<Double>: RealDistribution, HasRealMoments {
  /// Traps unless the location is finite and the scale finite and positive.
  public init(location: Double, scale: Double) {
    requireFinite("Logistic", "location", location)
    requirePositive("Logistic", "scale", scale)
    self.location = location
    self.scale = scale
  }

  private func standardised(_ x: Double) -> Double { (x - location) / scale }

  public func logProbability(of x: Double) -> Double {
    let z = standardised(x).magnitude
    return -z - 2 * log1p(exp(-z)) - log(scale)
  }

  public func cdf(at x: Double) -> Double { sigmoid(standardised(x)) }
  public func survival(at x: Double) -> Double { sigmoid(-standardised(x)) }
  public func logCDF(at x: Double) -> Double { -softplus(-standardised(x)) }
  public func logSurvival(at x: Double) -> Double { -softplus(standardised(x)) }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return location + scale * logit(p)
  }
  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return location - scale * logit(q)
  }

  public var mode: Double { location }
  public var mean: Double { location }
  public var variance: Double { .pi * .pi / 3 * scale * scale }
  public var skewness: Double { 0 }
  public var excessKurtosis: Double { 1.2 }
  public var entropy: Double { log(scale) + 2 }
}

extension Logistic<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor) {
    self.location = location
    self.scale = scale
    _ = batchShape
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape("Logistic", ["location": location, "scale": scale])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    location + scale * standardLogistic(shape + batchShape, key: key)
  }

  public func logProbability(of value: Tensor) -> Tensor {
    // Without |z|, which has no second derivative where the value is the location.
    let z = (value - location) / scale
    return logSigmoid(z) + logSigmoid(-z) - log(scale)
  }

  public var mode: Tensor { location.broadcast(to: batchShape) }
  public var mean: Tensor { location.broadcast(to: batchShape) }
  public var variance: Tensor {
    (Float.pi * Float.pi / 3 * square(scale)).broadcast(to: batchShape)
  }
  public var entropy: Tensor { (log(scale) + 2).broadcast(to: batchShape) }
}

/// Draws from the standard logistic distribution, with both tails at full precision.
package func standardLogistic(_ shape: Shape, key: RandomKey) -> Tensor {
  // With E = -log u, which is precise near 0 and goes no further than 45, log(u / (1 - u)) is
  // -log(exp(E) - 1).
  -log(expm1(Tensor.exponential(shape, key: key)))
}
