import CGumbelMath
import GumbelDistributions
import GumbelTensors

/// VIMCO: the score function for a bound of several draws, each with a baseline from the others.
///
///     L = log 1/m Σ w_i,    w_i = weight(z_i),    z_1 … z_m drawn
///     ∇ = Σ (L - L_-i) ∇ log P(z_i) + Σ w_i/Σw ∇ log w_i
///
/// where L_-i is L with w_i replaced by the geometric mean of the other weights. Unbiased for the
/// gradient of E[L], with log w = log p(x, z) - log q(z | x) the importance-weighted bound. m ≥ 2
/// evaluations, which need not be differentiable.
///
/// As an estimator of E[f], weights are exp(-f), and the value is -L. That is a lower bound of
/// E[f], and both it and its gradient are biased unless f is constant.
///
/// Mnih & Rezende 2016 (arXiv 1602.06725).
public struct VIMCOEstimator<Choice: Distribution>: GradientEstimator {
  /// m.
  public let draws: Int

  /// Creates the estimator; traps on fewer than two draws.
  public init(draws: Int = 2) {
    self.draws = draws
    require(draws >= 2, "\(name): \(draws) draws, expected at least 2")
  }

  public var name: String { "vimco" }
  public var isUnbiased: Bool { false }
  public var needsDifferentiableCost: Bool { false }
  public func evaluations(states: Int) -> Int { draws }

  public func expectation(
    of f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    -bound(of: { -f($0) }, under: distribution, key: key)
  }

  /// An estimate of `E[log 1/m Σ w(z_i)]` with its gradient, to be maximised.
  ///
  /// - Parameters:
  ///   - logWeight: from values `[batch…, variables…, event…]` to log w, `[batch…]`.
  ///   - distribution: independent variables.
  ///   - key: of the draws.
  public func bound(
    of logWeight: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) -> Tensor {
    let (weights, scores) = costsAndScores(logWeight, distribution, draws, key)
    let bound = logMean(weights)
    let stopped = weights.map { $0.stoppingGradient() }
    let terms = (0..<draws).map { i in
      var replaced = stopped
      replaced.remove(at: i)
      replaced.insert(replaced.sum() / Float(draws - 1), at: i)
      let signal = (bound - logMean(replaced)).stoppingGradient()
      return signal * scores[i].gradientOnly
    }
    return bound + terms.sum()
  }

  private func logMean(_ logs: [Tensor]) -> Tensor {
    Tensor.stacked(logs, along: -1).logSumExp() - Float(log(Double(draws)))
  }

  public mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.note("draws", draws)
  }
}

extension GradientEstimator {
  /// See ``VIMCOEstimator``.
  public static func vimco<C>(draws: Int = 2) -> Self where Self == VIMCOEstimator<C> {
    Self(draws: draws)
  }
}
