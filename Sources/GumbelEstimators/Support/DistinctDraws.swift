import GumbelDistributions
import GumbelTensors

/// Joint states of several variables, drawn without replacement: the largest of perturbed joint
/// log-probabilities, found a variable at a time without listing all joint states.
///
/// A prefix of variables stands for the largest of all perturbed joint states that begin with it,
/// so that the best prefixes are all that has to be kept. Kool, van Hoof & Welling 2019,
/// "Stochastic beams and where to find them" (arXiv 1903.06059).
struct DistinctDraws {
  /// The states one after another, `[rows, variables, states]` each, one-hot.
  private(set) var states: [Tensor]
  /// 1 where there was one more state that is possible, 0 where a state repeats the first.
  private(set) var isValid: [Tensor]

  /// - Parameters:
  ///   - first: an ordinary draw of every variable, `[rows, variables, states]`.
  ///   - count: how many draws, the first one included; at least 2.
  ///   - logProbabilities: `[rows, variables, states]`; no gradient passes through the draws.
  init(first: Tensor, count: Int, logProbabilities: Tensor, key: RandomKey) {
    let (rows, variables) = (first.shape[0], first.shape[1])
    let classes = first.shape[2]
    func part(_ x: Tensor, _ variable: Int) -> Tensor {
      x.sliced(along: 1, variable..<(variable + 1)).reshaped(to: [rows, classes])
    }
    // The first draw is the largest; how large it is does not depend on which it is.
    let largest = Tensor.gumbel([rows, 1], key: key.folding(in: "largest"))
    var prefix = Tensor.zeros([rows, 1])
    // The runners-up so far: log-probability and perturbed one, [rows, slots].
    var others: (logs: Tensor, perturbed: Tensor)?
    var chosen: [[Tensor]] = Array(repeating: [], count: count - 1)

    for variable in 0..<variables {
      let logs = part(logProbabilities, variable)
      let onPath = part(first, variable)
      let (pathKey, otherKey) = key.folding(in: variable).split()
      var candidateLogs = prefix + logs
      let free = candidateLogs + Tensor.gumbel([rows, classes], key: pathKey)
      var candidates = select(onPath, Tensor(-.infinity), largest - softplus(largest - free))
      prefix = prefix + multiplyNoNaN(logs, onPath).sum(along: -1, keepingAxis: true)
      if let others {
        let children =
          others.logs.reshaped(to: [rows, count - 1, 1]) + logs.reshaped(to: [rows, 1, classes])
        let perturbed = conditionalGumbels(
          logits: children, maximum: others.perturbed, key: otherKey)
        let flat: Shape = [rows, (count - 1) * classes]
        candidateLogs = .concatenated([candidateLogs, children.reshaped(to: flat)], along: 1)
        candidates = .concatenated([candidates, perturbed.reshaped(to: flat)], along: 1)
      }
      let slots = candidates.shape[1] / classes
      var (bestLogs, best): ([Tensor], [Tensor]) = ([], [])
      var extended: [[Tensor]] = []
      for _ in 0..<(count - 1) {
        let winner = candidates.argmax().oneHot(depth: candidates.shape[1])
        best.append(candidates.max(along: 1))
        bestLogs.append(multiplyNoNaN(candidateLogs, winner).sum(along: 1))
        candidates = select(winner, Tensor(-.infinity), candidates)
        let bySlot = winner.reshaped(to: [rows, slots, classes])
        let parent = bySlot.sum(along: 2)
        extended.append(
          (0..<variable).map { earlier in
            (0..<slots).map { slot in
              (slot == 0 ? part(first, earlier) : chosen[slot - 1][earlier])
                * parent.sliced(along: 1, slot..<(slot + 1))
            }.sum()
          } + [bySlot.sum(along: 1)])
      }
      chosen = extended
      others = (.stacked(bestLogs, along: 1), .stacked(best, along: 1))
    }

    let perturbed = others?.perturbed ?? Tensor.zeros([rows, count - 1])
    states = [first]
    isValid = [Tensor.ones([rows])]
    for (slot, parts) in chosen.enumerated() {
      let valid = isFinite(perturbed.sliced(along: 1, slot..<(slot + 1)))
      let state = Tensor.stacked(parts, along: 1)
      states.append(select(valid.reshaped(to: [rows, 1, 1]), state, first))
      isValid.append(valid.reshaped(to: [rows]))
    }
  }
}
