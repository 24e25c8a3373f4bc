import GumbelTensors

// Temperatures that are numbers; one that changes from call to call of a compiled function, or is
// trained, is a tensor.

extension Tensor {
  /// See ``gumbelSinkhorn(scores:temperature:iterations:key:)-(_,Tensor,_,_)``.
  public static func gumbelSinkhorn(
    scores: Tensor, temperature: Float, iterations: Int = 20, key: RandomKey
  ) -> Tensor {
    gumbelSinkhorn(
      scores: scores, temperature: Tensor(temperature), iterations: iterations, key: key)
  }

  /// See ``straightThroughGumbelSinkhorn(scores:temperature:iterations:key:)-(_,Tensor,_,_)``.
  public static func straightThroughGumbelSinkhorn(
    scores: Tensor, temperature: Float, iterations: Int = 20, key: RandomKey
  ) -> Tensor {
    straightThroughGumbelSinkhorn(
      scores: scores, temperature: Tensor(temperature), iterations: iterations, key: key)
  }

  /// See ``relaxedSubset(logits:size:temperature:key:)-(_,_,Tensor,_)``.
  public static func relaxedSubset(
    logits: Tensor, size: Int, temperature: Float, key: RandomKey
  ) -> Tensor {
    relaxedSubset(logits: logits, size: size, temperature: Tensor(temperature), key: key)
  }

  /// See ``straightThroughSubset(logits:size:temperature:key:)-(_,_,Tensor,_)``.
  public static func straightThroughSubset(
    logits: Tensor, size: Int, temperature: Float, key: RandomKey
  ) -> Tensor {
    straightThroughSubset(logits: logits, size: size, temperature: Tensor(temperature), key: key)
  }
}

extension RelaxableChoice {
  /// See ``relaxedSample(temperature:key:)-(Tensor,_)``.
  public func relaxedSample(temperature: Float, key: RandomKey) -> Tensor {
    relaxedSample(temperature: Tensor(temperature), key: key)
  }

  /// See ``straightThroughSample(temperature:key:)-(Tensor,_)``.
  public func straightThroughSample(temperature: Float, key: RandomKey) -> Tensor {
    straightThroughSample(temperature: Tensor(temperature), key: key)
  }
}

extension GradientEstimator {
  /// See ``anneal(to:)-(Tensor)``.
  public mutating func anneal(to temperature: Float) { anneal(to: Tensor(temperature)) }
}
