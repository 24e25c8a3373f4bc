import CGumbelMath
import GumbelDistributions
import GumbelTensors

/// REBAR: the score function with f of the relaxed draw as control variate.
///
///     ∇ = (f(b) - c f(y')) ∇ log P(b) + c ∇f(y) - c ∇f(y')
///     y = mean(z / temperature),  b = rounded(z),  y' = mean(z' / temperature),  z' = z given b
///
/// Unbiased. Three evaluations of f, and two more while its parameters are trained. f has to be
/// differentiable and to make sense of values between the discrete ones. The scale c and the
/// temperature are parameters of the estimator: the value that it returns carries the gradient of
/// the estimate's variance in them.
///
/// Tucker, Mnih, Maddison, Lawson & Sohl-Dickstein 2017 (arXiv 1703.07370).
public struct REBAREstimator<Choice: RelaxableChoice>: GradientEstimator {
  /// c.
  public var scale: Tensor
  /// The logarithm of the temperature, so that training keeps it positive.
  public var logTemperature: Tensor

  /// Creates the estimator; traps unless the temperature is positive.
  public init(temperature: Float = 0.5, scale: Float = 1) {
    self.scale = Tensor(scale)
    logTemperature = Tensor(Float(log(Double(temperature))))
    requireTemperature(Tensor(temperature))
  }

  public var name: String { "rebar" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { true }
  public func evaluations(states: Int) -> Int { 3 }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let controlled = ControlledScore(distribution, key: key)
    let cost = cost(f, controlled.drawn, distribution)
    return controlled.trainedEstimate(
      cost: cost, parameters: Pair(scale, logTemperature)
    ) { parameters, perturbed in
      let relaxed = ControlledScore<Choice>.relaxed(perturbed, logTemperature: parameters.second)
      return parameters.first * self.cost(f, relaxed, distribution)
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("scale", &scale)
    visitor.visit("logTemperature", &logTemperature)
  }
}

extension GradientEstimator {
  /// See ``REBAREstimator``.
  public static func rebar<C>(temperature: Float = 0.5, scale: Float = 1) -> Self
  where Self == REBAREstimator<C> {
    Self(temperature: temperature, scale: scale)
  }
}
