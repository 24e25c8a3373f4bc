import GumbelDistributions
import GumbelTensors

/// The score function with the mean cost of the other draws as baseline: leave one out, RLOO.
///
///     z_1 … z_m drawn,    ∇ = 1/(m - 1) Σ (f(z_i) - mean f) ∇ log P(z_i)
///
/// Unbiased. m ≥ 2 evaluations of f, which need not be differentiable; the value is their mean.
///
/// Kool, van Hoof & Welling 2019, "Buy 4 REINFORCE samples, get a baseline for free!"; Salimans &
/// Knowles 2014 (arXiv 1401.1022).
public struct RLOOEstimator<Choice: Distribution>: GradientEstimator {
  /// m.
  public let draws: Int

  /// Creates the estimator; traps on fewer than two draws.
  public init(draws: Int = 2) {
    self.draws = draws
    require(draws >= 2, "\(name): \(draws) draws, expected at least 2")
  }

  public var name: String { "rloo" }
  public var isUnbiased: Bool { true }
  public var needsDifferentiableCost: Bool { false }
  public func evaluations(states: Int) -> Int { draws }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let (costs, scores) = costsAndScores(f, distribution, draws, key)
    let others = 1 / Float(draws - 1)
    let sum = costs.sum()
    let terms = zip(costs, scores).map { cost, score in
      let baseline = ((sum - cost) * others).stoppingGradient()
      let factor = score.scoreFactor
      return factor * cost + (1 - factor) * baseline
    }
    return terms.sum() / Float(draws)
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("draws", draws)
  }
}

extension GradientEstimator {
  /// Independent draws' costs, and the logarithms of their probabilities.
  func costsAndScores(
    _ f: (Tensor) -> Tensor, _ distribution: Choice, _ draws: Int, _ key: RandomKey
  ) -> (costs: [Tensor], scores: [Tensor]) {
    var costs: [Tensor] = []
    var scores: [Tensor] = []
    for drawKey in key.split(into: draws) {
      let value = distribution.sample(key: drawKey)
      let cost = cost(f, value, distribution)
      costs.append(cost)
      scores.append(distribution.score(of: value).summed(toRank: cost.rank))
    }
    return (costs, scores)
  }

  /// See ``RLOOEstimator``.
  public static func rloo<C>(draws: Int = 2) -> Self where Self == RLOOEstimator<C> {
    Self(draws: draws)
  }
}

extension [Tensor] {
  /// Elementwise, in order. Traps where there are none.
  func sum() -> Tensor { dropFirst().reduce(self[0]) { $0 + $1 } }
}
