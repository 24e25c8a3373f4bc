import GumbelTensors

/// Stochastic gradient descent with momentum: `v ← μ v + g + decay p`, `p ← p - rate v`; with
/// Nesterov's form `p ← p - rate (g + decay p + μ v)` (Sutskever et al. 2013).
public struct SGD: Optimizer {
  public var learningRate: Tensor
  private var velocities: [Tensor]
  private let momentum: Float
  private let nesterov: Bool
  private let weightDecay: Float

  /// Creates the state for a model.
  public init(
    for model: some TensorGroup, learningRate: Float, momentum: Float = 0, nesterov: Bool = false,
    weightDecay: Float = 0
  ) {
    self.learningRate = Tensor(learningRate)
    velocities = momentum == 0 ? [] : model.zerosOfParameters()
    self.momentum = momentum
    self.nesterov = nesterov
    self.weightDecay = weightDecay
  }

  public mutating func update<Model: TensorGroup>(_ model: inout Model, along gradient: Model) {
    model.updateParameters(along: gradient) { i, parameter, gradient in
      var direction = weightDecay == 0 ? gradient : gradient + parameter * weightDecay
      if momentum != 0 {
        velocities[i] = velocities[i] * momentum + direction
        direction = nesterov ? direction + velocities[i] * momentum : velocities[i]
      }
      parameter = parameter - learningRate * direction
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("learningRate", &learningRate)
    visitor.visit("velocities", &velocities)
    visitor.note("momentum", momentum)
    visitor.note("nesterov", nesterov)
    visitor.note("weightDecay", weightDecay)
  }
}
