import GumbelTensors

/// Adam, and with a weight decay AdamW:
///
///     m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²
///     p ← p - rate (m / (1 - β₁ᵗ) / (√(v / (1 - β₂ᵗ)) + ε) + decay p)
///
/// Kingma & Ba 2015 (arXiv 1412.6980); Loshchilov & Hutter 2019 (arXiv 1711.05101).
public struct Adam: Optimizer {
  public var learningRate: Tensor
  /// The number of steps taken.
  public private(set) var step = Tensor(int32: 0)
  private var firstMoments: [Tensor]
  private var secondMoments: [Tensor]
  private let beta1: Float
  private let beta2: Float
  private let epsilon: Float
  private let weightDecay: Float

  /// Creates the state for a model.
  ///
  /// - Parameters:
  ///   - model: what will be trained.
  ///   - learningRate: of the first steps; it can be changed later.
  ///   - beta1: β₁, the decay of the mean of the gradients.
  ///   - beta2: β₂, the decay of the mean of their squares.
  ///   - epsilon: ε.
  ///   - weightDecay: decoupled from the gradient, as in AdamW.
  public init(
    for model: some TensorGroup, learningRate: Float = 1e-3, beta1: Float = 0.9,
    beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float = 0
  ) {
    self.learningRate = Tensor(learningRate)
    firstMoments = model.zerosOfParameters()
    secondMoments = model.zerosOfParameters()
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
  }

  public mutating func update<Model: TensorGroup>(_ model: inout Model, along gradient: Model) {
    step = step + Tensor(int32: 1)
    model.updateParameters(along: gradient) { i, parameter, gradient in
      (parameter, firstMoments[i], secondMoments[i]) = adamStep(
        parameter: parameter, gradient: gradient, firstMoment: firstMoments[i],
        secondMoment: secondMoments[i], learningRate: learningRate, step: step, beta1: beta1,
        beta2: beta2, epsilon: epsilon, weightDecay: weightDecay)
    }
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("learningRate", &learningRate)
    visitor.visit("step", &step)
    visitor.visit("firstMoments", &firstMoments)
    visitor.visit("secondMoments", &secondMoments)
    visitor.note("beta1", beta1)
    visitor.note("beta2", beta2)
    visitor.note("epsilon", epsilon)
    visitor.note("weightDecay", weightDecay)
  }
}
