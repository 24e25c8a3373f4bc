import GumbelDistributions
import GumbelTensors

/// Exact enumeration:
///
///     E[f(z)] = Σ P(z) f(z)   over all joint states z of a cost's variables
///
/// Unbiased and without variance. f is evaluated once a joint state and need not be
/// differentiable. There may be up to ``maximumStates`` joint states; more of them trap.
public struct ExactEstimator<Choice: EnumerableChoice>: GradientEstimator {
  /// Creates the estimator.
  public init() {}

  public var name: String { "exact" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }
  public func evaluations(states: Int) -> Int { states }

  /// The largest number of joint states, 2¹⁶.
  public static var maximumStates: Int { 1 << 16 }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let batch = distribution.batchShape
    let logProbabilities = distribution.stateLogProbabilities
    let states = logProbabilities.shape[-1]

    func oneHot(_ variables: [Int32], _ shape: Shape) -> Tensor {
      Tensor(int32: variables, shape: shape).oneHot(depth: states)
    }
    func evaluate(_ oneHot: Tensor) -> Tensor {
      let value = Choice.value(ofState: oneHot)
      return cost(f, value.broadcast(to: batch + distribution.eventShape), distribution)
    }

    // The first state is the same however many variables a cost depends on: that is seen from it.
    let first = evaluate(oneHot([0], []))
    let rank = first.rank
    var variablesShape = Shape()
    for axis in rank..<batch.rank { variablesShape.append(batch[axis]) }
    var variables = [Int32](repeating: 0, count: variablesShape.count)
    var sum: Tensor?
    for state in 0..<Self.jointStates(states, variables: variables.count, name) {
      let oneHot = oneHot(variables, variablesShape)
      let probability = exp(
        multiplyNoNaN(logProbabilities, oneHot).sum(along: -1).summed(toRank: rank))
      // What cannot happen may cost anything.
      let cost = select(probability, state == 0 ? first : evaluate(oneHot), Tensor(0))
      sum = sum.map { $0 + probability * cost } ?? probability * cost
      advance(&variables, states)
    }
    return sum ?? first
  }

  /// How many there are of so many variables; traps where they are more than can be gone through.
  ///
  /// - Parameter user: who asks, for the message.
  static func jointStates(_ states: Int, variables: Int, _ user: String) -> Int {
    var product = 1
    for _ in 0..<variables {
      product *= states
      require(
        product <= maximumStates,
        "\(user): \(variables) variables of \(states) states each have more than "
          + "\(maximumStates) joint states")
    }
    return product
  }

  /// The next joint state, the last variable first.
  private func advance(_ variables: inout [Int32], _ states: Int) {
    for i in variables.indices.reversed() {
      variables[i] += 1
      if variables[i] < Int32(states) { return }
      variables[i] = 0
    }
  }
}

extension GradientEstimator {
  /// See ``ExactEstimator``.
  public static func exact<C>() -> Self where Self == ExactEstimator<C> { Self() }
}
