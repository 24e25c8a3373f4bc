import CGumbelMath
import GumbelTensors

/// The distribution of a value that is 1 with a probability p and 0 otherwise.
///
/// Kept as the logit log(p / (1 - p)), which tells small probabilities and those near 1 apart. A
/// logit of ±inf is a certain value: what is multiplied by a probability of 0 counts as 0.
public struct Bernoulli<Value: DistributionParameter>: Sendable {
  public let logits: Value
}

extension Bernoulli<Double>: RealDistribution, HasRealMoments {
  /// Traps where the logit is NaN.
  public init(logits: Double) {
    require(!logits.isNaN, "Bernoulli: the logit is NaN, expected a number or ±inf")
    self.logits = logits
  }

  /// Traps unless 0 ≤ p ≤ 1.
  public init(probabilities p: Double) {
    require(p >= 0 && p <= 1, "Bernoulli: probability \(p), expected one between 0 and 1")
    logits = logit(p)
  }

  /// P(X = 1).
  public var probabilities: Double { sigmoid(logits) }

  public func logProbability(of x: Double) -> Double {
    switch x {
    case 0: -softplus(logits)
    case 1: -softplus(-logits)
    default: x.isNaN ? .nan : -.infinity
    }
  }

  public func cdf(at x: Double) -> Double {
    x < 0 ? 0 : x < 1 ? sigmoid(-logits) : x.isNaN ? .nan : 1
  }
  public func survival(at x: Double) -> Double {
    x < 0 ? 1 : x < 1 ? sigmoid(logits) : x.isNaN ? .nan : 0
  }
  public func logCDF(at x: Double) -> Double {
    x < 0 ? -.infinity : x < 1 ? -softplus(logits) : x.isNaN ? .nan : 0
  }
  public func logSurvival(at x: Double) -> Double {
    x < 0 ? 0 : x < 1 ? -softplus(-logits) : x.isNaN ? .nan : -.infinity
  }

  public func quantile(at p: Double) -> Double {
    requireProbability(p)
    return quantile(lower: p, upper: 1 - p)
  }
  public func inverseSurvival(at q: Double) -> Double {
    requireProbability(q)
    return quantile(lower: 1 - q, upper: q)
  }

  /// By the smaller of the two probabilities, which has more digits.
  private func quantile(lower p: Double, upper q: Double) -> Double {
    (p < 0.5 ? p <= sigmoid(-logits) : q >= sigmoid(logits)) ? 0 : 1
  }

  /// 1 where p > ½.
  public var mode: Double { logits > 0 ? 1 : 0 }
  public var mean: Double { sigmoid(logits) }
  public var variance: Double { sigmoid(logits) * sigmoid(-logits) }
  public var skewness: Double {
    (sigmoid(-logits) - sigmoid(logits)) / variance.squareRoot()
  }
  public var excessKurtosis: Double { 1 / variance - 6 }
  public var entropy: Double {
    let margin = logits.magnitude
    let rest = sigmoid(-margin)
    return softplus(-margin) + (rest == 0 ? 0 : margin * rest)
  }

  /// The divergence from this distribution to another, in nats.
  public func klDivergence(to other: Bernoulli) -> Double {
    func term(_ a: Double, _ b: Double) -> Double {
      let p = sigmoid(a)
      return p == 0 ? 0 : p * (softplus(-b) - softplus(-a))
    }
    return term(logits, other.logits) + term(-logits, -other.logits)
  }
}

extension Bernoulli<Tensor>: Distribution, HasMoments, HasEntropy {
  public init(logits: Tensor) { self.logits = logits }

  /// Probabilities of 0 and 1 are certain values, and no gradient passes to them.
  public init(probabilities p: Tensor) {
    let (isZero, isOne) = (p .== Tensor(0), p .== Tensor(1))
    let inside = select(isZero + isOne, Tensor(0.5), p)
    let logits = log(inside) - log1p(-inside)
    self.logits = select(isZero, Tensor(-.infinity), select(isOne, Tensor(.infinity), logits))
  }

  /// P(X = 1).
  public var probabilities: Tensor { sigmoid(logits) }

  public var batchShape: Shape { logits.shape }

  /// Draws of 0 and 1; NaN where the logit is.
  public func sample(_ shape: Shape, key: RandomKey) -> Tensor {
    let draw = (logits + standardLogistic(shape + batchShape, key: key)) .> 0
    return select(logits .== logits, draw, logits).stoppingGradient()
  }

  /// -inf but at 0 and 1; the gradient in the value is 0.
  public func logProbability(of value: Tensor) -> Tensor {
    let one = value .== Tensor(1)
    let zero = value .== Tensor(0)
    let outside = select(value.isNaN, value, Tensor(-.infinity)).stoppingGradient()
    return select(one, -softplus(-logits), select(zero, -softplus(logits), outside))
  }

  /// 1 where p > ½.
  public var mode: Tensor { logits .> 0 }
  public var mean: Tensor { sigmoid(logits) }
  public var variance: Tensor { sigmoid(logits) * sigmoid(-logits) }
  public var entropy: Tensor {
    // From 200 on one of the products is 0, and infinity may not take part in them. In terms of |x|
    // the second derivative at 0 would be lost.
    let x = maximum(minimum(logits, Tensor(200)), Tensor(-200))
    return sigmoid(x) * softplus(-x) + sigmoid(-x) * softplus(x)
  }

  /// The divergence from this distribution to another, in nats, of the batches' joint shape.
  public func klDivergence(to other: Bernoulli) -> Tensor {
    func term(_ a: Tensor, _ b: Tensor) -> Tensor {
      multiplyNoNaN(softplus(-b) - softplus(-a), sigmoid(a))
    }
    return term(logits, other.logits) + term(-logits, -other.logits)
  }
}
