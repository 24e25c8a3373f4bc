import Distributions
import Tensors

/// Straight-through: f sees a draw, the gradient takes it for the mean.
///
///     value D,    gradient J_p ∇f,    p = softmax(logits)
///
/// where `J_p v = p (v - <p, v>)`. The value is unbiased, the gradient biased, but for linear f.
/// One evaluation of f, which has to be differentiable at discrete values.
///
/// Bengio, Léonard & Courville 2013 (arXiv 1308.3432).
public struct StraightThroughEstimator<Choice: RelaxableChoice>: GradientEstimator {
  /// Creates the estimator.
  public init() {}

  public var name: String { "straight-through" }
  public var isUnbiased: Bool { false }
  public var needsDifferentiableCost: Bool { true }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let mean = Choice.mean(ofLogits: distribution.logits)
    return cost(f, distribution.sample(key: key).passingGradient(to: mean), distribution)
  }
}

extension GradientEstimator {
  /// See ``StraightThroughEstimator``.
  public static func straightThrough<C>() -> Self where Self == StraightThroughEstimator<C> {
    Self()
  }
}
