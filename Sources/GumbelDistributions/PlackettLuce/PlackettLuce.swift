import GumbelTensors

/// The Plackett-Luce distribution: classes drawn one after another without replacement, each in
/// proportion to its weight among those that are left.
///
///     P(i₁, i₂, … iₙ) = Πⱼ exp(logits[iⱼ]) / Σ over the classes left before draw j of exp(logits)
///
/// A value is the order of the first `length` draws; with as many as classes, a ranking of all of
/// them. Logits are those of ``Categorical``: a class with -inf is never drawn, and where some
/// have +inf, only they are. The first draw is categorical.
///
/// Luce, "Individual choice behavior", 1959; Plackett, "The analysis of permutations", 1975.
/// Sampling by the largest of perturbed logits: Yellott 1977; Kool, van Hoof & Welling 2019 (arXiv
/// 1903.06059).
public struct PlackettLuce<Value: DistributionParameter>: Sendable {
  /// The logarithms of the weights, up to a constant: k numbers, `[batch…, k]` with tensors.
  public let logits: Value.Vector
  /// The number of classes that are drawn.
  public let length: Int
}

/// Traps unless so many draws can be made of so many classes.
func requireLength(_ length: Int, _ classes: Int) {
  require(
    length >= 0 && length <= classes,
    "PlackettLuce: a length of \(length), expected 0 to \(classes), the number of classes")
}

/// Traps unless the orders of a set of this size are few enough to be summed over.
func requireSetSize(_ size: Int) {
  require(
    size <= 12,
    "PlackettLuce.logProbability(ofSet:): a set of \(size) classes, expected at most 12: the work "
      + "doubles with each")
}
