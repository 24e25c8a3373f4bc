import GumbelDistributions
import GumbelTensors

/// Gumbel-Rao: straight-through Gumbel-softmax, averaged over the noise that gives the same draw.
///
///     value D,    gradient 1/M Σ J_y ∇f / temperature,    y = softmax((logits + G) / temperature)
///
/// where the M noises G are drawn given that D is the argmax, and no gradient passes through their
/// dependence on the logits. The gradient's expectation is that of
/// ``StraightThroughGumbelSoftmaxEstimator``, its variance falls with M. One evaluation of f, which
/// has to be differentiable at discrete values.
///
/// Paulus, Maddison & Krause 2020 (arXiv 2010.04838).
public struct GumbelRaoEstimator<Choice: RelaxableChoice>: SurrogateEstimator {
  /// A scalar, or one a variable; no gradient reaches it.
  public var temperature: Tensor
  /// M, the number of noises that are averaged over.
  public let noises: Int

  /// Creates the estimator; traps unless the temperature and the number of noises are positive.
  public init(temperature: Tensor, noises: Int = 10) {
    self.temperature = temperature
    self.noises = noises
    require(noises >= 1, "\(name): \(noises) noises, expected at least 1")
    requireTemperature(temperature)
  }

  /// The same with a temperature that is a number.
  public init(temperature: Float, noises: Int = 10) {
    self.init(temperature: Tensor(temperature), noises: noises)
  }

  public var name: String { "gumbel-rao" }

  public func sample(of distribution: Choice, key: RandomKey) -> Tensor {
    let (drawKey, noiseKey) = key.split()
    let drawn = distribution.sample(key: drawKey)
    let temperature = distribution.perEvent(constant(temperature))
    let direction = distribution.direction
    var sum: Tensor?
    for i in 0..<noises {
      let perturbed = distribution.constantPerturbedLogits(
        given: drawn, key: noiseKey.folding(in: i))
      let relaxed = Choice.mean(ofLogits: (perturbed + direction) / temperature)
      sum = sum.map { $0 + relaxed } ?? relaxed
    }
    return drawn.passingGradient(to: sum! / Float(noises))
  }

  public mutating func anneal(to temperature: Tensor) { self.temperature = temperature }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("temperature", &temperature)
    visitor.note("noises", noises)
  }
}

extension GradientEstimator {
  /// See ``GumbelRaoEstimator``.
  public static func gumbelRao<C>(temperature: Float, noises: Int = 10) -> Self
  where Self == GumbelRaoEstimator<C> {
    Self(temperature: temperature, noises: noises)
  }
}
