import CGumbelMath
import GumbelTensors

extension Gumbel<Double> {
  /// The divergence `E[log p - log q]` of Kullback & Leibler from this distribution p to q, in nats.
  ///
  /// With the ratio r of the scales and z = (location - q's) / q's scale:
  /// `r γ - γ - log r + z + exp(-z) Γ(1 + r) - 1`.
  public func klDivergence(to other: Gumbel) -> Double {
    let ratio = scale / other.scale
    let z = (location - other.location) / other.scale
    return eulerGamma * (ratio - 1) - log(ratio) + z + exp(-z) * tgamma(1 + ratio) - 1
  }

  /// The divergence from this distribution to a normal one, in nats.
  public func klDivergence(to other: Normal<Double>) -> Double {
    let z = (mean - other.location) / other.scale
    let ratio = standardDeviation / other.scale
    return 0.5 * (z * z + ratio * ratio) + log(other.scale) + logRootTwoPi - entropy
  }
}

extension Gumbel<Tensor> {
  /// The divergence from this distribution to another, in nats, of the batches' joint shape.
  public func klDivergence(to other: Gumbel) -> Tensor {
    let ratio = scale / other.scale
    let z = (location - other.location) / other.scale
    let expected = exp(logGamma(1 + ratio) - z)
    return Float(eulerGamma) * (ratio - 1) - log(ratio) + z + expected - 1
  }

  /// The divergence from this distribution to a normal one, in nats.
  public func klDivergence(to other: Normal<Tensor>) -> Tensor {
    let squares = square((mean - other.location) / other.scale) + variance / square(other.scale)
    return 0.5 * squares + log(other.scale) + Float(logRootTwoPi) - entropy
  }
}
