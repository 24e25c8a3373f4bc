import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

/// E[(x - 1)²] of a normal x: (location - 1)² + scale², and both gradients are known.
@Suite struct PathwiseTests {
  static let rows = 200_000

  private func deviations<E: GradientEstimator<Normal<Tensor>>>(_ estimator: E) -> Float {
    let point = Pair(
      Tensor(repeating: 0.3, shape: [Self.rows]), Tensor(repeating: 0.8, shape: [Self.rows]))
    let gradients = gradient(at: point) {
      estimator.expectation(
        of: { square($0 - 1) }, under: Normal(location: $0.first, scale: $0.second),
        key: RandomKey(70)
      ).sum()
    }
    return zip(gradients.tensors, [Float(-1.4), 1.6]).map { gradients, exact in
      let mean = gradients.mean()
      let error = sqrt(square(gradients - mean).mean() / Float(Self.rows))
      return (abs(mean - exact) / error).scalar
    }.max()!
  }

  @Test func pathwiseAndScoreFunctionAgreeOnTheNormal() {
    #expect(deviations(.pathwise()) < 3.5)
    #expect(deviations(.scoreFunction()) < 3.5)
    #expect(deviations(.rloo()) < 3.5)
  }
}
