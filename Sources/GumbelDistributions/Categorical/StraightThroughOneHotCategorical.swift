import GumbelTensors

/// One-hot vectors of a categorical distribution, with the gradient of the relaxed sample at the
/// same noise.
///
/// Values and probabilities are those of ``OneHotCategorical``. With the relaxed sample
/// `y = softmax((logits + G) / temperature)`, whose argmax is the value, the gradient g of what is
/// made of the value reaches the logits as
///
///     (diag y - y yᵀ) g / temperature
///
/// That is the gradient of the relaxed sample's expectation rather than of the value's own: the lower
/// the temperature, the less bias and the more variance it has.
///
/// Jang, Gu & Poole 2016 (arXiv 1611.01144), section 2.2.
public struct StraightThroughOneHotCategorical<Value: DistributionParameter>: Sendable {
  /// What the values are drawn from.
  public let oneHot: OneHotCategorical<Value>
  /// Of the relaxed sample, one or one for each distribution of the batch.
  public let temperature: Value

  /// The logarithms of the probabilities, up to a constant.
  public var logits: Value.Vector { oneHot.logits }
}

extension StraightThroughOneHotCategorical<Tensor>: Distribution, Reparameterised, HasMoments,
  HasEntropy
{
  /// Traps unless the logits have the shape `[batch…, k]`, k ≥ 1, and their rows broadcast with the
  /// temperature.
  public init(logits: Tensor, temperature: Tensor) {
    oneHot = OneHotCategorical(logits: logits)
    self.temperature = temperature
    _ = batchShape
  }

  public var batchShape: Shape { RelaxedRows(logits, temperature).batchShape }
  public var eventShape: Shape { oneHot.eventShape }

  public func pathwiseSample(_ shape: Shape, key: RandomKey) -> Tensor {
    RelaxedRows(logits, temperature).sample(shape, key, Tensor.straightThroughGumbelSoftmax)
  }

  public func logProbability(of value: Tensor) -> Tensor {
    oneHot.logProbability(of: value).broadcastingRows(with: batchShape)
  }

  public var mean: Tensor { oneHot.mean.broadcast(to: batchShape + eventShape) }
  public var variance: Tensor { oneHot.variance.broadcast(to: batchShape + eventShape) }
  public var entropy: Tensor { oneHot.entropy.broadcast(to: batchShape) }
}
