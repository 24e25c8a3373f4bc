import CGumbelMath
import GumbelDistributions
import GumbelLayers
import GumbelTensors

/// RELAX: the score function with a learned control variate.
///
///     ∇ = (f(b) - h(y')) ∇ log P(b) + ∇h(y) - ∇h(y')
///     y = mean(z / temperature),  b = rounded(z),  y' = mean(z' / temperature),  z' = z given b
///
/// Unbiased whatever the network h. One evaluation of f, which may be a black box. The network and
/// the temperature are parameters of the estimator: the value that it returns carries the gradient
/// of the estimate's variance in them.
///
/// Grathwohl, Choi, Wu, Roeder & Duvenaud 2017 (arXiv 1711.00123).
public struct RELAXEstimator<Choice: RelaxableChoice, Network: Layer>: GradientEstimator {
  /// h, from `[batch…, n]` to `[batch…, 1]`, n the number of elements of a cost's variables.
  public var network: Network
  /// The logarithm of the temperature, so that training keeps it positive.
  public var logTemperature: Tensor

  /// Creates the estimator; traps unless the temperature is positive.
  public init(network: Network, temperature: Float = 0.5) {
    self.network = network
    logTemperature = Tensor(Float(log(Double(temperature))))
    requireTemperature(Tensor(temperature))
  }

  public var name: String { "relax" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let controlled = ControlledScore(distribution, key: key)
    let cost = cost(f, controlled.drawn, distribution)
    return controlled.trainedEstimate(
      cost: cost, parameters: Pair(network, logTemperature)
    ) { parameters, perturbed in
      let relaxed = ControlledScore<Choice>.relaxed(perturbed, logTemperature: parameters.second)
      return parameters.first(relaxed.features(ofCosts: cost.shape)).reshaped(to: cost.shape)
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("network", &network)
    visitor.visit("logTemperature", &logTemperature)
  }
}

extension GradientEstimator {
  /// See ``RELAXEstimator``.
  public static func relax<C, Network: Layer>(network: Network, temperature: Float = 0.5) -> Self
  where Self == RELAXEstimator<C, Network> {
    Self(network: network, temperature: temperature)
  }
}
