import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct DrawTests {
  enum Draw: CaseIterable {
    case uniform, normal, exponential, gumbel

    func callAsFunction(_ shape: Shape, _ key: RandomKey) -> Tensor {
      switch self {
      case .uniform: .uniform(shape, key: key)
      case .normal: .normal(shape, key: key)
      case .exponential: .exponential(shape, key: key)
      case .gumbel: .gumbel(shape, key: key)
      }
    }
    /// Distribution function, mean, variance and third and fourth standardised moments.
    func distribution(_ x: Double) -> Double {
      switch self {
      case .uniform: min(max(x, 0), 1)
      case .normal: normalDistribution(x)
      case .exponential: -exponentialMinusOne(-x)
      case .gumbel: exponential(-exponential(-x))
      }
    }
    var moments: (mean: Double, variance: Double, skewness: Double, kurtosis: Double) {
      switch self {
      case .uniform: (0.5, 1.0 / 12, 0, 1.8)
      case .normal: (0, 1, 0, 3)
      case .exponential: (1, 1, 2, 9)
      case .gumbel: (eulerGamma, Double.pi * Double.pi / 6, 1.139_547_099_4, 5.4)
      }
    }

    private func exponential(_ x: Double) -> Double { _GumbelTestSupport.exponential(x) }
  }

  /// Element i depends on the key and on i alone.
  @Test(arguments: Draw.allCases)
  func prefixes(_ draw: Draw) {
    let key = RandomKey(11)
    let long = draw([5000], key).scalars
    for count in [1, 2, 3, 7, 8, 9, 31, 511, 512, 513, 1025, 4999] {
      let short = draw([count], key).scalars
      #expect(short == Array(long.prefix(count)))
    }
    let matrix = draw([50, 100], key).scalars
    #expect(matrix == long)
    let again = draw([5000], RandomKey(12)).scalars
    let shared = zip(long, again).filter { $0 == $1 }.count
    #expect(shared < 50, "another key gives other draws")
  }

  @Test(arguments: Draw.allCases, [UInt64(1), 2])
  func fits(_ draw: Draw, seed: UInt64) {
    let sample = draw([200_000], RandomKey(seed)).scalars
    let ratio = kolmogorovSmirnovRatio(sample, draw.distribution)
    #expect(ratio < 1)
    let finite = sample.allSatisfy { $0.isFinite }
    #expect(finite)
  }

  @Test(arguments: Draw.allCases)
  func moments(_ draw: Draw) {
    let (mean, variance, skewness, kurtosis) = draw.moments
    let deviation = variance.squareRoot()
    let sample = draw([400_000], RandomKey(5)).scalars.map { (Double($0) - mean) / deviation }
    for (power, expected) in [(1, 0), (2, 1), (3, skewness), (4, kurtosis)] {
      let (found, error) = meanAndError(
        sample.map { x in (0..<power).reduce(1.0) { product, _ in product * x } })
      #expect(Swift.abs(found - expected) < allowedDeviations * error, "moment \(power)")
    }
  }

  /// Neighbours, and elements a block, a tile and a row of threads apart, are not correlated.
  @Test(arguments: Draw.allCases, [1, 2, 3, 4, 8, 512])
  func independence(_ draw: Draw, lag: Int) {
    let (mean, variance, _, _) = draw.moments
    let x = draw([100_000], RandomKey(21)).scalars.map { Double($0) - mean }
    let products = (0..<(x.count - lag)).map { x[$0] * x[$0 + lag] / variance }
    let (found, error) = meanAndError(products)
    #expect(Swift.abs(found) < allowedDeviations * error)
  }

  /// Draws of different keys of one family are not correlated either.
  @Test func independenceOfKeys() {
    let root = RandomKey(8)
    let draws = (0..<300).map { Tensor.normal([300], key: root.folding(in: $0)).scalars }
    let products = zip(draws, draws.dropFirst()).flatMap { a, b in
      zip(a, b).map { Double($0) * Double($1) }
    }
    let (found, error) = meanAndError(products)
    #expect(Swift.abs(found) < allowedDeviations * error)
  }

  /// Both tails: how many of 4 million lie beyond quantiles of 1e-5. The counts are Poisson with
  /// mean 40; the bounds are passed with a probability of 1e-6 each.
  @Test(arguments: [Draw.normal, .exponential, .gumbel])
  func tails(_ draw: Draw) {
    let sample = draw([4_000_000], RandomKey(31)).scalars
    let p = 1e-5
    let (low, high): (Double, Double) =
      switch draw {
      case .normal: (-4.264_890_8, 4.264_890_8)
      case .exponential: (-logarithmOnePlus(-p), -logarithm(p))
      default: (-logarithm(-logarithm(p)), -logarithm(-logarithmOnePlus(-p)))
      }
    let below = sample.reduce(0) { Double($1) < low ? $0 + 1 : $0 }
    let above = sample.reduce(0) { Double($1) > high ? $0 + 1 : $0 }
    #expect((14...75).contains(below))
    #expect((14...75).contains(above))
    // Full precision there: tail values are all different.
    let extreme = sample.filter { Double($0) > high }
    #expect(Set(extreme).count == extreme.count)
  }

  @Test func uniformIsOpenAndEven() {
    let sample = Tensor.uniform([300_000], key: RandomKey(2)).scalars
    let inside = sample.allSatisfy { $0 > 0 && $0 < 1 }
    let isOnGrid = sample.allSatisfy { Int($0 * 16_777_216) % 2 == 1 }
    #expect(inside && isOnGrid)
    let bins = counts(sample.map { Int32($0 * 97) }, classes: 97)
    let ratio = chiSquareRatio(bins, [Double](repeating: 1 / 97, count: 97) + [0])
    #expect(ratio < 1)
  }

  /// The difference of two Gumbel variables is logistic; their maximum is Gumbel, shifted.
  @Test func gumbelRelations() {
    let a = Tensor.gumbel([100_000], key: RandomKey(1))
    let b = Tensor.gumbel([100_000], key: RandomKey(2))
    let difference = kolmogorovSmirnovRatio((a - b).scalars, sigmoidOf)
    #expect(difference < 1)
    let theta = Tensor([0.5, -0.3, 0.1])
    let perturbed = theta + Tensor.gumbel([200_000, 3], key: RandomKey(3))
    let maxima = perturbed.max(along: 1).scalars
    let total = logSumExp([0.5, -0.3, 0.1])
    let fit = kolmogorovSmirnovRatio(maxima) { exponential(-exponential(total - $0)) }
    #expect(fit < 1)
    let (mean, error) = meanAndError(maxima.map(Double.init))
    #expect(Swift.abs(mean - 1.828_466) < allowedDeviations * error)
    // The maximum says nothing about which one it is.
    let winners = perturbed.argmax().int32Scalars
    let threshold = Float(total + 0.366_512_920_6)
    let high = counts(
      zip(winners, maxima).filter { $0.1 > threshold }.map { $0.0 }, classes: 3)
    let ratio = chiSquareRatio(high, softmax([0.5, -0.3, 0.1]) + [0])
    #expect(ratio < 1)
  }

  @Test func bernoulli() {
    let probabilities: [Float] = [0, 1, 0.5, 0.01, 0.99]
    let draws = Tensor.bernoulli(
      probabilities: Tensor(probabilities).broadcast(to: [40_000, 5]), key: RandomKey(6))
    let means = draws.mean(along: 0).scalars
    let values = Set(draws.scalars)
    #expect(values == [0, 1])
    #expect(means[0] == 0)
    #expect(means[1] == 1)
    for (mean, p) in zip(means, probabilities).dropFirst(2) {
      let error = (Double(p) * (1 - Double(p)) / 40_000).squareRoot()
      #expect(Swift.abs(Double(mean) - Double(p)) < allowedDeviations * error)
    }
  }
}
