import GumbelTensors

/// The probabilities of a set of distinct draws, whatever their order.
///
/// Subsets are bit masks. `P_C(T)` is the probability that draws without replacement which have
/// given C go on to make up T:
///
///     P_C(C) = 1,    P_C(T) = Σ_{s ∈ T \ C} P_C(T \ s) p(s) / (1 - Σ_{r ∈ T \ s} p(r))
struct SetProbabilities {
  private let logs: [Tensor]
  private let logRest: [Tensor]

  /// - Parameter logs: log p of each element of the set, of one shape and finite.
  init(logs: [Tensor]) {
    self.logs = logs
    func logSum(_ subset: Int) -> Tensor {
      let members = logs.indices.filter { subset >> $0 & 1 == 1 }.map { logs[$0] }
      return Tensor.stacked(members, along: -1).logSumExp()
    }
    let all = 1 << logs.count - 1
    logRest = (0..<all).map { subset in
      if subset == 0 { return Tensor(0) }
      // 1 minus a sum loses its digits near 0, but is never below what the others have.
      let rest = log1mexp(minimum(logSum(subset), Tensor(-1e-30)))
      return maximum(rest, logSum(all & ~subset))
    }
  }

  /// log P_C(S) for the whole set S.
  func logProbability(given subset: Int) -> Tensor {
    let all = 1 << logs.count - 1
    var known: [Int: Tensor] = [subset: Tensor.zeros(logs[0].shape)]
    for next in subset...all where next & subset == subset && next != subset {
      let terms = logs.indices.filter { (next & ~subset) >> $0 & 1 == 1 }.map { i in
        let before = next & ~(1 << i)
        return known[before]! + logs[i] - logRest[before]
      }
      known[next] = terms.count == 1 ? terms[0] : Tensor.stacked(terms, along: -1).logSumExp()
    }
    return known[all]!
  }
}
