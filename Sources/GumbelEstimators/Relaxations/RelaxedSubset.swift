import GumbelTensors

extension Tensor {
  /// A relaxed subset of k classes drawn without replacement, differentiable in the logits and the
  /// temperature: k softmaxes one after another, each with less left of what the earlier ones took.
  ///
  ///     r_1 = logits + G,    a_j = softmax(r_j / temperature),    r_j+1 = r_j + log(1 - a_j)
  ///     subset = a_1 + … + a_k
  ///
  /// As the temperature falls it tends to the k-hot vector of the k largest perturbed logits, which
  /// is an exact draw without replacement.
  ///
  /// - Parameters:
  ///   - logits: `[…, n]`; a class of -inf is in no subset.
  ///   - size: k, between 0 and n.
  ///   - temperature: a positive scalar, or one for each row.
  ///   - key: of the noise.
  /// - Returns: `[…, n]`, elements between 0 and about 1 with the sum k.
  ///
  /// Xie & Ermon 2019 (arXiv 1901.10517); Plötz & Roth 2018 (arXiv 1810.12575).
  public static func relaxedSubset(
    logits: Tensor, size: Int, temperature: Tensor, key: RandomKey
  ) -> Tensor {
    requireSubset(logits, size)
    return relaxedSubset(
      perturbed: logits + Tensor.gumbel(logits.shape, key: key), size, temperature)
  }

  /// The k-hot vector of an exact draw without replacement, with the gradient of the relaxed subset
  /// at the same noise; see ``relaxedSubset(logits:size:temperature:key:)-(_,_,Tensor,_)``.
  ///
  /// Where fewer than k classes are possible, it has all of them.
  public static func straightThroughSubset(
    logits: Tensor, size: Int, temperature: Tensor, key: RandomKey
  ) -> Tensor {
    requireSubset(logits, size)
    let perturbed = logits + Tensor.gumbel(logits.shape, key: key)
    var left = perturbed
    var chosen = Tensor.zeros(logits.shape)
    for _ in 0..<size {
      let winner = left.argmax().oneHot(depth: logits.shape[-1])
      chosen = chosen + multiplyNoNaN(isFinite(left), winner)
      left = select(winner, Tensor(-.infinity), left)
    }
    return chosen.passingGradient(to: relaxedSubset(perturbed: perturbed, size, temperature))
  }

  private static func relaxedSubset(
    perturbed: Tensor, _ size: Int, _ temperature: Tensor
  ) -> Tensor {
    let perRow =
      temperature.rank == 0
      ? temperature
      : temperature.reshaped(
        to: temperature.shape + [1])
    var remaining = perturbed
    var subset = Tensor.zeros(perturbed.shape)
    for draw in 0..<size {
      let logs = (remaining / perRow).logSoftmax()
      subset = subset + exp(logs)
      // What was taken whole leaves a rest of some rounding error, whose gradient is finite.
      if draw + 1 < size { remaining = remaining + log1mexp(minimum(logs, Tensor(-0x1p-23))) }
    }
    return subset
  }

  private static func requireSubset(_ logits: Tensor, _ size: Int) {
    require(
      logits.rank >= 1 && size >= 0 && size <= logits.shape[-1],
      "relaxedSubset: a subset of \(size) from logits of shape \(logits.shape), expected at most "
        + "as many as there are classes")
  }
}
