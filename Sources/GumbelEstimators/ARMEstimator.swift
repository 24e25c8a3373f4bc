import GumbelDistributions
import GumbelTensors

/// Augment, REINFORCE, merge: two draws of binary variables from one uniform number each.
///
///     u uniform,    ∇ = (f(1[u > σ(-logit)]) - f(1[u < σ(logit)])) (u - ½)
///
/// Unbiased. Two evaluations of f, which need not be differentiable; the value is their mean.
///
/// Yin & Zhou 2018 (arXiv 1807.11143).
public struct ARMEstimator: GradientEstimator {
  public typealias Choice = Bernoulli<Tensor>

  /// Creates the estimator.
  public init() {}

  public var name: String { "arm" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }
  public func evaluations(states: Int) -> Int { 2 }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let pair = AntitheticPair(distribution, key: key)
    let (a, b) = (cost(f, pair.first, distribution), cost(f, pair.second, distribution))
    let signal = (a - b).stoppingGradient()
    // u - ½, with u = σ(noise).
    let weight = 0.5 * tanh(0.5 * pair.noise)
    return 0.5 * (a + b) + signal * (weight * distribution.direction).summed(toRank: a.rank)
  }
}

/// Two draws of binary variables from one noise: u and 1 - u.
struct AntitheticPair {
  /// log(u / (1 - u)), so that both ends are precise.
  let noise: Tensor
  /// 1[u > σ(-logit)] and 1[1 - u > σ(-logit)].
  let first, second: Tensor

  init(_ distribution: Bernoulli<Tensor>, key: RandomKey) {
    let logits = distribution.logits.stoppingGradient()
    noise = standardLogistic(logits.shape, key: key)
    first = noise .> -logits
    second = -noise .> -logits
  }
}

extension GradientEstimator where Self == ARMEstimator {
  /// See ``ARMEstimator``.
  public static var arm: Self { Self() }
}
