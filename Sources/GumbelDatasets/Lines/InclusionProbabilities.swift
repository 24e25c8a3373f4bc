import GumbelDistributions
import GumbelTensors

/// How to know with which probabilities the lines of a reservoir were to be drawn.
///
/// Of N lines with the same chance, n are drawn with probability min(1, n / N) each. Where lines have
/// weights, that which holds for the line of weight w given the times of all others is 1 - exp(-w t),
/// where t is the (n + 1)-th time of all: rank conditioning, by which sums of value / probability are
/// unbiased.
///
/// Cohen & Kaplan, "Summarizing data using bottom-k sketches", PODC 2007; Duffield, Lund & Thorup,
/// "Priority sampling for estimation of arbitrary subset sums", JACM 2007.
struct InclusionProbabilities {
  /// The lines wanted.
  let count: Int
  let isWeighted: Bool

  /// The lines that a reservoir has to hold for it.
  var capacity: Int { isWeighted && count < .max ? count + 1 : count }

  /// Those of lines that all have the same chance.
  func equal(of all: Int, held: Int) -> [Double] {
    [Double](repeating: min(1, Double(count) / Double(max(all, 1))), count: held)
  }

  /// Leaves the lines that are wanted in an order that is sorted, and says what their probabilities
  /// are.
  ///
  /// - Parameter order: Of lines by their places.
  func take(_ order: inout ReservoirOrder, from memory: LineMemory) -> [Double] {
    let entries = order.memory
    let held = min(entries.count, count)
    guard isWeighted else { return equal(of: Int(order.passedCount), held: held) }
    defer { entries.truncate(to: held) }
    guard entries.count > count else { return [Double](repeating: 1, count: held) }
    let next = entries[count].time
    return (0..<held).map { i in
      let uniform = order.uniform(ofIndex: memory.line(at: entries[i].item).index)
      return ReservoirOrder.inclusionProbability(
        uniform: uniform, time: entries[i].time, before: next)
    }
  }
}
