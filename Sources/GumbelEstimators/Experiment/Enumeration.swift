import GumbelCLibrary
import GumbelDistributions
import GumbelTensors

/// The expectation of a cost and its gradient, by going through all joint states.
///
/// With `S(v, s) = Σ P(z) (f(z) - E f)` over the states z whose variable v is s, which is the
/// derivative by log P(v = s), and sums in double precision.
struct Enumeration<Choice: EnumerableChoice & RelaxableChoice> {
  /// The number of joint states.
  let stateCount: Int
  let value: Double
  /// In the logits, row-major.
  let gradient: [Double]

  init(logits: Tensor, rows: Int, cost: (Tensor) -> Tensor) {
    let logProbabilities = Choice(logits: logits).stateLogProbabilities
    let outer = logProbabilities.shape.prefix(logProbabilities.rank - 1)
    let (variables, states) = (outer.count, logProbabilities.shape[-1])
    let stateCount = ExactEstimator<Choice>.jointStates(
      states, variables: variables, "GradientExperiment")
    self.stateCount = stateCount
    let probabilities = Self.normalised(logProbabilities.scalars.map(Double.init), states)

    func state(_ joint: Int) -> [Int] {
      var rest = joint
      var result = [Int](repeating: 0, count: variables)
      for variable in result.indices.reversed() {
        result[variable] = rest % states
        rest /= states
      }
      return result
    }
    var (weights, costs): ([Double], [Double]) = ([], [])
    for first in stride(from: 0, to: stateCount, by: rows) {
      let block = (first..<min(first + rows, stateCount)).map(state)
      let oneHot = Tensor(
        int32: block.joined().map(Int32.init), shape: [block.count] + outer
      ).oneHot(depth: states)
      costs += cost(Choice.value(ofState: oneHot)).scalars.map(Double.init)
      weights += block.map { state in
        state.enumerated().reduce(1) { $0 * probabilities[$1.offset * states + $1.element] }
      }
    }
    // What cannot happen may cost anything.
    let mean = zip(weights, costs).reduce(0) { $1.0 == 0 ? $0 : $0 + $1.0 * $1.1 }
    value = mean
    var signals = [Double](repeating: 0, count: probabilities.count)
    for joint in 0..<stateCount where weights[joint] > 0 {
      let signal = weights[joint] * (costs[joint] - mean)
      for (variable, state) in state(joint).enumerated() {
        signals[variable * states + state] += signal
      }
    }
    let cotangent = Tensor(signals.map(Float.init), shape: logProbabilities.shape)
    gradient = GumbelTensors.gradient(at: logits) {
      multiplyNoNaN(Choice(logits: $0).stateLogProbabilities, cotangent).sum()
    }.scalars.map(Double.init)
  }

  /// Each variable's probabilities, from logarithms that are as precise as a Float.
  private static func normalised(_ logs: [Double], _ states: Int) -> [Double] {
    var result = logs.map { exp($0) }
    for first in stride(from: 0, to: result.count, by: states) {
      let sum = result[first..<(first + states)].reduce(0, +)
      for i in first..<(first + states) { result[i] /= sum }
    }
    return result
  }
}
