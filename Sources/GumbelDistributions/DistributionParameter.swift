import GumbelTensors

/// What a distribution's parameters are.
///
/// Every distribution is one type with two forms. With `Double` parameters it is a single
/// distribution whose densities, probabilities, quantiles and fits are computed in double
/// precision. With `Tensor` parameters it is a batch of distributions inside a network: float32,
/// differentiable, compiled.
///
/// ```swift
/// let sea = Gumbel(location: 3.87, scale: 0.195)  // Gumbel<Double>
/// sea.quantile(at: 0.99)
/// let noise = Gumbel(location: logits, scale: Tensor(1))  // Gumbel<Tensor>
/// noise.pathwiseSample([], key: key)
/// ```
public protocol DistributionParameter: Sendable {
  /// A vector of such numbers, as are the logits of a categorical distribution.
  associatedtype Vector: Sendable
}

extension Double: DistributionParameter {
  public typealias Vector = [Double]
}

extension Tensor: DistributionParameter {
  public typealias Vector = Tensor
}
