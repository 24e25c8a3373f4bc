import GumbelDistributions
import GumbelTensors

extension OneHotCategorical<Tensor>: RelaxableChoice {
  // Of normalised logits, which are finite where a class is certain (+inf).

  public func perturbedLogits(key: RandomKey) -> Tensor {
    categorical.logProbabilities + Tensor.gumbel(logits.shape, key: key)
  }

  public func perturbedLogits(given value: Tensor, key: RandomKey) -> Tensor {
    conditionalGumbels(logits: categorical.logProbabilities, oneHot: value, key: key)
  }

  public func constantPerturbedLogits(given value: Tensor, key: RandomKey) -> Tensor {
    // Exponential arrival times: the first one is its class's, and the others are as much later as
    // their own would be. A Gumbel value is the negated logarithm of such a time.
    let waiting = Tensor.exponential(logits.shape, key: key)
    let first = (value * waiting).sum(along: -1, keepingAxis: true)
    let probabilities = categorical.probabilities.stoppingGradient()
    return -log(first + select(value, Tensor(0), waiting / probabilities))
  }

  public static func rounded(_ perturbed: Tensor) -> Tensor {
    perturbed.argmax().oneHot(depth: perturbed.shape[-1])
  }

  public static func mean(ofLogits logits: Tensor) -> Tensor {
    Self(logits: logits).categorical.probabilities
  }

  public static func meanDerivative(at mean: Tensor, along direction: Tensor) -> Tensor {
    mean * (direction - (mean * direction).sum(along: -1, keepingAxis: true))
  }

  public func gappedLogits(at value: Tensor, gap: Float) -> Tensor {
    let logits = categorical.logProbabilities
    let largest = logits.max(along: -1, keepingAxis: true)
    let drawn = multiplyNoNaN(logits, value).sum(along: -1, keepingAxis: true)
    let excess = relu(logits + (gap - largest))
    return logits + select(value, largest - drawn, -excess).stoppingGradient()
  }

  public func relaxedSample(temperature: Tensor, key: RandomKey) -> Tensor {
    Tensor.gumbelSoftmax(logits: logits, temperature: temperature, key: key)
  }

  public func straightThroughSample(temperature: Tensor, key: RandomKey) -> Tensor {
    Tensor.straightThroughGumbelSoftmax(logits: logits, temperature: temperature, key: key)
  }

  public func logProbability(ofDraw value: Tensor) -> Tensor {
    multiplyNoNaN(categorical.logProbabilities, value).sum(along: -1)
  }
}

extension OneHotCategorical<Tensor>: EnumerableChoice {
  public var stateLogProbabilities: Tensor { categorical.logProbabilities }

  public static func value(ofState oneHot: Tensor) -> Tensor { oneHot }
}
