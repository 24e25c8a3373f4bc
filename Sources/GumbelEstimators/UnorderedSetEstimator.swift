import GumbelDistributions
import GumbelTensors

/// The score function over a set of distinct joint states, drawn without replacement.
///
///     S = {z_1 … z_k} distinct,    ∇ = Σ P(s) R(S, s) (f(s) - b_s) ∇ log P(s)
///     R(S, s) = P(S \ s drawn first among all but s) / P(S)
///     b_s = Σ_{r ∈ S} P(r) R_s(S, r) f(r),   R_s that among all but s, R_s(S, s) = 1
///
/// For k = 2 the value is `((1 - P(b)) f(a) + (1 - P(a)) f(b)) / (2 - P(a) - P(b))`. Where there
/// are no more than k states it is exact.
///
/// Unbiased, since it is the average of the score function with replacement over all orders.
/// k ≥ 2 evaluations of f, which need not be differentiable.
///
/// Kool, van Hoof & Welling 2020 (arXiv 2002.06043).
public struct UnorderedSetEstimator<Choice: EnumerableChoice>: GradientEstimator {
  /// k, between 2 and ``maximumSize``.
  public let size: Int

  /// The work grows as 2ᵏ k².
  public static var maximumSize: Int { 10 }

  /// Creates the estimator; traps on a size that is out of range.
  public init(size: Int = 2) {
    self.size = size
    require(
      size >= 2 && size <= Self.maximumSize,
      "\(name): a set of \(size), expected one of 2 to \(Self.maximumSize)")
  }

  public var name: String { "unordered-set" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }
  public func evaluations(states: Int) -> Int { min(size, states) }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let (firstKey, othersKey) = key.split()
    let logProbabilities = distribution.stateLogProbabilities
    let stopped = logProbabilities.stoppingGradient()
    let states = stopped.shape[-1]
    let first = Tensor.categorical(logits: stopped, key: firstKey).oneHot(depth: states)

    func score(_ state: Tensor, _ rank: Int) -> Tensor {
      multiplyNoNaN(logProbabilities, state).sum(along: -1).summed(toRank: rank)
    }
    func evaluate(_ state: Tensor) -> Tensor {
      cost(f, Choice.value(ofState: state), distribution)
    }

    let firstCost = evaluate(first)
    let (shape, rank) = (firstCost.shape, firstCost.rank)
    let variables = distribution.batchShape.trailingCount(from: rank)
    let size = min(self.size, jointStates(states, variables: variables))
    if size == 1 || shape.count == 0 { return score(first, rank).scoreFactor * firstCost }
    let rows: Shape = [shape.count, variables, states]
    let draws = DistinctDraws(
      first: first.reshaped(to: rows), count: size, logProbabilities: stopped.reshaped(to: rows),
      key: othersKey)

    let drawn = draws.states.map { $0.reshaped(to: first.shape) }
    let isValid = draws.isValid.map { $0.reshaped(to: shape) }
    let costs = [firstCost] + drawn.dropFirst().map(evaluate)
    let scores = drawn.map { score($0, rank) }
    // A state that is not there has almost no probability, and below no weight at all.
    let logs = zip(scores, isValid).map { score, isValid in
      select(isValid, score.stoppingGradient(), Tensor(-80))
    }
    let weights = SetWeights(logs: logs)
    let terms = costs.indices.map { i in
      let factor = scores[i].scoreFactor
      let term = factor * costs[i] + (1 - factor) * weights.baseline(i, costs)
      return select(isValid[i], weights.weight(i) * term, Tensor(0))
    }
    return terms.sum()
  }

  /// The number of joint states, or some number that is larger than any set.
  private func jointStates(_ states: Int, variables: Int) -> Int {
    var product = 1
    for _ in 0..<variables where product <= Self.maximumSize { product *= states }
    return product
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("size", size)
  }
}

/// The weights of the elements of a set, and their baselines.
private struct SetWeights {
  private let logs: [Tensor]
  private let whole: Tensor
  /// Given that one element has been drawn.
  private let afterOne: [Tensor]
  /// Given that two have been, by the mask of the two.
  private let afterTwo: [Int: Tensor]

  init(logs: [Tensor]) {
    self.logs = logs
    let probabilities = SetProbabilities(logs: logs)
    whole = probabilities.logProbability(given: 0)
    afterOne = logs.indices.map { probabilities.logProbability(given: 1 << $0) }
    var afterTwo: [Int: Tensor] = [:]
    for s in logs.indices {
      for r in 0..<s {
        afterTwo[1 << s | 1 << r] = probabilities.logProbability(given: 1 << s | 1 << r)
      }
    }
    self.afterTwo = afterTwo
  }

  /// P(s) R(S, s).
  func weight(_ s: Int) -> Tensor { exp(logs[s] + afterOne[s] - whole) }

  /// The other elements' estimate of the expectation, to which s adds its own share.
  func baseline(_ s: Int, _ costs: [Tensor]) -> Tensor {
    costs.indices.map { r in
      let cost = costs[r].stoppingGradient()
      if r == s { return exp(logs[s]) * cost }
      return exp(logs[r] + afterTwo[1 << s | 1 << r]! - afterOne[s]) * cost
    }.sum()
  }
}

extension GradientEstimator {
  /// See ``UnorderedSetEstimator``.
  public static func unorderedSet<C>(size: Int = 2) -> Self
  where Self == UnorderedSetEstimator<C> {
    Self(size: size)
  }
}
