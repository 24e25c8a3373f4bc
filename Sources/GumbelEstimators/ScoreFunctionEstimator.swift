import GumbelDistributions
import GumbelLayers
import GumbelTensors

/// The score function, or REINFORCE: costs weigh the gradient of the log-probability.
///
///     z drawn,    ∇ = (f(z) - b) ∇ log P(z) + ∇f(z)
///
/// where the last term is that of what f captures, and b is a baseline that does not depend on z.
///
/// Unbiased, with a large variance that a good baseline lowers. One evaluation of f, which need
/// not be differentiable. The derivatives of the estimate are unbiased in turn.
///
/// Williams 1992, "Simple statistical gradient-following algorithms"; in the form of Foerster et
/// al. 2018 (arXiv 1802.05098).
public struct ScoreFunctionEstimator<B: Baseline>: GradientEstimator {
  public typealias Choice = B.Choice

  /// What is subtracted from the costs.
  public var baseline: B

  /// Creates the estimator.
  public init(baseline: B) { self.baseline = baseline }

  public var name: String {
    baseline is NoBaseline<B.Choice> ? "score-function" : "score-function-baseline"
  }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let value = distribution.sample(key: key)
    let cost = cost(f, value, distribution)
    let score = distribution.score(of: value).summed(toRank: cost.rank).scoreFactor
    guard let guess = baseline.prediction(under: distribution, costShape: cost.shape) else {
      return score * cost
    }
    let estimate = score * cost + (1 - score) * guess.stoppingGradient()
    guard baseline.isTrained else { return estimate }
    return estimate + square(cost.stoppingGradient() - guess).gradientOnly
  }

  public mutating func observe(_ costs: Tensor) { baseline.observe(costs) }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("baseline", &baseline)
  }
}

extension GradientEstimator {
  /// See ``ScoreFunctionEstimator``.
  public static func scoreFunction<C>() -> Self
  where Self == ScoreFunctionEstimator<NoBaseline<C>> {
    Self(baseline: NoBaseline())
  }

  /// With the moving average of the costs as baseline; see ``MovingAverageBaseline``.
  public static func scoreFunction<C>(averageDecay: Float) -> Self
  where Self == ScoreFunctionEstimator<MovingAverageBaseline<C>> {
    Self(baseline: MovingAverageBaseline(decay: averageDecay))
  }

  /// With a baseline that is learned; see ``LearnedBaseline``.
  public static func scoreFunction<C, Network: Layer>(baseline: Network) -> Self
  where Self == ScoreFunctionEstimator<LearnedBaseline<C, Network>> {
    Self(baseline: LearnedBaseline(network: baseline))
  }
}
