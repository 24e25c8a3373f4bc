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

/// A surrogate that a temperature alone describes.
public protocol TemperedEstimator<Choice>: SurrogateEstimator {
  /// A scalar, or one a variable; no gradient reaches it.
  var temperature: Tensor { get set }

  /// Creates the estimator; traps unless the temperature is positive.
  init(temperature: Tensor)
}

extension TemperedEstimator {
  /// The same with a temperature that is a number.
  public init(temperature: Float) {
    self.init(temperature: Tensor(temperature))
  }

  public mutating func anneal(to temperature: Tensor) { self.temperature = temperature }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("temperature", &temperature)
  }
}
