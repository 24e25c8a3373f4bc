import GumbelDistributions
import GumbelTensors

/// Straight-through Gumbel-softmax: f sees an exact draw, the gradient is that of the relaxed draw
/// at the same noise.
///
///     value D = argmax(logits + G), one-hot
///     gradient J_y ∇f / temperature,    y = softmax((logits + G) / temperature)
///
/// where `J_y v = y (v - <y, v>)`. The value is unbiased, the gradient biased. One evaluation of f,
/// which has to be differentiable at discrete values.
///
/// Jang, Gu & Poole 2016 (arXiv 1611.01144), section 2.2.
public struct StraightThroughGumbelSoftmaxEstimator<Choice: RelaxableChoice>: TemperedEstimator {
  /// A scalar, or one a variable; no gradient reaches it.
  public var temperature: Tensor

  /// Creates the estimator; traps unless the temperature is positive.
  public init(temperature: Tensor) {
    self.temperature = temperature
    requireTemperature(temperature)
  }

  public var name: String { "straight-through-gumbel-softmax" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    distribution.straightThroughSample(temperature: constant(temperature), key: key)
  }
}

extension GradientEstimator {
  /// See ``StraightThroughGumbelSoftmaxEstimator``.
  public static func straightThroughGumbelSoftmax<C>(temperature: Float) -> Self
  where Self == StraightThroughGumbelSoftmaxEstimator<C> {
    Self(temperature: temperature)
  }
}
