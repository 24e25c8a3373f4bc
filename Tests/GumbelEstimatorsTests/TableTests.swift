import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

/// Means and variances of the three-class case against known ones. At 1,000,000 draws a mean is
/// more than 3 standard errors off with a probability of 0.3 %; the keys are fixed. The expected
/// numbers have three digits, and may be off by half a unit of the last.
@Suite struct TableTests {
  struct Row: Sendable {
    let estimator: any GradientEstimator<OneHot>
    let mean: [Double]
    let variance: Double
    var digit = 1e-3
  }

  static let exact = ThreeClasses.exactGradient
  static let rows: [Row] = [
    Row(estimator: ScoreFunctionEstimator(baseline: NoBaseline()), mean: exact, variance: 1.942),
    Row(estimator: RLOOEstimator(), mean: exact, variance: 0.286),
    Row(
      estimator: GumbelSoftmaxEstimator(temperature: Tensor(0.5)), mean: [0.268, -0.231, -0.037],
      variance: 0.167),
    Row(
      estimator: GumbelSoftmaxEstimator(temperature: Tensor(1)), mean: [0.208, -0.198, -0.011],
      variance: 0.037),
    Row(
      estimator: StraightThroughGumbelSoftmaxEstimator(temperature: Tensor(0.5)),
      mean: [0.310, -0.265, -0.045], variance: 0.424),
    Row(
      estimator: StraightThroughGumbelSoftmaxEstimator(temperature: Tensor(1)),
      mean: [0.253, -0.234, -0.019], variance: 0.135),
    Row(
      estimator: StraightThroughEstimator(), mean: [0.363, -0.333, -0.030], variance: 0.102),
    Row(
      estimator: ReinMaxEstimator(), mean: [0.319195, -0.247664, -0.071531], variance: 0.155,
      digit: 1e-6),
    Row(
      estimator: GumbelRaoEstimator(temperature: Tensor(0.5)), mean: [0.310, -0.265, -0.045],
      variance: 0.156),
  ]

  @Test(arguments: rows.indices) func meanAndVariance(_ index: Int) {
    let row = Self.rows[index]
    let sample = GradientSample(
      row.estimator, ThreeClasses.logits, rows: 100_000, chunks: 10,
      key: RandomKey(1).folding(in: index), cost: ThreeClasses.cost)
    let deviation = sample.deviation(from: row.mean, slack: row.digit / 2)
    #expect(deviation < 3, "\(row.estimator.name): \(sample.mean), expected \(row.mean)")
    let excess = abs(sample.variance - row.variance) - 0.0005
    #expect(
      excess < 0.03 * row.variance,
      "\(row.estimator.name): variance \(sample.variance), expected \(row.variance)")
  }

  @Test func exactEnumerationHasNoVariance() {
    let sample = GradientSample(
      ExactEstimator<OneHot>(), ThreeClasses.logits, rows: 3, key: RandomKey(1),
      cost: ThreeClasses.cost)
    let off = zip(sample.mean, Self.exact).map { abs($0 - $1) }.max()!
    #expect(off < 1e-6)
    #expect(sample.variance < 1e-13)
  }

  /// 100 noises: fewer draws, since each costs a hundred times as much.
  @Test func gumbelRaoVarianceFallsWithTheNumberOfNoises() {
    let variances = [1, 3, 100].map { noises in
      GradientSample(
        GumbelRaoEstimator<OneHot>(temperature: Tensor(0.5), noises: noises), ThreeClasses.logits,
        rows: 30_000, key: RandomKey(2), cost: ThreeClasses.cost)
    }
    let limits = [0.424, 0.424 / 3 + 0.129 * 2 / 3, 0.129]
    for (sample, limit) in zip(variances, limits) {
      // The variance of a variance at 30,000 draws: about 2 %.
      let off = abs(sample.variance / limit - 1)
      #expect(off < 0.08, "\(sample.variance), expected about \(limit)")
      let deviation = sample.deviation(from: [0.310, -0.265, -0.045], slack: 0.0005)
      #expect(deviation < 4)
    }
    let isFalling =
      variances[0].variance > variances[1].variance
      && variances[1].variance > variances[2].variance
    #expect(isFalling)
  }

  /// The expectation of ReinMax's gradient by enumeration of the draws.
  private func reinMaxMean(_ logits: Tensor, _ cost: (Tensor) -> Tensor) -> [Float] {
    let k = logits.count
    let states = Tensor.int32Range(k).oneHot(depth: k)
    let batch = logits.broadcast(to: [k, k])
    let gradients = gradient(at: batch) { logits in
      cost(ReinMaxEstimator().attachingGradient(to: states, under: OneHot(logits: logits))).sum()
    }
    return (gradients * logits.softmax().reshaped(to: [k, 1])).sum(along: 0).scalars
  }

  @Test func reinMaxIsExactForQuadraticCosts() {
    for seed in 0..<10 {
      let key = RandomKey(UInt64(seed))
      let logits = Tensor.normal([5], key: key.folding(in: 0))
      let a = Tensor.normal([5, 5], key: key.folding(in: 1))
      let b = Tensor.normal([5], key: key.folding(in: 2))
      let cost = { (z: Tensor) in (matmul(z, a) * z).sum(along: -1) + (z * b).sum(along: -1) }
      let exact = gradient(at: logits) {
        ExactEstimator().expectation(
          of: { z in cost(z.reshaped(to: [1, 5])).reshaped(to: []) },
          under: OneHot(logits: $0), key: key)
      }
      let off = zip(reinMaxMean(logits, cost), exact.scalars).map { abs($0 - $1) }.max()!
      #expect(off < 1e-6)
    }
  }

  @Test func reinMaxOfTheThreeClasses() {
    let mean = reinMaxMean(ThreeClasses.logits, ThreeClasses.cost)
    let off = zip(mean, [0.319195, -0.247664, -0.071531]).map { abs($0 - Float($1)) }.max()!
    #expect(off < 1e-6)
  }
}
