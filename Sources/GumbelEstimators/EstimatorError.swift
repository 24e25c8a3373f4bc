import GumbelDistributions
import GumbelTensors

/// Why an estimator cannot be applied to a cost.
public enum EstimatorError: Error, Equatable, CustomStringConvertible {
  /// A cost is NaN or infinite.
  case costIsNotFinite(estimator: String, cost: Float, position: Int, count: Int)
  /// The estimator asks a gradient of f, and none passes from the costs to the values.
  case costIsNotDifferentiable(estimator: String)

  public var description: String {
    switch self {
    case .costIsNotFinite(let estimator, let cost, let position, let count):
      "\(estimator): f returned \(cost) as cost \(position) of \(count), expected finite numbers"
    case .costIsNotDifferentiable(let estimator):
      "\(estimator): f passes no gradient from its costs to its values, expected a differentiable "
        + "function; exact, score-function, rloo, relax and unordered-set take any"
    }
  }
}

extension GradientEstimator {
  /// Tries f at a draw, and throws where the estimator cannot be applied to it.
  ///
  /// For functions that come from users. Not inside a compiled function, where nothing can be read.
  public func check(
    _ f: (Tensor) -> Tensor, under distribution: Choice, key: RandomKey
  ) throws(EstimatorError) {
    let value = distribution.sample(key: key)
    let costs = f(value).scalars
    if let position = costs.firstIndex(where: { !$0.isFinite }) {
      throw .costIsNotFinite(
        estimator: name, cost: costs[position], position: position, count: costs.count)
    }
    if needsDifferentiableCost, !passesGradient(at: value, f) {
      throw .costIsNotDifferentiable(estimator: name)
    }
  }
}
