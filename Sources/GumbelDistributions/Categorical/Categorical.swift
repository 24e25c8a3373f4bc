/// The categorical distribution: one of the classes 0 ..< k.
///
///     P(X = i) = exp(logits[i]) / Σ exp(logits)
///
/// Logits need not be normalised: adding a constant to all of them changes nothing. A logit of -inf
/// is a class that is never drawn; where some are +inf, they share the whole probability. With
/// tensors, a row without a possible class, or with a NaN, is invalid: its draws are -1, its
/// probabilities NaN, and no other row is touched.
///
/// With tensors a value is int32, of the shape […]; ``OneHotCategorical`` has vectors as values.
public struct Categorical<Value: DistributionParameter>: Sendable {
  /// The logarithms of the probabilities, up to a constant: k numbers, `[batch…, k]` with tensors.
  public let logits: Value.Vector
}
