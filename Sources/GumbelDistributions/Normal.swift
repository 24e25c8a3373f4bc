import CGumbelMath
import GumbelTensors

/// The normal distribution: its location is the mean, its scale the standard deviation.
///
///     z = (x - location) / scale,   density exp(-z² / 2) / (√(2π) scale)
public struct Normal<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
}

/// log √(2π).
let logRootTwoPi = 0.918_938_533_204_672_7

extension Normal<Double>: RealDistribution, HasRealMoments {
  /// Traps unless the location is finite and the scale finite and positive.
  public init(location: Double, scale: Double) {
    requireFinite("Normal", "location", location)
    requirePositive("Normal", "scale", scale)
    self.location = location
    self.scale = scale
  }

  private func standardised(_ x: Double) -> Double { (x - location) / scale }

  public func logProbability(of x: Double) -> Double {
    let z = standardised(x)
    return -0.5 * z * z - logRootTwoPi - log(scale)
  }

  public func cdf(at x: Double) -> Double {
    0.5 * erfc(-standardised(x) * 0.5.squareRoot())
  }
  public func survival(at x: Double) -> Double {
    0.5 * erfc(standardised(x) * 0.5.squareRoot())
  }
  public func logCDF(at x: Double) -> Double { logNormalCDF(standardised(x)) }
  public func logSurvival(at x: Double) -> Double { logNormalCDF(-standardised(x)) }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return location + scale * (p <= 0.5 ? lowerNormalQuantile(p) : -lowerNormalQuantile(1 - p))
  }
  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return location - scale * (q <= 0.5 ? lowerNormalQuantile(q) : -lowerNormalQuantile(1 - q))
  }

  public var mode: Double { location }
  public var mean: Double { location }
  public var variance: Double { scale * scale }
  public var skewness: Double { 0 }
  public var excessKurtosis: Double { 0 }
  /// `log(scale √(2πe))`.
  public var entropy: Double { log(scale) + logRootTwoPi + 0.5 }

  /// The divergence from this distribution to another, in nats.
  public func klDivergence(to other: Normal) -> Double {
    let ratio = scale / other.scale
    let z = (location - other.location) / other.scale
    return 0.5 * (ratio * ratio + z * z - 1) - log(ratio)
  }

  /// The divergence from this distribution to a Gumbel one, in nats.
  public func klDivergence(to other: Gumbel<Double>) -> Double {
    let ratio = scale / other.scale
    let z = (location - other.location) / other.scale
    return z + exp(0.5 * ratio * ratio - z) + log(other.scale) - entropy
  }
}

extension Normal<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor) {
    self.location = location
    self.scale = scale
    _ = batchShape
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape("Normal", ["location": location, "scale": scale])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    location + scale * Tensor.normal(shape + batchShape, key: key)
  }

  public func logProbability(of value: Tensor) -> Tensor {
    -0.5 * square((value - location) / scale) - Float(logRootTwoPi) - log(scale)
  }

  public var mode: Tensor { location.broadcast(to: batchShape) }
  public var mean: Tensor { location.broadcast(to: batchShape) }
  public var variance: Tensor { square(scale).broadcast(to: batchShape) }
  public var entropy: Tensor {
    (log(scale) + Float(logRootTwoPi + 0.5)).broadcast(to: batchShape)
  }

  /// The divergence from this distribution to another, in nats, of the batches' joint shape.
  public func klDivergence(to other: Normal) -> Tensor {
    let ratio = scale / other.scale
    let z = (location - other.location) / other.scale
    return 0.5 * (square(ratio) + square(z) - 1) - log(ratio)
  }

  /// The divergence from this distribution to a Gumbel one, in nats.
  public func klDivergence(to other: Gumbel<Tensor>) -> Tensor {
    let ratio = scale / other.scale
    let z = (location - other.location) / other.scale
    return z + exp(0.5 * square(ratio) - z) + log(other.scale) - entropy
  }
}
