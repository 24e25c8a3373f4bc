import Distributions
import Tensors
import Testing

@Suite struct GumbelTests {
  @Test func quantilesInvertTheDistributionFunction() {
    let gumbel = Gumbel(location: 0.3, scale: 2)
    for p in [1e-300, 1e-10, 0.2, 0.5, 0.9] {
      #expect(abs(gumbel.cdf(at: gumbel.quantile(at: p)) / p - 1) < 1e-12)
    }
  }

  @Test func bothFormsAgree() {
    let single = Gumbel(location: 0.5, scale: 1.5)
    let batch = Gumbel(location: Tensor(0.5), scale: Tensor(1.5))
    for x in stride(from: -3.0, through: 9, by: 0.5) {
      let density = Double(batch.logProbability(of: Tensor(Float(x))).scalar)
      #expect(abs(density - single.logProbability(of: x)) < 1e-5 * (1 + abs(density)))
    }
  }
}
