// Temperatures that are numbers; one that changes from call to call of a compiled function, or is
// trained, is a tensor.

extension Tensor {
  /// See ``gumbelSoftmax(logits:temperature:shape:key:)-(_,Tensor,_,_)``.
  public static func gumbelSoftmax(
    logits: Tensor, temperature: Float, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    gumbelSoftmax(logits: logits, temperature: Tensor(temperature), shape: shape, key: key)
  }

  /// See ``logGumbelSoftmax(logits:temperature:shape:key:)-(_,Tensor,_,_)``.
  public static func logGumbelSoftmax(
    logits: Tensor, temperature: Float, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    logGumbelSoftmax(logits: logits, temperature: Tensor(temperature), shape: shape, key: key)
  }

  /// See ``straightThroughGumbelSoftmax(logits:temperature:shape:key:)-(_,Tensor,_,_)``.
  public static func straightThroughGumbelSoftmax(
    logits: Tensor, temperature: Float, shape: Shape? = nil, key: RandomKey
  ) -> Tensor {
    straightThroughGumbelSoftmax(
      logits: logits, temperature: Tensor(temperature), shape: shape, key: key)
  }
}
