import GumbelTensors

extension Tensor {
  /// Sinkhorn's normalisation in log space: rows and columns in turn are made to sum to 1.
  ///
  /// - Parameter iterations: each normalises rows, then columns; the more, the nearer the rows'
  ///   sums are to 1. Columns' sums are 1 after each.
  /// - Returns: the logarithms of a nearly doubly stochastic matrix, `[…, n, n]`. Traps unless the
  ///   matrices are square.
  ///
  /// Sinkhorn & Knopp 1967, "Concerning nonnegative matrices and doubly stochastic matrices".
  public func logSinkhorn(iterations: Int = 20) -> Tensor {
    require(
      rank >= 2 && shape[-1] == shape[-2],
      "logSinkhorn: a tensor of shape \(shape), expected square matrices […, n, n]")
    require(iterations >= 1, "logSinkhorn: \(iterations) iterations, expected at least 1")
    var logs = self
    for _ in 0..<iterations {
      logs = logs - logs.logSumExp(along: -1, keepingAxis: true)
      logs = logs - logs.logSumExp(along: -2, keepingAxis: true)
    }
    return logs
  }

  /// A relaxed permutation, differentiable in the scores and the temperature:
  ///
  ///     Sinkhorn((scores + G) / temperature),   G independent standard Gumbel noise
  ///
  /// As the temperature falls, and iterations grow, it tends to the permutation matrix that
  /// maximises the perturbed scores' sum.
  ///
  /// - Parameters:
  ///   - scores: `[…, n, n]`; element (i, j) says how well item i suits place j.
  ///   - temperature: a positive scalar; lower ones need more iterations.
  ///   - iterations: of ``logSinkhorn(iterations:)``.
  ///   - key: of the noise.
  /// - Returns: nearly doubly stochastic matrices, `[…, n, n]`.
  ///
  /// Mena, Belanger, Linderman & Snoek 2018 (arXiv 1802.08665).
  public static func gumbelSinkhorn(
    scores: Tensor, temperature: Tensor, iterations: Int = 20, key: RandomKey
  ) -> Tensor {
    let perturbed = scores + Tensor.gumbel(scores.shape, key: key)
    return exp((perturbed / temperature).logSinkhorn(iterations: iterations))
  }

  /// A permutation matrix, the best one for perturbed scores, with the gradient of the relaxed one
  /// at the same noise; see ``gumbelSinkhorn(scores:temperature:iterations:key:)-(_,Tensor,_,_)``.
  public static func straightThroughGumbelSinkhorn(
    scores: Tensor, temperature: Tensor, iterations: Int = 20, key: RandomKey
  ) -> Tensor {
    let perturbed = scores + Tensor.gumbel(scores.shape, key: key)
    let relaxed = exp((perturbed / temperature).logSinkhorn(iterations: iterations))
    return perturbed.bestAssignment().passingGradient(to: relaxed)
  }
}
