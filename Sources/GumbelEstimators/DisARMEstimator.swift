import GumbelDistributions
import GumbelTensors

/// DisARM, or U2G: ARM without the variance that its uniform number adds.
///
///     u uniform,    b = 1[u > σ(-logit)],    b' = 1[1 - u > σ(-logit)]
///     ∇ = (f(b) - f(b'))/2 (-1)^b' 1[b ≠ b'] σ(|logit|)
///
/// Unbiased. Two evaluations of f, which need not be differentiable; the value is their mean.
///
/// Dong, Mnih & Tucker 2020 (arXiv 2006.10680); Yin, Ho, Yan, Qian & Zhou 2020.
public struct DisARMEstimator: GradientEstimator {
  public typealias Choice = Bernoulli<Tensor>

  /// Creates the estimator.
  public init() {}

  public var name: String { "disarm" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }
  public func evaluations(states: Int) -> Int { 2 }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let pair = AntitheticPair(distribution, key: key)
    let (a, b) = (cost(f, pair.first, distribution), cost(f, pair.second, distribution))
    let signal = (0.5 * (a - b)).stoppingGradient()
    // b - b' is (-1)^b' where they differ, and 0 where they do not.
    let weight =
      (pair.first - pair.second) * sigmoid(abs(distribution.logits.stoppingGradient()))
    return 0.5 * (a + b) + signal * (weight * distribution.direction).summed(toRank: a.rank)
  }
}

extension GradientEstimator where Self == DisARMEstimator {
  /// See ``DisARMEstimator``.
  public static var disARM: Self { Self() }
}
