import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct GumbelSoftmaxTests {
  static let logits: [Float] = [0.5, -0.3, 0.1, -1]

  /// At every temperature the largest component is an exact sample, the Gumbel-max draw at the
  /// same noise.
  @Test(arguments: [Float(0), 1e-38, 0.1, 1, 10, 1e6])
  func argmaxIsExact(temperature: Float) {
    let count = 40_000
    let key = RandomKey(17)
    let logits = Tensor(Self.logits)
    let draws = Tensor.categorical(logits: logits, shape: [count], key: key).int32Scalars
    let hard = Tensor.straightThroughGumbelSoftmax(
      logits: logits, temperature: Tensor(temperature), shape: [count], key: key)
    #expect(hard.argmax().int32Scalars == draws)
    let ones = hard.sum(along: 1).scalars
    let isOneHot = Set(hard.scalars) == [0, 1] && ones.allSatisfy { $0 == 1 }
    #expect(isOneHot)
    let ratio = chiSquareRatio(
      counts(draws, classes: 4), softmax(Self.logits.map(Double.init)) + [0])
    #expect(ratio < 1)
    if temperature <= 10 {
      let soft = Tensor.gumbelSoftmax(
        logits: logits, temperature: Tensor(temperature), shape: [count], key: key)
      #expect(soft.argmax().int32Scalars == draws)
      let sums = soft.sum(along: 1).scalars
      let isOnSimplex = sums.allSatisfy { Swift.abs($0 - 1) < 1e-6 }
      #expect(isOnSimplex)
    }
  }

  /// The gradient of the straight-through sample is that of the soft one at the same noise:
  /// (diag y - y yᵀ) g / t.
  @Test(arguments: [Float(0.3), 1, 2])
  func straightThroughGradient(temperature: Float) {
    let key = RandomKey(23)
    let logits = Tensor.normal([6, 4], key: RandomKey(1))
    let weights = Tensor.normal([6, 4], key: RandomKey(2))
    let t = Tensor(temperature)
    let hard = gradient(at: logits) {
      (Tensor.straightThroughGumbelSoftmax(logits: $0, temperature: t, key: key) * weights).sum()
    }
    let soft = gradient(at: logits) {
      (Tensor.gumbelSoftmax(logits: $0, temperature: t, key: key) * weights).sum()
    }
    let isSame = haveSameBits(hard, soft)
    #expect(isSame)
    let y = DoubleTensor(Tensor.gumbelSoftmax(logits: logits, temperature: t, key: key))
    let g = DoubleTensor(weights)
    let expected = DoubleTensor([6, 4]) { index in
      let dot = (0..<4).reduce(0) { $0 + y[[index[0], $1]] * g[[index[0], $1]] }
      return y[index] * (g[index] - dot) / Double(temperature)
    }
    #expect(largestDifference(hard, expected.values) < 1e-5)
  }

  @Test func logSpaceAgrees() {
    let logits = Tensor.normal([50, 7], key: RandomKey(1))
    for temperature: Float in [0.2, 1, 5] {
      let t = Tensor(temperature)
      let soft = Tensor.gumbelSoftmax(logits: logits, temperature: t, key: RandomKey(2))
      let log = Tensor.logGumbelSoftmax(logits: logits, temperature: t, key: RandomKey(2))
      let difference = largestDifference(exp(log), DoubleTensor(soft).values)
      #expect(difference < 1e-6)
    }
    // Where the simplex has no digits left, the logarithm has them.
    let t = Tensor(0.01)
    let many = Tensor.logGumbelSoftmax(
      logits: Tensor.zeros([1000]), temperature: t, shape: [20], key: RandomKey(3))
    let isFinite = many.scalars.allSatisfy { $0.isFinite }
    #expect(isFinite)
    let totals = many.logSumExp().scalars
    let isNormal = totals.allSatisfy { Swift.abs($0) < 1e-5 }
    #expect(isNormal)
    #expect(many.min(along: 1).max().scalar < -100)
  }

  @Test func temperatureOfEachRow() {
    let logits = Tensor.normal([3, 5], key: RandomKey(1))
    let temperatures: [Float] = [0.5, 1, 4]
    let rows = Tensor.gumbelSoftmax(
      logits: logits, temperature: Tensor(temperatures), key: RandomKey(2))
    for (row, temperature) in temperatures.enumerated() {
      let all = Tensor.gumbelSoftmax(
        logits: logits, temperature: Tensor(temperature), key: RandomKey(2))
      #expect(rows[row].scalars == all[row].scalars)
    }
  }

  @Test func extremeTemperatures() {
    let logits = Tensor(Self.logits)
    let key = RandomKey(5)
    let draw = Tensor.categorical(logits: logits, shape: [100], key: key)
    let oneHot = draw.oneHot(depth: 4)
    for temperature: Float in [0, 1e-38, 1e-30] {
      let (value, slope) = valueAndGradient(at: Pair(logits, Tensor(temperature))) { point in
        let sample = Tensor.gumbelSoftmax(
          logits: point.first, temperature: point.second, shape: [100], key: key)
        return (sample * Tensor.normal([100, 4], key: RandomKey(1))).sum()
      }
      let sample = Tensor.gumbelSoftmax(
        logits: logits, temperature: Tensor(temperature), shape: [100], key: key)
      #expect(value.scalar.isFinite)
      #expect(sample.scalars == oneHot.scalars, "exactly one-hot")
      let slopes = slope.first.scalars + [slope.second.scalar]
      #expect(slopes == [0, 0, 0, 0, 0])
    }
    let log = Tensor.logGumbelSoftmax(
      logits: logits, temperature: Tensor(0), shape: [100], key: key)
    #expect(Set(log.scalars) == [0, -.infinity])
    let uniform = Tensor.gumbelSoftmax(
      logits: logits, temperature: Tensor(.infinity), shape: [3], key: key)
    #expect(uniform.scalars == [Float](repeating: 0.25, count: 12))
    let steep = gradient(at: logits) {
      (Tensor.gumbelSoftmax(logits: $0, temperature: Tensor(1e-3), shape: [1000], key: key)
        * Tensor.normal([1000, 4], key: RandomKey(1))).sum()
    }.scalars
    let isFinite = steep.allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  /// A negative or NaN temperature spoils its own row only.
  @Test func invalidTemperatures() {
    let logits = Tensor.normal([4, 3], key: RandomKey(1))
    let good = Tensor.gumbelSoftmax(
      logits: logits, temperature: Tensor([1, 1, 1, 1]), key: RandomKey(2))
    let bad = Tensor.gumbelSoftmax(
      logits: logits, temperature: Tensor([1, -1, .nan, 1]), key: RandomKey(2))
    #expect(bad[0].scalars == good[0].scalars)
    #expect(bad[3].scalars == good[3].scalars)
    let spoilt = bad[1..<3].scalars
    let allNaN = spoilt.allSatisfy { $0.isNaN }
    #expect(allNaN)
  }

  /// Masked classes get exactly 0, and nothing of a gradient.
  @Test(arguments: [4, 30])
  func masks(width: Int) {
    let mask = (0..<width).map { $0 % 3 == 0 ? -Float.infinity : 0 }
    let logits = Tensor.normal([20, width], key: RandomKey(1)) + Tensor(mask)
    let weights = Tensor.normal([20, width], key: RandomKey(3))
    let key = RandomKey(2)
    let t = Tensor(0.7)
    let forms: [(Tensor) -> Tensor] = [
      { Tensor.gumbelSoftmax(logits: $0, temperature: t, key: key) },
      { Tensor.straightThroughGumbelSoftmax(logits: $0, temperature: t, key: key) },
      { exp(Tensor.logGumbelSoftmax(logits: $0, temperature: t, key: key)) },
    ]
    for form in forms {
      let sample = form(logits).scalars
      let slope = gradient(at: logits) { (form($0) * weights).sum() }.scalars
      for i in sample.indices where mask[i % width] != 0 {
        #expect(sample[i] == 0)
        #expect(slope[i] == 0)
      }
      let isFinite = slope.allSatisfy { $0.isFinite }
      #expect(isFinite)
    }
    // The logarithms themselves, of the classes that are left.
    let kept = Tensor(mask).scalars.map { $0 == 0 ? Float(1) : 0 }
    let (slope, ofTemperature) = {
      let both = gradient(at: Pair(logits, t)) { point in
        let log = Tensor.logGumbelSoftmax(
          logits: point.first, temperature: point.second, key: key)
        return select(Tensor(kept), log, Tensor(0)).sum()
      }
      return (both.first.scalars, both.second.scalar)
    }()
    let isFinite = slope.allSatisfy { $0.isFinite } && ofTemperature.isFinite
    #expect(isFinite)
    for i in slope.indices where mask[i % width] != 0 { #expect(slope[i] == 0) }
  }

  @Test func onlyOneFiniteLogit() {
    let logits = Tensor([-.infinity, 3, -.infinity])
    let (sample, slope) = {
      let form = { (logits: Tensor) in
        Tensor.gumbelSoftmax(
          logits: logits, temperature: Tensor(0.5), shape: [10], key: RandomKey(1))
      }
      let weights = Tensor.normal([10, 3], key: RandomKey(2))
      return (form(logits), gradient(at: logits) { (form($0) * weights).sum() })
    }()
    #expect(sample.sum(along: 0).scalars == [0, 10, 0])
    #expect(slope.scalars == [0, 0, 0])
  }

  @Test func smallSizes() {
    let one = Tensor.gumbelSoftmax(
      logits: Tensor([7]), temperature: Tensor(0.5), shape: [4], key: RandomKey(1))
    #expect(one.scalars == [1, 1, 1, 1])
    let log = Tensor.logGumbelSoftmax(
      logits: Tensor([7]), temperature: Tensor(0.5), shape: [4], key: RandomKey(1))
    #expect(log.scalars == [0, 0, 0, 0])
    let none = Tensor.zeros([0, 3])
    let empty = Tensor.gumbelSoftmax(logits: none, temperature: Tensor(1), key: RandomKey(1))
    #expect(empty.shape == [0, 3])
    let slope = gradient(at: none) {
      Tensor.gumbelSoftmax(logits: $0, temperature: Tensor(1), key: RandomKey(1)).sum()
    }
    #expect(slope.shape == [0, 3])
    let shared = gradient(at: Tensor([1, 2])) {
      Tensor.gumbelSoftmax(logits: $0, temperature: Tensor(1), shape: [0], key: RandomKey(1)).sum()
    }
    #expect(shared.scalars == [0, 0])
  }

  /// A row's sample does not depend on how many rows there are, nor on who else is in them.
  @Test func rowsDependOnTheirPlaceAlone() {
    let key = RandomKey(4)
    let logits = Tensor.normal([200, 11], key: RandomKey(1))
    let all = Tensor.gumbelSoftmax(logits: logits, temperature: Tensor(0.8), key: key)
    for count in [1, 7, 8, 9, 63, 199] {
      let some = Tensor.gumbelSoftmax(
        logits: logits[0..<count], temperature: Tensor(0.8), key: key)
      let expected = all[0..<count]
      #expect(some.scalars == expected.scalars)
    }
  }

  /// The mean of a binary relaxed sample at temperature 1 with odds a is
  /// a (a - 1 - ln a) / (a - 1)².
  @Test(arguments: [(2.0, 0.613706), (0.3, 0.308555)])
  func binaryMean(odds: Double, expected: Double) {
    let sample = Tensor.gumbelSoftmax(
      logits: Tensor([Float(logarithm(odds)), 0]), temperature: Tensor(1), shape: [200_000],
      key: RandomKey(9))
    let (mean, error) = meanAndError(
      sample.sliced(along: 1, 0..<1).scalars.map(Double.init))
    #expect(Swift.abs(mean - expected) < allowedDeviations * error)
  }

  /// The pathwise gradients that are known: of E f with f(z) = exp(0.8 w·z) + 0.3 |z|².
  @Test(arguments: [
    (0.5, [0.268, -0.231, -0.037]), (1.0, [0.208, -0.198, -0.011]),
  ])
  func meanGradient(temperature: Double, expected: [Double]) {
    let count = 200_000
    let w = Tensor([1, -0.7, 0.4])
    let theta = Tensor([0.5, -0.3, 0.1]).broadcast(to: [count, 3])
    let slopes = gradient(at: theta) { theta in
      let z = Tensor.gumbelSoftmax(
        logits: theta, temperature: Tensor(Float(temperature)), key: RandomKey(6))
      let f = exp(0.8 * (w * z).sum(along: 1)) + 0.3 * square(z).sum(along: 1)
      return f.sum()
    }
    for k in 0..<3 {
      let (mean, error) = meanAndError(
        slopes.sliced(along: 1, k..<(k + 1)).scalars.map(Double.init))
      // The expected values are known to three digits.
      #expect(Swift.abs(mean - expected[k]) < allowedDeviations * error + 0.0005)
    }
  }

  /// Second derivatives where an element of a sample underflows to 0: those of the same function in
  /// elementary operations.
  @Test(arguments: [true, false])
  func secondDerivativesAtZero(isStraightThrough: Bool) {
    let w = Tensor([0.3, -1, 2])
    func composed(_ logits: Tensor, _ t: Tensor) -> Tensor {
      (square(((logits + Tensor.gumbel([3], key: RandomKey(3))) / t).softmax()) * w).sum()
    }
    func fused(_ logits: Tensor, _ t: Tensor) -> Tensor {
      let draw = Tensor.gumbelSoftmax(logits: logits, temperature: t, key: RandomKey(3))
      if !isStraightThrough { return (square(draw) * w).sum() }
      let hard = Tensor.straightThroughGumbelSoftmax(
        logits: logits, temperature: t, key: RandomKey(3))
      // The gradient of the sample itself, at a value that is not the sample.
      return ((draw.stoppingGradient() * 2 * w) * hard).sum()
    }
    let point = Pair(Tensor([0, -20, 1]), Tensor(0.1))
    #expect(
      Tensor.gumbelSoftmax(logits: point.first, temperature: point.second, key: RandomKey(3))
        .scalars.contains(0))
    func second(
      _ f: @escaping (Tensor, Tensor) -> Tensor
    ) -> [Float] {
      let slope = gradient(at: point) { point in
        let inner = gradient(at: point) { f($0.first, $0.second) }
        return (inner.first * Tensor([1, 2, -1])).sum() + inner.second
      }
      return slope.first.scalars + [slope.second.scalar]
    }
    let found = second(fused)
    if isStraightThrough {
      #expect(found.allSatisfy { $0.isFinite })
    } else {
      for (a, b) in zip(found, second(composed)) {
        #expect(Swift.abs(a - b) <= 2e-3 * Swift.max(1, Swift.abs(b)), "\(a), expected \(b)")
      }
    }
    let compiled = compile { (_: inout EmptyGroup, point: Pair<Tensor, Tensor>) in
      gradient(at: point) { point in
        gradient(at: point) { fused($0.first, $0.second) }.second
      }
    }
    var empty = EmptyGroup()
    let replayed = compiled(&empty, point)
    let eager = gradient(at: point) { point in
      gradient(at: point) { fused($0.first, $0.second) }.second
    }
    #expect(haveSameBits(replayed, eager))
  }
}
