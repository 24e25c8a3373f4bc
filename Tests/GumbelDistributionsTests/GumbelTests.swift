import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct GumbelTests {
  let standard = Gumbel(location: 0, scale: 1)

  @Test func facts() {
    let facts = [
      (standard.mean, 0.577_215_664_9), (standard.variance, 1.644_934_066_8),
      (standard.entropy, 1.577_215_664_9), (standard.mode, 0),
      (standard.median, 0.366_512_920_6), (standard.skewness, 1.139_547_099_4),
      (standard.excessKurtosis, 2.4),
    ]
    for (found, expected) in facts { #expect(abs(found - expected) < 1e-10) }
  }

  /// Finite at every real number in range: an overflow there is a mistake of other libraries.
  @Test func farLeftDensity() {
    let there = standard.logProbability(of: -5)
    #expect(abs(there + 143.413_159_102_576_6) < 1e-11)
    let batch = Gumbel(location: Tensor(0), scale: Tensor(1))
    let found = batch.logProbability(of: Tensor([-5, -80, -200, -.infinity, .infinity])).scalars
    #expect(abs(found[0] + 143.413_16) < 1e-4)
    #expect(found[1].isFinite)
    #expect(found[2...].allSatisfy { $0 == -.infinity })
  }

  @Test func endsOfTheQuantiles() {
    let d = Gumbel(location: 2, scale: 3)
    #expect(d.quantile(at: 0) == -.infinity)
    #expect(d.quantile(at: 1) == .infinity)
    #expect(d.inverseSurvival(at: 0) == .infinity)
    #expect(d.inverseSurvival(at: 1) == -.infinity)
  }

  /// Where exp(-z) itself is below the smallest number, the logarithm still has all its digits.
  @Test func logSurvivalBeyondUnderflow() {
    for z in [39.9, 40.1, 700, 1e4, 1e300] {
      let found = standard.logSurvival(at: z)
      #expect(abs(found / -z - 1) < 1e-15)
    }
  }

  @Test func cumulantsAndGeneratingFunctions() {
    let d = Gumbel(location: 0.5, scale: 2)
    // (n - 1)! ζ(n)
    let zeta: [Double] = [
      0, 0, 1.644_934_066_848_226_4, 1.202_056_903_159_594_3, 1.082_323_233_711_138_2,
      1.036_927_755_143_37, 1.017_343_061_984_449_1, 1.008_349_277_381_922_8,
    ]
    var factorial = 1.0
    for n in 2...7 {
      factorial *= Double(max(n - 1, 1))
      let expected = power(2, Double(n)) * factorial * zeta[n]
      #expect(abs(d.cumulant(n) / expected - 1) < 1e-13)
    }
    #expect(d.cumulant(1) == d.mean)
    #expect(abs(d.cumulant(2) / d.variance - 1) < 1e-14)
    #expect(abs(d.cumulant(3) / power(d.variance, 1.5) - d.skewness) < 1e-13)
    #expect(abs(d.cumulant(4) / power(d.variance, 2) - d.excessKurtosis) < 1e-13)
    // The cumulants' power series is the logarithm of the moments' one.
    for t in [-0.05, 0.01, 0.04] {
      var (series, term) = (0.0, 1.0)
      for n in 1...40 {
        term *= t / Double(n)
        series += d.cumulant(n) * term
      }
      #expect(abs(d.cumulantGeneratingFunction(at: t) - series) < 1e-14)
      #expect(abs(logarithm(d.momentGeneratingFunction(at: t)) - series) < 1e-14)
    }
    #expect(d.momentGeneratingFunction(at: 0.5) == .infinity)
    #expect(d.cumulantGeneratingFunction(at: 0.6) == .infinity)
    let minimum = MinimumGumbel(location: 0.5, scale: 2)
    #expect(minimum.cumulant(1) == minimum.mean)
    #expect(abs(minimum.cumulant(3) / power(minimum.variance, 1.5) - minimum.skewness) < 1e-13)
  }

  @Test func scores() {
    let (location, scale, h) = (0.5, 2.0, 1e-5)
    for x in [-6.0, -1, 0.5, 3, 30] {
      func density(_ x: Double, _ location: Double, _ scale: Double, _ minimum: Bool) -> Double {
        minimum
          ? MinimumGumbel(location: location, scale: scale).logProbability(of: x)
          : Gumbel(location: location, scale: scale).logProbability(of: x)
      }
      for minimum in [false, true] {
        let x = minimum ? -x : x
        let found =
          minimum
          ? MinimumGumbel(location: location, scale: scale).score(at: x)
          : Gumbel(location: location, scale: scale).score(at: x)
        let expected = [
          density(x + h, location, scale, minimum) - density(x - h, location, scale, minimum),
          density(x, location + h, scale, minimum) - density(x, location - h, scale, minimum),
          density(x, location, scale + h, minimum) - density(x, location, scale - h, minimum),
        ].map { $0 / (2 * h) }
        for (a, b) in zip([found.value, found.location, found.scale], expected) {
          #expect(abs(a - b) < 1e-8 * (1 + abs(b)))
        }
      }
    }
  }

  @Test func divergences() {
    let first = Gumbel(location: 0.3, scale: 1)
      .klDivergence(to: Gumbel(location: -0.5, scale: 1))
    let second = Gumbel(location: 0.3, scale: 0.7)
      .klDivergence(to: Gumbel(location: -0.5, scale: 1.6))
    #expect(abs(first - 0.249_329) < 1e-6)
    #expect(abs(second - 0.539_293) < 1e-6)
  }

  /// The difference of two Gumbel values is a logistic one.
  @Test func differencesAreLogistic() {
    let (a, b) = RandomKey(21).split()
    let d = Gumbel(location: 1, scale: 2)
    let draws = zip(d.sample(20_000, key: a), d.sample(20_000, key: b)).map { Float($0 - $1) }
    let ratio = kolmogorovSmirnovRatio(draws) { Logistic(location: 0, scale: 2).cdf(at: $0) }
    #expect(ratio <= 1)
  }
}
