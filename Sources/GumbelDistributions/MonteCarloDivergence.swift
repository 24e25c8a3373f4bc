import GumbelTensors

extension Distribution {
  /// An estimate of the Kullback-Leibler divergence `E[log p - log q]` from draws of this
  /// distribution, in nats, of the shape of both batches together.
  ///
  /// Unbiased. The gradient is that of `-log q` at the draws, unbiased in the other's parameters;
  /// none passes to the parameters of this one, whose draws have no gradient. Traps unless there
  /// is a sample.
  public func monteCarloKLDivergence(
    to other: some Distribution, samples: Int, key: RandomKey
  ) -> Tensor {
    let value = sample(drawShape(samples, batchShape, other.batchShape), key: key)
    let difference =
      logProbability(of: value).stoppingGradient() - other.logProbability(of: value)
    return difference.mean(along: 0)
  }
}

extension Reparameterised {
  /// An estimate of the Kullback-Leibler divergence `E[log p - log q]` from pathwise samples of
  /// this distribution, in nats, of the shape of both batches together.
  ///
  /// Unbiased, and so is its gradient, in the parameters of both, as far as that of the samples is:
  /// not with straight-through ones. Traps unless there is a sample.
  ///
  /// Maddison, Mnih & Teh 2016 (arXiv 1611.00712), section 3.3.
  public func monteCarloKLDivergence(
    to other: some Distribution, samples: Int, key: RandomKey
  ) -> Tensor {
    let value = pathwiseSample(drawShape(samples, batchShape, other.batchShape), key: key)
    return (logProbability(of: value) - other.logProbability(of: value)).mean(along: 0)
  }
}

// On the simplex and the unit interval samples round to the border, where there is no density. The
// divergence is that in log space, since the change of variables is the same for both.

extension RelaxedOneHotCategorical<Tensor> {
  /// An estimate of the Kullback-Leibler divergence from pathwise samples in log space; see
  /// ``RelaxedCategorical``.
  public func monteCarloKLDivergence(
    to other: Self, samples: Int, key: RandomKey
  ) -> Tensor {
    logSpace.monteCarloKLDivergence(to: other.logSpace, samples: samples, key: key)
  }
}

extension UnitRelaxedBernoulli<Tensor> {
  /// An estimate of the Kullback-Leibler divergence from pathwise samples of the logits; see
  /// ``RelaxedBernoulli``.
  public func monteCarloKLDivergence(
    to other: Self, samples: Int, key: RandomKey
  ) -> Tensor {
    logitSpace.monteCarloKLDivergence(to: other.logitSpace, samples: samples, key: key)
  }
}

/// `[samples, 1, …, 1]`: as many dimensions as make the draws of one batch broadcast with the other.
private func drawShape(_ samples: Int, _ batch: Shape, _ other: Shape) -> Shape {
  require(samples >= 1, "monteCarloKLDivergence: \(samples) samples, expected at least one")
  require(
    batch.broadcast(with: other) != nil,
    "monteCarloKLDivergence: the batches \(batch) and \(other) do not broadcast")
  return [samples] + Shape(repeatElement(1, count: Swift.max(other.rank - batch.rank, 0)))
}
