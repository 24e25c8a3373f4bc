import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelTensors
import Testing

/// What says that it is unbiased: every component of the mean gradient within 3.5 standard errors
/// of the exact one (about 0.05 % a component for an unbiased estimator, at fixed keys).
@Suite struct UnbiasedTests {
  static let network = Sequential.mlp([3, 8, 1], activation: .tanh, key: RandomKey(5))

  static let threeClasses: [any GradientEstimator<OneHot>] =
    OneHot.builtInEstimators.filter { $0.isUnbiased }.map {
      $0.make(EstimatorOptions(featureCount: 3))
    } + [
      ScoreFunctionEstimator(baseline: LearnedBaseline(network: network)),
      RLOOEstimator(draws: 5), UnorderedSetEstimator(size: 3), UnorderedSetEstimator(size: 7),
      REBAREstimator(temperature: 2, scale: -3), REBAREstimator(temperature: 0.1, scale: 0.4),
      RELAXEstimator(network: Sequential.mlp([3, 1], key: RandomKey(6)), temperature: 1),
    ]

  @Test(arguments: threeClasses.indices) func ofThreeClasses(_ index: Int) {
    let estimator = Self.threeClasses[index]
    let sample = GradientSample(
      estimator, ThreeClasses.logits, rows: 100_000, chunks: 3,
      key: RandomKey(7).folding(in: index), cost: ThreeClasses.cost)
    let deviation = sample.deviation(from: ThreeClasses.exactGradient, slack: 1e-6)
    #expect(deviation < 3.5, "\(estimator.name): \(sample.mean) ± \(sample.errors)")
    let value = abs(sample.value.mean - Self.exactValue) / max(sample.value.error, 1e-6)
    #expect(value < 3.5, "\(estimator.name): value \(sample.value)")
  }

  static let exactValue = Double(
    ExactEstimator().expectation(
      of: ThreeClasses.cost, under: OneHot(logits: ThreeClasses.logits), key: RandomKey(0)
    ).scalar)

  static let problem = JointProblem(key: RandomKey(8))
  static let jointExact: [Double] = gradient(at: problem.logits) {
    ExactEstimator().expectation(of: problem.cost, under: OneHot(logits: $0), key: RandomKey(0))
  }.scalars.map(Double.init)

  static let joint: [any GradientEstimator<OneHot>] =
    OneHot.builtInEstimators.filter { $0.isUnbiased && $0.name != "exact" }.map {
      $0.make(EstimatorOptions(featureCount: 32))
    } + [UnorderedSetEstimator(size: 4)]

  @Test(arguments: joint.indices) func ofFourVariables(_ index: Int) {
    let estimator = Self.joint[index]
    let sample = GradientSample(
      estimator, Self.problem.logits, rows: 10_000, chunks: 4,
      key: RandomKey(9).folding(in: index), cost: Self.problem.cost)
    // Of 32 components, one is off by 4.5 standard errors with a probability of 0.02 %.
    let deviation = sample.deviation(from: Self.jointExact, slack: 1e-6)
    #expect(deviation < 4.5, "\(estimator.name)")
  }

  static let binary: [any GradientEstimator<Binary>] =
    Binary.builtInEstimators.filter { $0.isUnbiased }.map {
      $0.make(EstimatorOptions(featureCount: 3))
    } + [UnorderedSetEstimator(size: 8), UnorderedSetEstimator(size: 3)]

  /// Three binary variables of one cost that is not a sum over them.
  @Test(arguments: binary.indices) func ofBinaryVariables(_ index: Int) {
    let estimator = Self.binary[index]
    let logits = Tensor([0.4, -1.2, 2])
    let cost = { (b: Tensor) in
      square((b * Tensor([1, 2, -0.5])).sum(along: -1) - 0.3) + exp(b.sum(along: -1) * 0.3)
    }
    let exact = gradient(at: logits) {
      ExactEstimator().expectation(of: cost, under: Binary(logits: $0), key: RandomKey(0))
    }
    // The work of a set of eight is a hundred times that of two.
    let rows = estimator.evaluations(states: 8) == 8 ? 2_000 : 100_000
    let sample = GradientSample(
      estimator, logits, rows: rows, key: RandomKey(10).folding(in: index), cost: cost)
    let deviation = sample.deviation(from: exact.scalars.map(Double.init), slack: 1e-6)
    #expect(deviation < 3.5, "\(estimator.name): \(sample.mean), expected \(exact)")
  }

  /// The gradient of what f captures: a decoder's, at the draw.
  @Test(arguments: threeClasses.indices) func inWhatTheCostCaptures(_ index: Int) {
    let estimator = Self.threeClasses[index]
    let rows = 50_000
    let logits = ThreeClasses.logits.broadcast(to: [rows, 3])
    func capturing(_ scale: Tensor) -> (Tensor) -> Tensor {
      { z in sin((z * ThreeClasses.weights).sum(along: -1) * scale) }
    }
    // One scale a row, so that each row is an estimate.
    let gradients = gradient(at: Tensor(repeating: 0.7, shape: [rows])) { scale in
      estimator.expectation(
        of: capturing(scale), under: OneHot(logits: logits), key: RandomKey(11)
      ).sum()
    }
    let exact = gradient(at: Tensor(0.7)) { scale in
      ExactEstimator().expectation(
        of: capturing(scale), under: OneHot(logits: ThreeClasses.logits), key: RandomKey(0))
    }
    let values = gradients.scalars.map(Double.init)
    let mean = values.reduce(0, +) / Double(rows)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(rows)
    let deviation =
      abs(mean - Double(exact.scalar)) / max((variance / Double(rows)).squareRoot(), 1e-6)
    #expect(deviation < 3.5, "\(estimator.name): \(mean), expected \(exact)")
  }

  /// The second derivative of an unbiased estimate of this form is unbiased too.
  @Test func secondDerivatives() {
    let direction = Tensor([1, -2, 0.5])
    func second(_ estimator: some GradientEstimator<OneHot>, _ logits: Tensor) -> Tensor {
      gradient(at: logits) { outer in
        let first = gradient(at: outer) { logits in
          estimator.expectation(
            of: ThreeClasses.cost, under: OneHot(logits: logits), key: RandomKey(12)
          ).sum()
        }
        return (first * direction).sum()
      }
    }
    let exact = second(ExactEstimator(), ThreeClasses.logits).scalars
    let rows = 200_000
    let batch = ThreeClasses.logits.broadcast(to: [rows, 3])
    let estimators: [any GradientEstimator<OneHot>] = [
      ScoreFunctionEstimator(baseline: NoBaseline()), RLOOEstimator(),
      REBAREstimator(temperature: 1),
    ]
    for estimator in estimators {
      let estimates = second(estimator, batch)
      let mean = estimates.mean(along: 0)
      let error = sqrt(square(estimates - mean).mean(along: 0) / Float(rows))
      let deviation = (abs(mean - Tensor(exact)) / error).max().scalar
      #expect(deviation < 4, "\(estimator.name): \(mean), expected \(exact)")
    }
  }
}
