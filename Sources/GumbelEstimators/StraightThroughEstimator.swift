import GumbelDistributions
import GumbelTensors

/// Straight-through: f sees a draw, the gradient takes it for the mean.
///
///     value D,    gradient J_p ∇f,    p = softmax(logits)
///
/// where `J_p v = p (v - <p, v>)`. The value is unbiased, the gradient biased, but for linear f.
/// One evaluation of f, which has to be differentiable at discrete values.
///
/// Bengio, Léonard & Courville 2013 (arXiv 1308.3432).
public struct StraightThroughEstimator<Choice: RelaxableChoice>: SurrogateEstimator {
  /// Creates the estimator.
  public init() {}

  public var name: String { "straight-through" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    distribution.sample(key: key).passingGradient(to: Choice.mean(ofLogits: distribution.logits))
  }
}

extension GradientEstimator {
  /// See ``StraightThroughEstimator``.
  public static func straightThrough<C>() -> Self where Self == StraightThroughEstimator<C> {
    Self()
  }
}
