import CGumbelMath
import GumbelTensors

/// The exponential distribution: the time until an event that happens `rate` times a unit of time.
///
/// Density `rate exp(-rate x)` for x ≥ 0; the mean is `1 / rate`. The smallest of exponential values
/// with rates exp(logits) is a draw of a class: the Gumbel-max trick without its logarithm.
public struct Exponential<Value: DistributionParameter>: Sendable {
  public let rate: Value
}

extension Exponential<Double>: RealDistribution, HasRealMoments {
  /// Traps unless the rate is finite and positive.
  public init(rate: Double) {
    requirePositive("Exponential", "rate", rate)
    self.rate = rate
  }

  public func logProbability(of x: Double) -> Double {
    x < 0 ? -.infinity : log(rate) - rate * x
  }

  public func cdf(at x: Double) -> Double { x < 0 ? 0 : -expm1(-rate * x) }
  public func survival(at x: Double) -> Double { x < 0 ? 1 : exp(-rate * x) }
  public func logCDF(at x: Double) -> Double { x < 0 ? -.infinity : log1mexp(-rate * x) }
  public func logSurvival(at x: Double) -> Double { x < 0 ? 0 : -rate * x }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return -log1p(-p) / rate
  }
  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return -log(q) / rate
  }

  public var mode: Double { 0 }
  public var mean: Double { 1 / rate }
  public var variance: Double { 1 / (rate * rate) }
  public var skewness: Double { 2 }
  public var excessKurtosis: Double { 6 }
  public var entropy: Double { 1 - log(rate) }

  /// The divergence from this distribution to another, in nats.
  public func klDivergence(to other: Exponential) -> Double {
    let ratio = other.rate / rate
    return ratio - 1 - log(ratio)
  }

  /// The divergence from this distribution to a Gumbel one, in nats.
  public func klDivergence(to other: Gumbel<Double>) -> Double {
    let z = (mean - other.location) / other.scale
    // E[exp(-X / scale)] = rate / (rate + 1 / scale).
    let power = exp(other.location / other.scale) / (1 + mean / other.scale)
    return z + power + log(other.scale) - entropy
  }
}

extension Exponential<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  public init(rate: Tensor) { self.rate = rate }

  public var batchShape: Shape { rate.shape }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    Tensor.exponential(shape + batchShape, key: key) / rate
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let isOutside = value .< 0
    // What is outside takes no part in the gradient, -inf included.
    let inside = select(isOutside, Tensor(0), value)
    return select(isOutside, Tensor(-.infinity), log(rate) - rate * inside)
  }

  public var mean: Tensor { reciprocal(rate) }
  public var variance: Tensor { square(reciprocal(rate)) }
  public var entropy: Tensor { 1 - log(rate) }

  /// The divergence from this distribution to another, in nats, of the batches' joint shape.
  public func klDivergence(to other: Exponential) -> Tensor {
    let ratio = other.rate / rate
    return ratio - 1 - log(ratio)
  }
  /// The divergence from this distribution to a Gumbel one, in nats.
  public func klDivergence(to other: Gumbel<Tensor>) -> Tensor {
    let z = (mean - other.location) / other.scale
    let power = exp(other.location / other.scale) / (1 + mean / other.scale)
    return z + power + log(other.scale) - entropy
  }
}
