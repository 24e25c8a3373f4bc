import CGumbelMath
import GumbelTensors

/// The uniform distribution between two bounds, of which `lower` is the smaller.
public struct Uniform<Value: DistributionParameter>: Sendable {
  public let lower: Value
  public let upper: Value
}

extension Uniform<Double>: RealDistribution, HasRealMoments {
  /// Traps unless the bounds are finite, and so is their difference, and the lower one is smaller.
  public init(lower: Double = 0, upper: Double = 1) {
    requireFinite("Uniform", "lower", lower)
    requireFinite("Uniform", "upper", upper)
    requirePositive("Uniform", "upper - lower", upper - lower)
    self.lower = lower
    self.upper = upper
  }

  private var width: Double { upper - lower }

  public func logProbability(of x: Double) -> Double {
    x >= lower && x <= upper ? -log(width) : x.isNaN ? .nan : -.infinity
  }

  public func cdf(at x: Double) -> Double { min(max((x - lower) / width, 0), 1) }
  public func survival(at x: Double) -> Double { min(max((upper - x) / width, 0), 1) }
  // Near the other end the logarithm is one of 1 minus a small number.
  public func logCDF(at x: Double) -> Double {
    let rest = survival(at: x)
    return rest < 0.5 ? log1p(-rest) : log(cdf(at: x))
  }
  public func logSurvival(at x: Double) -> Double {
    let part = cdf(at: x)
    return part < 0.5 ? log1p(-part) : log(survival(at: x))
  }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return p < 0.5 ? lower + p * width : upper - (1 - p) * width
  }
  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return q < 0.5 ? upper - q * width : lower + (1 - q) * width
  }

  public var mean: Double { lower + 0.5 * width }
  public var variance: Double { width * width / 12 }
  public var skewness: Double { 0 }
  public var excessKurtosis: Double { -1.2 }
  public var entropy: Double { log(width) }

  /// The divergence from this distribution to another, in nats: infinite unless the other one's
  /// bounds include this one's.
  public func klDivergence(to other: Uniform) -> Double {
    other.lower <= lower && upper <= other.upper ? log(other.width / width) : .infinity
  }
}

extension Uniform<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(lower: Tensor, upper: Tensor) {
    self.lower = lower
    self.upper = upper
    _ = batchShape
  }

  private var width: Tensor { upper - lower }

  public var batchShape: Shape {
    GumbelDistributions.batchShape("Uniform", ["lower": lower, "upper": upper])
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    let u = Tensor.uniform(shape + batchShape, key: key)
    // A weighted mean, so that rounding does not lead outside.
    return lower * (1 - u) + upper * u
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let isOutside = (value .< lower) + (value .> upper)
    let inside = select(value.isNaN, value, -log(width))
    return select(isOutside, Tensor(-.infinity), inside)
  }

  public var mean: Tensor { (0.5 * (lower + upper)).broadcast(to: batchShape) }
  public var variance: Tensor { square(width) / 12 }
  public var entropy: Tensor { log(width) }

  /// The divergence from this distribution to another, in nats, of the batches' joint shape:
  /// infinite unless the other one's bounds include this one's.
  public func klDivergence(to other: Uniform) -> Tensor {
    let isIncluded = (other.lower .<= lower) * (upper .<= other.upper)
    return select(isIncluded, log(other.width) - log(width), Tensor(.infinity))
  }
}
