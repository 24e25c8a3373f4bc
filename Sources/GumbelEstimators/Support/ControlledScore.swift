import GumbelDistributions
import GumbelTensors

/// The score function with a control variate h of the perturbed logits, whose expectation is put
/// back by the pathwise gradient:
///
///     z = logits + noise,    b = rounded(z),    z' = logits + noise given b
///     ∇ = (f(b) - h(z')) ∇ log P(b) + ∇h(z) - ∇h(z') + ∇f(b)
///
/// Unbiased for every h, since h(z') given b has the distribution of h(z) given b.
struct ControlledScore<Choice: RelaxableChoice> {
  let logits: Tensor
  let drawn: Tensor
  private let noiseKey, conditionalKey: RandomKey

  init(_ distribution: Choice, key: RandomKey) {
    (noiseKey, conditionalKey) = key.split()
    logits = distribution.logits
    drawn = Choice.rounded(distribution.stopped.perturbedLogits(key: noiseKey))
  }

  /// Perturbed logits at a temperature that is trained: its gradient may meet no infinity.
  static func relaxed(_ perturbed: Tensor, logTemperature: Tensor) -> Tensor {
    let finite = maximum(minimum(perturbed, Tensor(1e30)), Tensor(-1e30))
    return Choice.mean(ofLogits: finite / exp(logTemperature))
  }

  /// A tensor with the estimate's value and gradient.
  func estimate(_ logits: Tensor, cost: Tensor, control: (Tensor) -> Tensor) -> Tensor {
    let distribution = Choice(logits: logits)
    let free = distribution.perturbedLogits(key: noiseKey)
    let conditional = distribution.perturbedLogits(given: drawn, key: conditionalKey)
    let score = distribution.logProbability(ofDraw: drawn).summed(toRank: cost.rank).scoreFactor
    return score * (cost - control(conditional)) + control(free)
  }

  /// The estimate, and zeros with the gradient of its variance in the control's own parameters.
  ///
  /// The second moment of the gradient in the logits has, in those parameters, the gradient of the
  /// variance, as the mean does not depend on them (Grathwohl et al. 2017, arXiv 1711.00123).
  func trainedEstimate<Parameters: TensorGroup>(
    cost: Tensor, parameters: Parameters, control: (Parameters, Tensor) -> Tensor
  ) -> Tensor {
    let constant = parameters.mapTensors { $0.stoppingGradient() }
    let value = estimate(logits, cost: cost) { control(constant, $0) }
    guard parameters.tensors.contains(where: \.isTraced) else { return value }
    let stopped = logits.stoppingGradient()
    let descent = gradient(at: constant) { parameters in
      let estimate = gradient(at: stopped) { logits in
        self.estimate(logits, cost: cost.stoppingGradient()) { control(parameters, $0) }.sum()
      }
      return square(estimate).sum()
    }
    let terms = zip(parameters.tensors, descent.tensors).map { parameter, descent in
      (parameter.gradientOnly * descent.stoppingGradient()).sum()
    }
    // A mean over the batch is then that of the rows' variances.
    return value + terms.sum() / Float(max(cost.count, 1))
  }
}
