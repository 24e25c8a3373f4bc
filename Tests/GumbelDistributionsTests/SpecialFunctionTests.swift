import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct SpecialFunctionTests {
  @Test func polygammaFacts() {
    let zeta3 = 1.202_056_903_159_594_3
    let facts: [(Int, Double, Double)] = [
      (-1, 1, 0), (-1, 2, 0), (-1, 5, logarithm(24)), (-1, 0.5, logarithm(Double.pi) / 2),
      (-1, 1e-10, 23.025_850_929_882_735), (-1, 1e5, 1_051_287.708_973_656_9),
      (0, 1, -eulerGamma), (0, 0.5, -eulerGamma - 2 * logarithm(2)), (0, 3, 1.5 - eulerGamma),
      (1, 1, Double.pi * Double.pi / 6), (1, 0.5, Double.pi * Double.pi / 2),
      (2, 1, -2 * zeta3), (2, 0.5, -14 * zeta3), (3, 1, power(Double.pi, 4) / 15),
      (3, 0.5, power(Double.pi, 4)),
    ]
    for (order, x, expected) in facts {
      let found = polygamma(order, x)
      #expect(abs(found - expected) < 4e-15 * max(1, abs(expected)))
    }
  }

  @Test func gradientsOfLogGamma() {
    let x = Tensor([0.25, 1, 2.5, 30])
    func value(_ x: Tensor) -> Tensor { logGamma(x).sum() }
    let first = gradient(at: x, of: value)
    let second = gradient(at: x) { gradient(at: $0, of: value).sum() }
    let third = gradient(at: x) {
      gradient(at: $0) { gradient(at: $0, of: value).sum() }.sum()
    }
    for (order, slopes) in [first, second, third].enumerated() {
      for (x, slope) in zip(x.scalars, slopes.scalars) {
        let expected = polygamma(order, Double(x))
        #expect(abs(Double(slope) - expected) < 1e-6 * max(1, abs(expected)))
      }
    }
  }

  /// log Φ goes on where Φ is below the smallest number, and does not jump where the series starts.
  @Test func normalTails() {
    let d = Normal(location: 0, scale: 1)
    for z in [-1e3, -1e10, -1e150] {
      let expected = -0.5 * z * z - logarithm(-z) - 0.918_938_533_204_672_7
      #expect(abs(d.logCDF(at: z) / expected - 1) < 1e-6)
      #expect(d.logSurvival(at: -z) == d.logCDF(at: z))
    }
    #expect(d.logCDF(at: -.infinity) == -.infinity)
    let switching = -20 * 2.0.squareRoot()
    let jump = d.logCDF(at: switching.nextDown) - d.logCDF(at: switching.nextUp)
    #expect(abs(jump) < 2e-12)
    #expect(d.quantile(at: 0) == -.infinity)
    #expect(d.quantile(at: 1) == .infinity)
  }
}
