import Distributions
import Tensors

extension OneHotCategorical<Tensor>: RelaxableChoice {
  public func perturbedLogits(key: RandomKey) -> Tensor {
    logits + Tensor.gumbel(logits.shape, key: key)
  }

  public func perturbedLogits(given value: Tensor, key: RandomKey) -> Tensor {
    conditionalGumbels(logits: logits, oneHot: value, key: key)
  }

  public static func rounded(_ perturbed: Tensor) -> Tensor {
    perturbed.argmax().oneHot(depth: perturbed.shape[-1])
  }

  public static func mean(ofLogits logits: Tensor) -> Tensor { logits.softmax() }

  public static func meanDerivative(at mean: Tensor, along direction: Tensor) -> Tensor {
    mean * (direction - (mean * direction).sum(along: -1, keepingAxis: true))
  }

  public func gappedLogits(at value: Tensor, gap: Float) -> Tensor {
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
    multiplyNoNaN(logits.logSoftmax(), value).sum(along: -1)
  }
}

extension OneHotCategorical<Tensor>: EnumerableChoice {
  public var stateLogProbabilities: Tensor { logits.logSoftmax() }

  public static func value(ofState oneHot: Tensor) -> Tensor { oneHot }
}
