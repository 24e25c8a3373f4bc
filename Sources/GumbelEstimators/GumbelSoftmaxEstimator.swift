import GumbelDistributions
import GumbelTensors

/// Gumbel-softmax: the draw is replaced by a relaxed one, which a gradient passes through.
///
///     y = softmax((logits + G) / temperature),    estimate f(y)
///
/// Binary variables are relaxed as σ((logit + L) / temperature), L logistic noise.
///
/// Biased: it is the gradient of another expectation, which tends to the right one as the
/// temperature falls, while the variance grows. One evaluation of f, which has to be
/// differentiable and to make sense of values between the discrete ones.
///
/// Jang, Gu & Poole 2016 (arXiv 1611.01144); Maddison, Mnih & Teh 2016 (arXiv 1611.00712).
public struct GumbelSoftmaxEstimator<Choice: RelaxableChoice>: TemperedEstimator {
  /// A scalar, or one a variable; no gradient reaches it.
  public var temperature: Tensor

  /// Creates the estimator; traps unless the temperature is positive.
  public init(temperature: Tensor) {
    self.temperature = temperature
    requireTemperature(temperature)
  }

  public var name: String { "gumbel-softmax" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    distribution.relaxedSample(temperature: constant(temperature), key: key)
  }
}

extension GradientEstimator {
  /// See ``GumbelSoftmaxEstimator``.
  public static func gumbelSoftmax<C>(temperature: Float) -> Self
  where Self == GumbelSoftmaxEstimator<C> {
    Self(temperature: temperature)
  }
}
