/// The binary Concrete distribution, a relaxed Bernoulli one, with the logits of its values:
///
///     z = (logit + L) / temperature,   L standard logistic noise
///     density t σ(u) σ(-u),   u = t z - logit
///
/// This is a logistic distribution. Values between 0 and 1 are σ(z); they reach 0 and 1 where z
/// still has all its digits, so draw and score here, and look at ``onUnitInterval`` where
/// probabilities are wanted.
///
/// z is positive with the probability σ(logit), at every temperature. A logit of ±inf gives exactly
/// that value. In tensors, temperature 0 gives ±inf and has no density: a density at a temperature
/// that is not positive is NaN, as are the samples of a negative one.
///
/// Maddison, Mnih & Teh 2016 (arXiv 1611.00712), appendix B.
public struct RelaxedBernoulli<Value: DistributionParameter>: Sendable {
  /// The logarithm of the odds of 1.
  public let logits: Value
  /// Not negative.
  public let temperature: Value

  /// The same distribution with its values between 0 and 1.
  public var onUnitInterval: UnitRelaxedBernoulli<Value> { UnitRelaxedBernoulli(self) }
}
