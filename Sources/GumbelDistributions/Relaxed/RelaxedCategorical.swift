/// The Concrete distribution, a relaxed categorical one, with its values in log space:
///
///     y = log softmax((logits + G) / temperature),   G independent standard Gumbel noise
///
/// The values satisfy `log Σ exp(y) = 0`, and have the density
///
///     (k - 1)! tᵏ⁻¹ Πᵢ exp(sᵢ) / (Σ exp(s))ᵏ,   s = logits - t y
///
/// with respect to the differences of y's elements. Values on the simplex are its exponentials;
/// they reach 0 and 1 where those in log space still have all their digits, so draw and score
/// here, and look at ``onSimplex`` where probabilities are wanted.
///
/// The largest element is class i with the probability `softmax(logits)[i]`, at every temperature.
/// Adding a constant to the logits changes nothing. A class with a logit of -inf takes no part: its
/// element is -inf and the density is that over the others. Temperature 0 gives samples that are
/// exactly one-hot and have no density. In tensors, a density at a temperature that is not positive
/// is NaN, as are the samples of a negative one.
///
/// Maddison, Mnih & Teh 2016 (arXiv 1611.00712), appendix C; Jang, Gu & Poole 2016 (arXiv
/// 1611.01144).
public struct RelaxedCategorical<Value: DistributionParameter>: Sendable {
  /// The logarithms of the probabilities, up to a constant: k numbers, `[batch…, k]` with tensors.
  public let logits: Value.Vector
  /// Not negative; with tensors one, or one for each distribution of the batch.
  public let temperature: Value

  /// The same distribution with its values on the simplex.
  public var onSimplex: RelaxedOneHotCategorical<Value> { RelaxedOneHotCategorical(self) }
}
