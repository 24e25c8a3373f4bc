/// The number of ones among independent draws of 0 or 1, `trials` of them, each 1 with the
/// probability p.
///
///     P(X = k) = n! / (k! (n - k)!) pᵏ (1 - p)ⁿ⁻ᵏ
///
/// The probability is kept as its logit, as in ``Bernoulli``. Trials are whole numbers of 0 or more;
/// as a tensor they are float32, and so below 2²⁴.
///
/// Probabilities of more than one number are sums, whose terms are as many as the standard deviation
/// times ten or so; a quantile takes about `log₂ trials` of them.
public struct Binomial<Value: DistributionParameter>: Sendable {
  public let trials: Value
  public let logits: Value
}
