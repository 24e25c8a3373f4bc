import GumbelDistributions
import GumbelTensors

/// ReinMax: straight-through corrected to second order, as Heun's method corrects Euler's.
///
///     value D,    gradient 2 J_q ∇f - J_p ∇f / 2
///     q = (softmax(logits / temperature) + D) / 2,    p = softmax(logits)
///
/// where `J_q v = q (v - <q, v>)`. The value is unbiased; the gradient is biased, but at a
/// temperature of 1 exact in expectation for quadratic f of one variable. One evaluation of f,
/// which has to be differentiable at discrete values.
///
/// Liu, Dong, Liu, Yu & Gao 2023 (arXiv 2304.08612).
public struct ReinMaxEstimator<Choice: RelaxableChoice>: TemperedEstimator {
  /// A scalar, or one a variable; no gradient reaches it.
  public var temperature: Tensor

  /// Creates the estimator; traps unless the temperature is positive.
  public init(temperature: Tensor = Tensor(1)) {
    self.temperature = temperature
    requireTemperature(temperature)
  }

  public var name: String { "reinmax" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    attachingGradient(to: distribution.sample(key: key), under: distribution)
  }

  /// A draw with this estimator's gradient.
  package func attachingGradient(to drawn: Tensor, under distribution: Choice) -> Tensor {
    let stopped = distribution.stopped
    let p = stopped.mean(temperature: Tensor(1))
    let q = 0.5 * (stopped.mean(temperature: constant(temperature)) + drawn)
    let direction = distribution.direction
    return drawn.passingGradient(
      to: 2 * Choice.meanDerivative(at: q, along: direction)
        - 0.5 * Choice.meanDerivative(at: p, along: direction))
  }
}

extension GradientEstimator {
  /// See ``ReinMaxEstimator``.
  public static func reinMax<C>(temperature: Float = 1) -> Self
  where Self == ReinMaxEstimator<C> {
    Self(temperature: temperature)
  }
}
