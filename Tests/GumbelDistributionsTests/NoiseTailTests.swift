import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Draws far out in the tails, where coarse noise shows first.
@Suite struct NoiseTailTests {
  static let count = 1 << 21

  /// Counts of draws beyond ±12: 1.29 in a hundred thousand... expected, five deviations allowed.
  @Test func logisticTails() {
    let draws = Logistic(location: Tensor(0), scale: Tensor(1))
      .sample([Self.count], key: RandomKey(1)).scalars
    let expected = Double(Self.count) * Logistic(location: 0, scale: 1).survival(at: 12)
    let (above, below) = (draws.count { $0 > 12 }, draws.count { $0 < -12 })
    #expect(draws.allSatisfy { $0.isFinite })
    #expect(abs(Double(above) - expected) < allowedDeviations * expected.squareRoot())
    #expect(abs(Double(below) - expected) < allowedDeviations * expected.squareRoot())
  }

  /// A probability that float32 noise of 24 bits would round to 0 or to a multiple of 2⁻²⁴.
  @Test func rareBernoulli() {
    let logit = Float(-13)
    let draws = Bernoulli(logits: Tensor(logit)).sample([Self.count], key: RandomKey(2))
    let expected = Double(Self.count) * Bernoulli(logits: Double(logit)).mean
    let found = Double(draws.sum().scalar)
    #expect(abs(found - expected) < allowedDeviations * expected.squareRoot())
  }

  /// Transformed rejection in fine cells, where it has just taken over from inversion and where it
  /// has many values.
  @Test(arguments: [(40, 0.3), (40, 0.7), (20, 0.5), (500, 0.1), (30_000, 0.4)])
  func binomial(_ trials: Int, _ p: Double) {
    let d = Binomial(trials: trials, probabilities: p)
    let draws = d.sample(40_000, key: RandomKey(UInt64(trials)))
    let (low, high) = (d.quantile(at: 1e-3), d.inverseSurvival(at: 1e-3))
    let cells = Int(high - low) + 1
    let classes = draws.map { Int32(min(max($0, low), high) - low) }
    var probabilities = (0..<cells).map { d.probability(of: low + Double($0)) }
    probabilities[0] = d.cdf(at: low)
    probabilities[cells - 1] = d.survival(at: high - 1)
    let ratio = chiSquareRatio(counts(classes, classes: cells), probabilities + [0])
    #expect(ratio <= 1)
  }

  /// In a process of its own: the number of threads is global.
  @Test func drawsDoNotDependOnThreads() async {
    await #expect(processExitsWith: .success) {
      let places = [Tensor([0.5, -1, 2]), Tensor([1, 2, 0.5])]
      let batches: [any Distribution] = [
        Gumbel(location: places[0], scale: places[1]),
        MinimumGumbel(location: places[0], scale: places[1]),
        TruncatedGumbel(location: places[0], scale: places[1], upper: Tensor(3)),
        Normal(location: places[0], scale: places[1]),
        Logistic(location: places[0], scale: places[1]),
        Uniform(lower: places[0], upper: places[0] + places[1]),
        Exponential(rate: places[1]), Bernoulli(logits: places[0]),
        Binomial(trials: Tensor(50), logits: places[0]),
      ]
      func draws() -> [Tensor] { batches.map { $0.sample([50_001], key: RandomKey(5)) } }
      Backend.threadCount = 1
      let alone = draws()
      for threads in [2, 5] {
        Backend.threadCount = threads
        let together = draws()
        precondition(zip(alone, together).allSatisfy { haveSameBits($0, $1) })
      }
    }
  }

  /// Bounds far out on either side: everything stays finite and between them.
  @Test func truncationFarOut() {
    let lower: [Float] = [-.infinity, -.infinity, 40, -5, -.infinity, 2]
    let upper: [Float] = [-10, 50, .infinity, -4.875, 0, 2.0625]
    let d = TruncatedGumbel(
      location: Tensor([0, 0, 0, 0, 100, 1000]), scale: Tensor(1), lower: Tensor(lower),
      upper: Tensor(upper))
    let draws = d.sample([2000], key: RandomKey(6)).scalars
    for (i, x) in draws.enumerated() {
      let isInside = x >= lower[i % 6] && x <= upper[i % 6] && x.isFinite
      #expect(isInside)
    }
    let slope = gradient(at: [d.location, d.lower, d.upper]) {
      TruncatedGumbel(location: $0[0], scale: Tensor(1), lower: $0[1], upper: $0[2])
        .pathwiseSample([200], key: RandomKey(7)).sum()
    }
    #expect(slope.allSatisfy { $0.scalars.allSatisfy { $0.isFinite } })
  }
}
