import GumbelDistributions
import GumbelTensors

/// Gapped straight-through: the noise of straight-through Gumbel-softmax replaced by the least
/// shift of the logits that makes the draw the winner.
///
///     value D,    gradient J_y ∇f / temperature,    y = softmax((logits + shift) / temperature)
///
/// The shift raises the drawn logit to the largest one, pushes the others to at least a gap below
/// it, and is constant to the gradient. The value is unbiased, the gradient biased. One evaluation
/// of f, which has to be differentiable at discrete values.
///
/// Fan, Chi, Rudnicky & Ramadge 2022 (arXiv 2206.07235).
public struct GappedStraightThroughEstimator<Choice: RelaxableChoice>: SurrogateEstimator {
  /// A scalar, or one a variable; no gradient reaches it.
  public var temperature: Tensor
  /// How far the other logits are below the drawn one at least.
  public let gap: Float

  /// Creates the estimator; traps unless the temperature is positive and the gap not negative.
  public init(temperature: Tensor, gap: Float = 1) {
    self.temperature = temperature
    self.gap = gap
    require(gap >= 0 && gap < .infinity, "\(name): gap \(gap), expected a number of at least 0")
    requireTemperature(temperature)
  }

  /// The same with a temperature that is a number.
  public init(temperature: Float, gap: Float = 1) {
    self.init(temperature: Tensor(temperature), gap: gap)
  }

  public var name: String { "gapped-straight-through" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    let drawn = distribution.sample(key: key)
    let gapped = distribution.gappedLogits(at: drawn, gap: gap)
    let temperature = distribution.perEvent(constant(temperature))
    return drawn.passingGradient(to: Choice.mean(ofLogits: gapped / temperature))
  }

  public mutating func anneal(to temperature: Tensor) { self.temperature = temperature }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("temperature", &temperature)
    visitor.note("gap", gap)
  }
}

extension GradientEstimator {
  /// See ``GappedStraightThroughEstimator``.
  public static func gappedStraightThrough<C>(temperature: Float = 1, gap: Float = 1) -> Self
  where Self == GappedStraightThroughEstimator<C> {
    Self(temperature: temperature, gap: gap)
  }
}
