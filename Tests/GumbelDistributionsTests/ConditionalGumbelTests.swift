import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct ConditionalGumbelTests {
  static let logits: [Double] = [0.5, -0.25, 0.125, -.infinity, -3]
  static var tensor: Tensor { Tensor(logits.map(Float.init)) }
  static let count = 20_000
  static var standard: Gumbel<Double> { Gumbel(location: 0, scale: 1) }

  /// Every column's draws against the Gumbel distribution around its logit.
  static func marginalRatios(_ rows: [[Float]]) -> [Double] {
    logits.indices.filter { logits[$0] > -.infinity }.map { i in
      let d = Gumbel(location: logits[i], scale: 1)
      return kolmogorovSmirnovRatio(rows.map { $0[i] }) { d.cdf(at: $0) }
    }
  }

  static func rows(_ tensor: Tensor) -> [[Float]] {
    let (values, k) = (tensor.scalars, tensor.shape[-1])
    return (0..<(values.count / k)).map { Array(values[($0 * k)..<(($0 + 1) * k)]) }
  }

  static func argmax<Number: Comparable>(_ row: [Number]) -> Int {
    row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
  }

  /// First the class by its probability, then the noise given the class, is the noise itself.
  @Test func givenTheClassInDoublePrecision() {
    let key = RandomKey(1)
    let classes = Tensor.categorical(
      logits: Self.tensor, shape: [Self.count], key: key.folding(in: 0)
    ).int32Scalars
    let rows = classes.enumerated().map { i, class_ in
      conditionalGumbels(logits: Self.logits, argmax: Int(class_), key: key.folding(in: i + 1))
    }
    let found = rows.map(Self.argmax)
    #expect(found == classes.map(Int.init))
    #expect(rows.allSatisfy { $0[3] == -.infinity })
    let ratios = Self.marginalRatios(rows.map { $0.map(Float.init) })
    #expect(ratios.allSatisfy { $0 <= 1 })
  }

  @Test func givenTheClass() {
    let key = RandomKey(2)
    let classes = Tensor.categorical(
      logits: Self.tensor, shape: [Self.count], key: key.folding(in: 0))
    let draws = conditionalGumbels(
      logits: Self.tensor, argmax: classes, key: key.folding(in: 1))
    #expect(draws.shape == [Self.count, 5])
    #expect(draws.argmax().int32Scalars == classes.int32Scalars)
    let rows = Self.rows(draws)
    #expect(rows.allSatisfy { $0[3] == -.infinity })
    let ratios = Self.marginalRatios(rows)
    #expect(ratios.allSatisfy { $0 <= 1 })
  }

  /// The maximum does not depend on who has it.
  @Test func theMaximumIsIndependentOfTheClass() {
    let total = logSumExp(Self.logits)
    for class_ in [0, 4] {
      let oneHot = Tensor(int32: Int32(class_)).oneHot(depth: 5)
      let draws = conditionalGumbels(
        logits: Self.tensor, oneHot: oneHot.broadcast(to: [Self.count, 5]), key: RandomKey(3))
      let ratio = kolmogorovSmirnovRatio(draws.max(along: -1).scalars) {
        Gumbel(location: total, scale: 1).cdf(at: $0)
      }
      #expect(ratio <= 1)
    }
  }

  /// First the maximum, then the noise given the maximum, is the noise itself; and the class comes
  /// with its probability.
  @Test func givenTheMaximum() {
    let key = RandomKey(4)
    let total = Tensor(Float(logSumExp(Self.logits)))
    let top = Gumbel(location: total, scale: Tensor(1)).sample(
      [Self.count], key: key.folding(in: 0))
    let draws = conditionalGumbels(logits: Self.tensor, maximum: top, key: key.folding(in: 1))
    #expect(draws.max(along: -1).scalars == top.scalars)
    let rows = Self.rows(draws)
    #expect(rows.allSatisfy { $0[3] == -.infinity })
    let ratios = Self.marginalRatios(rows)
    #expect(ratios.allSatisfy { $0 <= 1 })
    let fit = chiSquareRatio(
      counts(draws.argmax().int32Scalars, classes: 5), softmax(Self.logits) + [0])
    #expect(fit <= 1)
  }

  @Test func givenTheMaximumInDoublePrecision() {
    let key = RandomKey(5)
    let tops = Gumbel(location: logSumExp(Self.logits), scale: 1).sample(Self.count, key: key)
    let rows = tops.enumerated().map { i, top in
      conditionalGumbels(logits: Self.logits, maximum: top, key: key.folding(in: i))
    }
    let isTop = zip(rows, tops).allSatisfy { $0.max() == $1 }
    #expect(isTop)
    let ratios = Self.marginalRatios(rows.map { $0.map(Float.init) })
    #expect(ratios.allSatisfy { $0 <= 1 })
  }

  /// The gradients at fixed noise against differences of the formulas in double precision.
  @Test func gradients() {
    let logits = Tensor([0.5, -0.25, 0.125, -3, 2, -1, 0.5, 0.75], shape: [2, 4])
    let top = Tensor([1.5, -2])
    let key = RandomKey(6)
    let noise = Tensor.gumbel([2, 4], key: key).scalars.map(Double.init)
    let weights = Tensor.uniform([2, 4], key: key.folding(in: 1))
    let w = weights.scalars.map(Double.init)
    let classes = Tensor(int32: [1, 3])

    func givenClass(_ logits: [Double]) -> Double {
      (0..<2).reduce(0) { sum, row in
        let range = (4 * row)..<(4 * row + 4)
        let winner = 4 * row + [1, 3][row]
        let largest = logSumExp(Array(logits[range])) + noise[winner]
        return range.reduce(sum) { sum, i in
          let own = -logarithm(exponential(-logits[i] - noise[i]) + exponential(-largest))
          return sum + w[i] * (i == winner ? largest : own)
        }
      }
    }
    func givenMaximum(_ point: [Double]) -> Double {
      (0..<2).reduce(0) { sum, row in
        let range = (4 * row)..<(4 * row + 4)
        let perturbed = range.map { point[$0] + noise[$0] }
        let (highest, bound) = (perturbed.max()!, point[8 + row])
        return zip(range, perturbed).reduce(sum) { sum, pair in
          // Each one's own probability below the old bound, moved below the new one.
          let rest = exponential(-pair.1) - exponential(-highest) + exponential(-bound)
          return sum + w[pair.0] * -logarithm(rest)
        }
      }
    }
    func slopes(_ point: [Double], _ function: ([Double]) -> Double) -> [Double] {
      point.indices.map { i in
        var (up, down) = (point, point)
        up[i] += 1e-5
        down[i] -= 1e-5
        return (function(up) - function(down)) / 2e-5
      }
    }
    let point = logits.scalars.map(Double.init)
    let first = gradient(at: logits) {
      (conditionalGumbels(logits: $0, argmax: classes, key: key) * weights).sum()
    }
    #expect(largestDifference(first, slopes(point, givenClass)) < 2e-5)
    let second = gradient(at: Pair(logits, top)) {
      (conditionalGumbels(logits: $0.first, maximum: $0.second, key: key) * weights).sum()
    }
    let expected = slopes(point + [1.5, -2], givenMaximum)
    #expect(largestDifference(second.first, Array(expected[..<8])) < 2e-5)
    #expect(largestDifference(second.second, Array(expected[8...])) < 2e-5)
  }

  /// Masks, huge logits and far maxima: no NaN in values or gradients, and none passes to a mask.
  @Test func extremes() {
    let rows: [[Float]] = [
      [0, -.infinity, 1], [-.infinity, 2, -.infinity], [1e4, -1e4, 1e4], [-1e9, 0, 0],
      [3e38, 3e38, -3e38], [20, 20, 20],
    ]
    let logits = Tensor(rows.flatMap { $0 }, shape: [rows.count, 3])
    let classes = logits.argmax()
    for seed in 0..<50 {
      let key = RandomKey(UInt64(seed))
      func draws(_ logits: Tensor) -> [Tensor] {
        [
          conditionalGumbels(logits: logits, argmax: classes, key: key),
          conditionalGumbels(logits: logits, maximum: Tensor(-50), key: key),
          conditionalGumbels(logits: logits, maximum: Tensor(1e4), key: key),
        ]
      }
      for i in 0..<3 {
        let draw = draws(logits)[i]
        // A loss that passes no gradient through values of -inf, as softmax does not.
        let slope = gradient(at: logits) { draws($0)[i].softmax().sum(along: 0).max() }
        #expect(draw.scalars.allSatisfy { !$0.isNaN })
        #expect(slope.scalars.allSatisfy { !$0.isNaN })
        let raw = gradient(at: logits) { draws($0)[i].sum() }.scalars
        for (logit, slope) in zip(logits.scalars, raw) where logit == -.infinity {
          #expect(slope == 0)
        }
      }
      #expect(draws(logits)[0].argmax().int32Scalars == classes.int32Scalars)
    }
  }

  /// Rows of -inf stay what they are and leave their neighbours alone.
  @Test func invalidRows() {
    let bad = Tensor([1, 2, -.infinity, -.infinity], shape: [2, 2])
    let good = Tensor([1, 2, 3, 4], shape: [2, 2])
    let key = RandomKey(8)
    let classes = Tensor(int32: [0, 0])
    func pair(_ logits: Tensor) -> [Tensor] {
      [
        conditionalGumbels(logits: logits, argmax: classes, key: key)[0],
        conditionalGumbels(logits: logits, maximum: Tensor([1, 1]), key: key)[0],
      ]
    }
    #expect(zip(pair(bad), pair(good)).allSatisfy { haveSameBits($0, $1) })
  }

  @Test func oneClassAndNoRows() {
    let key = RandomKey(10)
    let empty = conditionalGumbels(
      logits: Tensor.zeros([0, 3]), argmax: Tensor(int32: [], shape: [0]), key: key)
    let none = conditionalGumbels(
      logits: Tensor.zeros([0, 3]), maximum: Tensor.zeros([0]), key: key)
    #expect(empty.shape == [0, 3])
    #expect(none.shape == [0, 3])
    let logits = Tensor([2, -1], shape: [2, 1])
    let top = Tensor([0.5, 7])
    let only = conditionalGumbels(logits: logits, argmax: Tensor(int32: [0, 0]), key: key)
    #expect(only.scalars.allSatisfy { $0.isFinite })
    #expect(conditionalGumbels(logits: logits, maximum: top, key: key).scalars == top.scalars)
    #expect(conditionalGumbels(logits: [2], maximum: 0.5, key: key) == [0.5])
  }

  @Test func drawsDependOnKeyAndPositionAlone() {
    let key = RandomKey(9)
    let many = conditionalGumbels(
      logits: Self.tensor, argmax: Tensor(int32: [0, 1, 2, 4]), key: key)
    let few = conditionalGumbels(logits: Self.tensor, argmax: Tensor(int32: [0, 1]), key: key)
    #expect(haveSameBits(many[0..<2], few))
    // Several draws for every row of a batch.
    let oneHot = Tensor(int32: [0, 1]).oneHot(depth: 5).broadcast(to: [7, 2, 5])
    let batch = conditionalGumbels(
      logits: Tensor.stacked([Self.tensor, Self.tensor]), oneHot: oneHot, key: key)
    #expect(batch.shape == [7, 2, 5])
    #expect(batch.argmax().int32Scalars == (0..<14).map { Int32($0 % 2) })
  }
}
