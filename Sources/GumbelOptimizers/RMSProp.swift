import GumbelTensors

/// RMSProp: `s ← ρ s + (1 - ρ) g²`, `p ← p - rate g / (√s + ε)` (Tieleman & Hinton 2012).
///
/// Where s is 0, and g with it, a gradient that passes through the update takes the root for a constant.
public struct RMSProp: Optimizer {
  public var learningRate: Tensor
  private var meanSquares: [Tensor]
  private let decay: Float
  private let epsilon: Float

  /// Creates the state for a model.
  public init(
    for model: some TensorGroup, learningRate: Float = 1e-3, decay: Float = 0.99,
    epsilon: Float = 1e-8
  ) {
    self.learningRate = Tensor(learningRate)
    meanSquares = model.zerosOfParameters()
    self.decay = decay
    self.epsilon = epsilon
  }

  public mutating func update<Model: TensorGroup>(_ model: inout Model, along gradient: Model) {
    model.updateParameters(along: gradient) { i, parameter, gradient in
      meanSquares[i] = meanSquares[i] * decay + square(gradient) * (1 - decay)
      parameter = parameter - learningRate * gradient / (rootFlatAtZero(meanSquares[i]) + epsilon)
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("learningRate", &learningRate)
    visitor.visit("meanSquares", &meanSquares)
    visitor.note("decay", decay)
    visitor.note("epsilon", epsilon)
  }
}
