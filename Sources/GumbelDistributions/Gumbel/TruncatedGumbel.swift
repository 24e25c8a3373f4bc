import CGumbelMath
import GumbelTensors

/// A Gumbel distribution given that the value lies above `lower` and not above `upper`; one of them
/// may be infinite, or both.
///
/// `exp(-z)` of a standard Gumbel value is an exponential one, and between two bounds that one is a
/// truncated exponential: all that follows is computed by its means.
public struct TruncatedGumbel<Value: DistributionParameter>: Sendable {
  public let location: Value
  public let scale: Value
  public let lower: Value
  public let upper: Value
}

extension TruncatedGumbel<Double>: RealDistribution {
  /// Traps unless the location is finite, the scale finite and positive and `lower < upper`.
  public init(
    location: Double, scale: Double, lower: Double = -.infinity, upper: Double = .infinity
  ) {
    requireFinite("TruncatedGumbel", "location", location)
    requirePositive("TruncatedGumbel", "scale", scale)
    require(
      lower < upper, "TruncatedGumbel: bounds \(lower) and \(upper), expected the first one smaller"
    )
    self.location = location
    self.scale = scale
    self.lower = lower
    self.upper = upper
  }

  private func standardised(_ x: Double) -> Double { (x - location) / scale }

  /// `exp(-z)` at the lower of two positions minus that at the upper one, without cancellation.
  private func gap(from low: Double, to high: Double) -> Double {
    if high == .infinity { return exp(-low) }
    return low == -.infinity ? .infinity : exp(-high) * expm1(high - low)
  }
  private var width: Double { gap(from: standardised(lower), to: standardised(upper)) }

  public func logProbability(of x: Double) -> Double {
    if !(x >= lower && x <= upper) || x.isInfinite { return x.isNaN ? .nan : -.infinity }
    let z = standardised(x)
    return -z - gap(from: z, to: standardised(upper)) - log(scale) - log1mexp(-width)
  }

  public func cdf(at x: Double) -> Double { exp(logCDF(at: x)) }
  public func survival(at x: Double) -> Double { exp(logSurvival(at: x)) }

  public func logCDF(at x: Double) -> Double {
    if x <= lower { return -.infinity }
    if x >= upper { return 0 }
    let z = standardised(x)
    let above = gap(from: z, to: standardised(upper))
    let below = gap(from: standardised(lower), to: z)
    // From a half on as 1 minus the other tail.
    let logSurvival = log1mexp(-above) - log1mexp(-width)
    return logSurvival < -0.69
      ? log1mexp(logSurvival) : -above + log1mexp(-below) - log1mexp(-width)
  }

  public func logSurvival(at x: Double) -> Double {
    if x <= lower { return 0 }
    if x >= upper { return -.infinity }
    let z = standardised(x)
    let above = gap(from: z, to: standardised(upper))
    let below = gap(from: standardised(lower), to: z)
    let logCDF = -above + log1mexp(-below) - log1mexp(-width)
    return logCDF < -0.69 ? log1mexp(logCDF) : log1mexp(-above) - log1mexp(-width)
  }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    if p == 0 || p == 1 { return p == 0 ? lower : upper }
    return value(logAbove: logAbove(p, 1 - p))
  }

  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    if q == 0 || q == 1 { return q == 0 ? upper : lower }
    return value(logAbove: logAbove(1 - q, q))
  }

  /// The logarithm of what the exponential value exceeds its lower bound by where P(X ≤ x) = p and
  /// P(X > x) = q: `-log(1 - q (1 - exp(-width)))`, or `-log(p + q exp(-width))`.
  private func logAbove(_ p: Double, _ q: Double) -> Double {
    let part = -q * expm1(-width)
    if part < 1e-200 { return log(q) + log1mexp(-width) }
    return part < 0.5 ? log(-log1p(-part)) : log(-logAddExp(log(p), log(q) - width))
  }

  private func value(logAbove: Double) -> Double {
    if logAbove == -.infinity { return upper }
    let z = standardised(upper)
    let result =
      logAbove > -z
      ? location - scale * (logAbove + log1p(exp(-z - logAbove)))
      : upper - scale * log1p(exp(logAbove + z))
    return min(max(result, lower), upper)
  }

  public var mode: Double { min(max(location, lower), upper) }
}

extension TruncatedGumbel<Tensor>: Distribution, Reparameterised {
  /// Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor, lower: Tensor, upper: Tensor) {
    self.location = location
    self.scale = scale
    self.lower = lower
    self.upper = upper
    _ = batchShape
  }

  /// Values that are not above a bound. Traps unless the shapes broadcast.
  public init(location: Tensor, scale: Tensor, upper: Tensor) {
    self.init(location: location, scale: scale, lower: Tensor(-.infinity), upper: upper)
  }

  public var batchShape: Shape {
    GumbelDistributions.batchShape(
      "TruncatedGumbel",
      ["location": location, "scale": scale, "lower": lower, "upper": upper])
  }

  /// Bounds in units of the scale, with infinities far enough out to make no difference and near
  /// enough for gradients to be 0 and not NaN.
  private var bounds: (low: Tensor, high: Tensor) {
    func clamped(_ bound: Tensor) -> Tensor {
      let z = (select(isFinite(bound), bound, Tensor(0)) - location) / scale
      let clamped = minimum(maximum(z, Tensor(-80)), Tensor(80))
      return select(isFinite(bound), clamped, select(bound .> 0, Tensor(80), Tensor(-80)))
    }
    return (clamped(lower), clamped(upper))
  }

  /// `exp(-low) - exp(-high)`.
  private func gap(_ low: Tensor, _ high: Tensor) -> Tensor {
    // Only near each other do they cancel; far apart the product could be one of infinity and 0.
    let isNear = (high - low) .< 1
    let near = select(isNear, low, Tensor(0))
    let far = select(isNear, Tensor(0), low)
    let width = select(isNear, low - high, Tensor(-1))
    return select(isNear, -exp(-near) * expm1(width), exp(-far) - exp(-high))
  }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    let (low, high) = bounds
    let width = gap(low, high)
    // U = 1 - exp(-E) takes E to the exponential value above the bound that has the same quantile,
    // -log(1 - U (1 - exp(-width))); the second form is precise where that is large.
    let e = Tensor.exponential(shape + batchShape, key: key)
    let (u, part) = (-expm1(-e), -expm1(-width))
    let isSmall = (u * part) .< 0.5
    // At least a tiny number, whose logarithm has a gradient.
    let near = -log1p(-select(isSmall, maximum(u * part, Tensor(1e-37)), Tensor(0.25)))
    let far = -log(select(isSmall, Tensor(1), exp(-e) + exp(-width) * u))
    // -log(exp(-high) + above)
    let logAbove = log(select(isSmall, near, far))
    let z = -(softplus(logAbove + high) - high)
    let x = location + scale * z
    return minimum(maximum(x, lower), upper)
  }

  public func logProbability(of value: Tensor) -> Tensor {
    let (low, high) = bounds
    let isOutside = (value .< lower) + (value .> upper) + (abs(value) .== Tensor(.infinity))
    // A value outside has to leave the arithmetic before it: what is not selected would still be an
    // infinity times 0 in the gradient of the parameters.
    let z = (select(isOutside, Tensor(0), value) - location) / scale
    let inside = select(isOutside, high, z)
    // Above an upper bound that stands for infinity nothing is left to the bound.
    let above = gap(select(inside .> high, high, inside), high)
    let normaliser = log(scale) + log1mexp(-gap(low, high))
    return select(isOutside, Tensor(-.infinity), -inside - above - normaliser)
  }
}
