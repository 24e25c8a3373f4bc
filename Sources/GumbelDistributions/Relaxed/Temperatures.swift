import GumbelTensors

/// A relaxed distribution, or a straight-through one: of logits and a temperature.
public protocol TemperedDistribution: Reparameterised {
  /// Creates the distribution; traps unless the shapes broadcast.
  ///
  /// - Parameters:
  ///   - logits: of the classes in their last axis, or of the value 1.
  ///   - temperature: positive; one, or shaped as the batch.
  init(logits: Tensor, temperature: Tensor)
}

// Temperatures that are numbers; one that changes from call to call of a compiled function, or is
// trained, is a tensor.

extension TemperedDistribution {
  /// See ``init(logits:temperature:)-(Tensor,Tensor)``.
  public init(logits: Tensor, temperature: Float) {
    self.init(logits: logits, temperature: Tensor(temperature))
  }
}

extension RelaxedBernoulli<Tensor>: TemperedDistribution {
  /// See ``init(probabilities:temperature:)-(Tensor,Tensor)``.
  public init(probabilities: Tensor, temperature: Float) {
    self.init(probabilities: probabilities, temperature: Tensor(temperature))
  }
}

extension RelaxedCategorical<Tensor>: TemperedDistribution {
  /// See ``init(logits:mask:temperature:)-(_,_,Tensor)``.
  public init(logits: Tensor, mask: Tensor, temperature: Float) {
    self.init(logits: logits, mask: mask, temperature: Tensor(temperature))
  }

  /// See ``init(probabilities:temperature:)-(Tensor,Tensor)``.
  public init(probabilities: Tensor, temperature: Float) {
    self.init(probabilities: probabilities, temperature: Tensor(temperature))
  }
}

extension RelaxedOneHotCategorical<Tensor>: TemperedDistribution {}
extension UnitRelaxedBernoulli<Tensor>: TemperedDistribution {}
extension StraightThroughBernoulli<Tensor>: TemperedDistribution {}
extension StraightThroughOneHotCategorical<Tensor>: TemperedDistribution {}
