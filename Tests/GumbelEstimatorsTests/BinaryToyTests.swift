import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

/// E[(b - t)²] of one binary variable with logit 0, whose gradient is (1 - 2t)/4. Means are within
/// 3.5 standard errors with a probability of 99.95 %.
@Suite struct BinaryToyTests {
  static func sample(_ estimator: any GradientEstimator<Binary>, _ target: Float) -> GradientSample
  {
    GradientSample(
      estimator, Tensor(0), rows: 100_000, chunks: 10, key: RandomKey(3)
    ) { square($0 - target) }
  }

  private func check(
    _ estimator: any GradientEstimator<Binary>, _ variances: [(Float, Double)],
    within tolerance: Double = 0.03
  ) {
    for (target, variance) in variances {
      let sample = Self.sample(estimator, target)
      let deviation = sample.deviation(from: [Double(1 - 2 * target) / 4])
      #expect(deviation < 3.5, "\(estimator.name) at \(target): \(sample.mean)")
      let off = abs(sample.variance / variance - 1)
      #expect(off < tolerance, "\(estimator.name) at \(target): variance \(sample.variance)")
    }
  }

  // At 0.499 the variance is a millionth of what float32 costs resolve.
  @Test func scoreFunction() {
    check(
      ScoreFunctionEstimator(baseline: NoBaseline()), [(0.45, 1.59e-2), (0.499, 1.56e-2)])
  }
  @Test func arm() { check(.arm, [(0.45, 2.08e-4), (0.499, 8.3e-8)]) }
  @Test func leaveOneOut() { check(RLOOEstimator(), [(0.45, 6.25e-4), (0.499, 2.5e-7)]) }

  @Test func disARMHasNoVariance() {
    for target: Float in [0.45, 0.499] {
      let logits = Tensor.zeros([1000])
      let gradients = gradient(at: logits) { logits in
        DisARMEstimator().expectation(
          of: { square($0 - target) }, under: Bernoulli(logits: logits), key: RandomKey(4)
        ).sum()
      }
      let distinct = Set(gradients.scalars)
      #expect(distinct.count == 1)
      let off = abs(distinct.first! - (1 - 2 * target) / 4)
      #expect(off < 1e-7)
    }
  }
}
