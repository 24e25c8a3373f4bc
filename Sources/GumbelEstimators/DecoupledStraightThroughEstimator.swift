import GumbelDistributions
import GumbelTensors

/// Straight-through with one temperature for the draw and another for the gradient.
///
///     value D ~ softmax(logits / forward)
///     gradient J_q ∇f / backward,    q = softmax(logits / backward)
///
/// where `J_q v = q (v - <q, v>)`. The forward temperature says how much is explored, the backward
/// one how widely the gradient is spread over the classes. At a forward temperature of 1 the value
/// is unbiased; the gradient is biased. One evaluation of f, which has to be differentiable at
/// discrete values.
///
/// Shah et al., "Improving Discrete Optimisation Via Decoupled Straight-Through Estimator", 2026, the
/// second version of arXiv 2410.13331. The first one, of 2024, takes the gradient of a relaxed sample at
/// the draw's own noise; that is ``StraightThroughGumbelSoftmaxEstimator`` at the backward temperature.
public struct DecoupledStraightThroughEstimator<Choice: RelaxableChoice>: SurrogateEstimator {
  /// Of the draw; a scalar, or one a variable. No gradient reaches it.
  public var forwardTemperature: Tensor
  /// Of the gradient; a scalar, or one a variable. No gradient reaches it.
  public var backwardTemperature: Tensor

  /// Creates the estimator; traps unless the temperatures are positive.
  public init(forwardTemperature: Tensor, backwardTemperature: Tensor) {
    self.forwardTemperature = forwardTemperature
    self.backwardTemperature = backwardTemperature
    requireTemperature(forwardTemperature)
    requireTemperature(backwardTemperature)
  }

  public var name: String { "decoupled-straight-through" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    let forward = distribution.perEvent(constant(forwardTemperature))
    let drawn = Choice(logits: distribution.logits.stoppingGradient() / forward).sample(key: key)
    let mean = distribution.mean(temperature: constant(backwardTemperature))
    return drawn.passingGradient(to: mean)
  }

  /// Sets the backward temperature.
  public mutating func anneal(to temperature: Tensor) { backwardTemperature = temperature }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("forwardTemperature", &forwardTemperature)
    visitor.visit("backwardTemperature", &backwardTemperature)
  }
}

extension GradientEstimator {
  /// See ``DecoupledStraightThroughEstimator``.
  public static func decoupledStraightThrough<C>(
    forwardTemperature: Float = 1, backwardTemperature: Float
  ) -> Self where Self == DecoupledStraightThroughEstimator<C> {
    Self(
      forwardTemperature: Tensor(forwardTemperature),
      backwardTemperature: Tensor(backwardTemperature))
  }
}
