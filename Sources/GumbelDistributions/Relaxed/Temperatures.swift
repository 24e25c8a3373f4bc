import GumbelTensors

// Temperatures that are numbers; one that changes from call to call of a compiled function, or is
// trained, is a tensor.

extension RelaxedBernoulli<Tensor> {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }

  /// See ``init(probabilities:temperature:)-(Tensor,Tensor)``.
  public init(probabilities: Tensor, temperature: Float) {
    self.init(probabilities: probabilities, temperature: Tensor(temperature))
  }
}

extension RelaxedCategorical<Tensor> {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }

  /// See ``init(logits:mask:temperature:)-(_,_,Tensor)``.
  public init(logits: Tensor, mask: Tensor, temperature: Float) {
    self.init(logits: logits, mask: mask, temperature: Tensor(temperature))
  }

  /// See ``init(probabilities:temperature:)-(Tensor,Tensor)``.
  public init(probabilities: Tensor, temperature: Float) {
    self.init(probabilities: probabilities, temperature: Tensor(temperature))
  }
}

extension RelaxedOneHotCategorical<Tensor> {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }
}

extension UnitRelaxedBernoulli<Tensor> {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }
}

extension StraightThroughBernoulli<Tensor> {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }
}

extension StraightThroughOneHotCategorical<Tensor> {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }
}
