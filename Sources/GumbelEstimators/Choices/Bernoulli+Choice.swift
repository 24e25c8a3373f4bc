import GumbelDistributions
import GumbelTensors

extension Bernoulli<Tensor>: RelaxableChoice {
  public func perturbedLogits(key: RandomKey) -> Tensor {
    logits + standardLogistic(logits.shape, key: key)
  }

  public func perturbedLogits(given value: Tensor, key: RandomKey) -> Tensor {
    // With sign ±1 for the value 1 or 0: softplus(x) + noise, moved back over 0 by the softplus of
    // the whole, is a logistic value around x given that it is positive.
    let sign = 2 * value - 1
    let noise = standardLogistic(logits.shape, key: key)
    return sign * softplus(noise + softplus(sign * logits))
  }

  public static func rounded(_ perturbed: Tensor) -> Tensor { perturbed .> 0 }

  public static func mean(ofLogits logits: Tensor) -> Tensor { sigmoid(logits) }

  public static func meanDerivative(at mean: Tensor, along direction: Tensor) -> Tensor {
    mean * (1 - mean) * direction
  }

  public func gappedLogits(at value: Tensor, gap: Float) -> Tensor {
    let sign = 2 * value - 1
    let target = sign * maximum(relu(sign * logits), Tensor(gap))
    return direction + target.stoppingGradient()
  }

  public func relaxedSample(temperature: Tensor, key: RandomKey) -> Tensor {
    sigmoid(perturbedLogits(key: key) / temperature)
  }

  public func straightThroughSample(temperature: Tensor, key: RandomKey) -> Tensor {
    let perturbed = perturbedLogits(key: key)
    return (perturbed .> 0).passingGradient(to: sigmoid(perturbed / temperature))
  }

  public func logProbability(ofDraw value: Tensor) -> Tensor {
    logSigmoid((2 * value - 1) * logits)
  }
}

extension Bernoulli<Tensor>: EnumerableChoice {
  public var stateLogProbabilities: Tensor {
    Tensor.stacked([logSigmoid(-logits), logSigmoid(logits)], along: -1)
  }

  public static func value(ofState oneHot: Tensor) -> Tensor {
    oneHot.sliced(along: oneHot.rank - 1, 1..<2).reshaped(to: oneHot.shape.prefix(oneHot.rank - 1))
  }
}
