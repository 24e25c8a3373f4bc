import GumbelDistributions
import GumbelTensors

/// An estimator that puts one value in the draw's place, through which f's gradient passes to the
/// distribution:
///
///     estimate f(y),    y of the shape of a draw
///
/// So it needs no f to be asked for, and also serves where draws depend on each other: a network
/// that writes a string gives each symbol to its next step. Estimates are biased unless the value
/// is a differentiable function of parameters and noise; f has to be differentiable.
public protocol SurrogateEstimator<Choice>: GradientEstimator {
  /// The value in the draw's place: `[batch…, variables…, event…]`.
  func sample(of distribution: Choice, key: RandomKey) -> Tensor
}

extension SurrogateEstimator {
  public var isUnbiased: Bool { false }
  public var needsDifferentiableCost: Bool { true }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    cost(f, sample(of: distribution, key: key), distribution)
  }
}
