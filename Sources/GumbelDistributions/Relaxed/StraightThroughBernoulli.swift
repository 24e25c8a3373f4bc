import GumbelTensors

/// Draws of 0 and 1, with the gradient of the relaxed draw at the same noise.
///
/// Values and probabilities are those of a Bernoulli distribution. With the relaxed draw
/// `y = σ((logit + L) / temperature)`, which is above ½ where the value is 1, the gradient g of
/// what is made of the value reaches the logit as `y (1 - y) g / temperature`: it is biased as that
/// of ``StraightThroughOneHotCategorical`` is.
///
/// Maddison, Mnih & Teh 2016 (arXiv 1611.00712); Jang, Gu & Poole 2016 (arXiv 1611.01144).
public struct StraightThroughBernoulli<Value: DistributionParameter>: Sendable {
  /// What the values are thresholds of.
  public let relaxed: RelaxedBernoulli<Value>

  /// The logarithm of the odds of 1.
  public var logits: Value { relaxed.logits }
  /// Of the relaxed draw.
  public var temperature: Value { relaxed.temperature }
}

extension StraightThroughBernoulli<Tensor>: Distribution, Reparameterised, HasMoments, HasEntropy {
  /// Traps unless the shapes broadcast.
  public init(logits: Tensor, temperature: Tensor) {
    relaxed = RelaxedBernoulli(logits: logits, temperature: temperature)
  }

  public var batchShape: Shape { relaxed.batchShape }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    let z = relaxed.pathwiseSample(shape, key: key)
    let soft = sigmoid(z)
    // The difference is exactly 0, so that the value is exactly 0 or 1, and NaN where the relaxed
    // draw is.
    return (z .> 0) + (soft - soft.stoppingGradient())
  }

  /// -inf but at 0 and 1, NaN at NaN. The gradient in the value is the logit, 0 where that is ±inf.
  public func logProbability(of value: Tensor) -> Tensor {
    let isCertain = abs(logits) .== Tensor(.infinity)
    let isInside = (value .== Tensor(0)) + (value .== Tensor(1))
    let finite = -sigmoidCrossEntropy(
      logits: select(isCertain, Tensor(0), logits), labels: select(isInside, value, Tensor(0)))
    let certain = select((logits .> 0) .== value, Tensor(0), Tensor(-.infinity))
    let outside = select(value.isNaN, value, Tensor(-.infinity))
    return select(isInside, select(isCertain, certain, finite), outside)
      .broadcastingRows(with: batchShape)
  }

  public var mean: Tensor { sigmoid(logits).broadcast(to: batchShape) }
  public var variance: Tensor { (sigmoid(logits) * sigmoid(-logits)).broadcast(to: batchShape) }

  public var entropy: Tensor {
    let isCertain = abs(logits) .== Tensor(.infinity)
    let finite = select(isCertain, Tensor(0), logits)
    let entropy = softplus(finite) - finite * sigmoid(finite)
    return select(isCertain, Tensor(0), entropy).broadcast(to: batchShape)
  }
}
