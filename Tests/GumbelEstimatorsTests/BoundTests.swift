import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

/// VIMCO against the bound of two draws, by enumeration of all pairs.
@Suite struct BoundTests {
  private static func logWeight(_ z: Tensor) -> Tensor {
    (z * Tensor([0.4, -1, 1.5])).sum(along: -1)
  }

  @Test func gradientOfTheBoundIsUnbiased() {
    // Weights as of importance sampling: they depend on the logits too.
    func bound(_ logits: Tensor) -> Tensor {
      let logs = logits.logSoftmax()
      let weights = Tensor([0.4, -1, 1.5]) - logs
      let pairs =
        Tensor.stacked(
          [
            weights.reshaped(to: [3, 1]).broadcast(to: [3, 3]),
            weights.reshaped(to: [1, 3]).broadcast(to: [3, 3]),
          ], along: -1
        ).logSumExp() - 0.693_147_2
      let p = exp(logs)
      return (pairs * p.reshaped(to: [3, 1]) * p.reshaped(to: [1, 3])).sum()
    }
    let (value, exact) = valueAndGradient(at: ThreeClasses.logits, of: bound)
    let rows = 400_000
    let batch = ThreeClasses.logits.broadcast(to: [rows, 3])
    let (_, bounds, gradients) = valueOutputAndGradient(at: batch) { logits in
      let bounds = VIMCOEstimator().bound(
        of: { Self.logWeight($0) - OneHot(logits: logits).logProbability(of: $0) },
        under: OneHot(logits: logits), key: RandomKey(60))
      return (bounds.sum(), bounds)
    }
    let mean = gradients.mean(along: 0)
    let errors = sqrt(square(gradients - mean).mean(along: 0) / Float(rows))
    let deviation = (abs(mean - exact) / errors).max().scalar
    #expect(deviation < 3.5, "\(mean), expected \(exact)")
    #expect(abs(bounds.mean().scalar - value.scalar) < 2e-3)
  }

  @Test func asACostItIsTheBoundOfItsExponential() {
    let choice = OneHot(logits: ThreeClasses.logits.broadcast(to: [10, 3]))
    let cost = VIMCOEstimator(draws: 3).expectation(
      of: { -Self.logWeight($0) }, under: choice, key: RandomKey(61))
    let bound = VIMCOEstimator(draws: 3).bound(
      of: Self.logWeight, under: choice, key: RandomKey(61))
    #expect(cost.scalars == (-bound).scalars)
  }
}
