import GumbelDistributions
import GumbelEstimators
import GumbelOptimizers
import GumbelTensors

/// Training of the binary toy: one logit that lowers E[(b - t)²], by each estimator.
package struct ToyTraining {
  /// How E f fell with one estimator, as a mean over runs.
  package struct Curve {
    package let estimator: String
    package let steps: [Double]
    package let expectedCosts: [Double]
  }

  package let target: Float
  package private(set) var curves: [Curve] = []

  static let steps = 2000
  package static let runs = 100
  package static let learningRate: Float = 0.01
  private static let stepsBetweenPoints = 20

  /// Trains with each of the estimators. Runs go side by side as rows of a batch, and share what
  /// an estimator has of its own parameters.
  init(
    target: Float, estimators: [String], key: RandomKey, progress: (Int) throws -> Void
  ) rethrows {
    self.target = target
    for builtIn in Bernoulli<Tensor>.builtInEstimators where estimators.contains(builtIn.name) {
      let estimator = builtIn.make(EstimatorOptions(featureCount: 1))
      try curves.append(
        curve(estimator, key: key.folding(in: builtIn.name), progress: progress))
    }
  }

  private func curve<E: GradientEstimator<Bernoulli<Tensor>>>(
    _ estimator: E, key: RandomKey, progress: (Int) throws -> Void
  ) rethrows -> Curve {
    let target = target
    // One step of logits and estimator along the gradient of the same estimate.
    let step = compile { (point: inout ToyPoint<E>, optimizer: inout Adam, key: RandomKey) in
      let (_, costs, gradient) = valueOutputAndGradient(at: point) { point in
        let costs = point.estimator.expectation(
          of: { square($0 - target) }, under: Bernoulli(logits: point.logits), key: key)
        return (costs.sum(), costs)
      }
      optimizer.update(&point, along: gradient)
      point.estimator.observe(costs)
      return EmptyGroup()
    }
    var point = ToyPoint(logits: Tensor.zeros([Self.runs]), estimator: estimator)
    var optimizer = Adam(for: point, learningRate: Self.learningRate)
    var (steps, costs) = ([0.0], [expectedCost(point.logits)])
    for i in 1...Self.steps {
      _ = step(&point, &optimizer, key.folding(in: i))
      if i % Self.stepsBetweenPoints == 0 {
        steps.append(Double(i))
        costs.append(expectedCost(point.logits))
        try progress(Self.stepsBetweenPoints)
      }
    }
    return Curve(estimator: estimator.name, steps: steps, expectedCosts: costs)
  }

  /// E f = p (1 - t)² + (1 - p) t², as a mean over the runs.
  private func expectedCost(_ logits: Tensor) -> Double {
    let t = Double(target)
    let p = sigmoid(logits).scalars.map(Double.init)
    return p.reduce(0) { $0 + $1 * (1 - t) * (1 - t) + (1 - $1) * t * t } / Double(p.count)
  }
}

/// The logits of all runs with the estimator that trains them.
private struct ToyPoint<Estimator: GradientEstimator>: TensorGroup {
  var logits: Tensor
  var estimator: Estimator

  mutating func visit(_ visitor: inout some TensorVisitor) {
    visitor.visit("logits", &logits)
    visitor.visit("estimator", &estimator)
  }
}
