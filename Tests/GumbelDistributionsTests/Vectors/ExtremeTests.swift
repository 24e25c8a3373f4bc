import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

private let infinity = Float.infinity

/// Logits far from 0, against the same distributions in double precision.
@Suite struct ExtremeTests {
  static let rows: [[Float]] = [
    [1000, 1000, 1000, 1000], [-1000, -1000, -1000, -1000], [1000, -1000, 0, 999],
    [10000.5, 10001, 9999.25, 10000], [-10000.5, -10001, -9999.25, -10000],
    [1e30, -1e30, 0, 1e30], [-1e30, -2e30, -1e30, -3e30], [0.5, -1e9, 0.25, -1e9],
    [3.4e38, -3.4e38, 0, 1], [-infinity, 2, -infinity, 1],
    [-infinity, -3.4e38, -infinity, -infinity],
    [0, infinity, 1, 2], [infinity, 0, infinity, -infinity],
  ]

  @Test(arguments: rows)
  func categorical(row: [Float]) {
    let exact = Categorical(logits: row.map(Double.init))
    let tensor = Categorical(logits: Tensor(row))
    let classes = Tensor(int32: [0, 1, 2, 3])
    // A difference of two of the largest finite numbers overflows to -inf.
    let logs = (0..<4).map { Double(Float(exact.logProbability(of: $0))) }
    #expect(relativeDifference(tensor.logProbability(of: classes), logs) < 1e-6)
    #expect(largestDifference(tensor.probabilities, exact.probabilities) < 1e-6)
    #expect(largestDifference(tensor.entropy, [exact.entropy]) < 1e-6)
    #expect(tensor.klDivergence(to: tensor).scalar == 0)
    let p = exact.probabilities
    for i in 0..<4 {
      let slope = gradient(at: Tensor(row)) {
        Categorical(logits: $0).logProbability(of: Tensor(int32: Int32(i)))
      }
      // Where some logits are +inf, or the class is impossible, nothing can move.
      let moves = !row.contains(infinity) && logs[i] > -.infinity
      let expected = (0..<4).map { moves ? ($0 == i ? 1 : 0) - p[$0] : 0 }
      #expect(largestDifference(slope, expected) < 1e-6)
    }
    let ofEntropy = gradient(at: Tensor(row)) { Categorical(logits: $0).entropy }
    let expected = zip(p, exact.logProbabilities).map { p, log in
      p == 0 ? 0 : -p * (log + exact.entropy)
    }
    #expect(largestDifference(ofEntropy, expected) < 2e-6)
  }

  @Test(arguments: rows)
  func draws(row: [Float]) {
    let p = Categorical(logits: row.map(Double.init)).probabilities
    let tensor = Tensor(row)
    let draws = Categorical(logits: tensor).sample([2000], key: RandomKey(1)).int32Scalars
    #expect(chiSquareRatio(counts(draws, classes: 4), p + [0]) <= 1)
    let totals = Multinomial(trials: 2000, logits: tensor).sample(key: RandomKey(2)).scalars
    #expect(chiSquareRatio(totals.map { Int($0) }, p) <= 1)
    let first = PlackettLuce(logits: tensor, length: 1).sample([2000], key: RandomKey(3))
    #expect(chiSquareRatio(counts(first.int32Scalars, classes: 4), p + [0]) <= 1)
  }

  /// The density at the distribution's own samples; what is certain to be the same to within the
  /// rounding of terms as large as the logits.
  @Test(arguments: rows, [Float(0.1), 1, 5])
  func relaxed(row: [Float], temperature: Float) {
    let tensor = RelaxedCategorical(logits: Tensor(row), temperature: Tensor(temperature))
    let exact = RelaxedCategorical(
      logits: row.map(Double.init), temperature: Double(temperature))
    let sample = tensor.sample([10], key: RandomKey(4))
    let found = tensor.logProbability(of: sample)
    for i in 0..<10 {
      let y = sample[i].scalars
      let expected = exact.logProbability(of: y.map(Double.init))
      let value = Double(found.scalars[i])
      // A difference of two of the largest finite numbers overflows.
      if row.contains(3.4e38) {
        #expect(!value.isNaN)
        continue
      }
      let largest = y.reduce(0) { $1.isFinite ? max($0, -Double($1 * temperature)) : $0 }
      #expect(value == expected || abs(value - expected) <= 1e-6 * (10 + 4 * largest))
    }
    let slopes = gradient(at: [tensor.logits, sample]) {
      RelaxedCategorical(logits: $0[0], temperature: Tensor(temperature))
        .logProbability(of: $0[1]).sum()
    }
    #expect(areFinite(slopes[0]) && areFinite(slopes[1]))
  }

  @Test(arguments: [Float(1000), -1000, 1e4, 1e30, -1e30, 3.4e38])
  func relaxedBit(logit: Float) {
    let bit = RelaxedBernoulli(logits: Tensor(logit), temperature: Tensor(0.5))
    let exact = RelaxedBernoulli(logits: Double(logit), temperature: 0.5)
    let z: [Float] = [0, 2 * logit, 2.001 * logit, -3, 100]
    let expected = z.map { exact.logProbability(of: Double($0)) }
    let finite = z.allSatisfy(\.isFinite)
    let found = bit.logProbability(of: Tensor(z))
    if finite { #expect(relativeDifference(found, expected) < 1e-6) }
    #expect(!areNaN(found).contains(true))
    let sample = bit.onUnitInterval.sample([100], key: RandomKey(5))
    #expect(areAll(sample, logit > 0 ? 1 : 0))
  }

  @Test(arguments: rows)
  func orders(row: [Float]) {
    let classes = row.map(Double.init)
    let possible = row.filter { $0 > -infinity && (!row.contains(infinity) || $0 == infinity) }
    let length = min(possible.count, 2)
    let tensor = PlackettLuce(logits: Tensor(row), length: length)
    let exact = PlackettLuce(logits: classes, length: length)
    let orders = allOrders(4, length)
    let value = Tensor(int32: orders.flatMap { $0 }, shape: [orders.count, length])
    let expected = orders.map { exact.logProbability(of: $0.map(Int.init)) }
    let found = tensor.logProbability(of: value)
    // A difference of two of the largest finite numbers overflows to -inf.
    if !row.contains(3.4e38) { #expect(relativeDifference(found, expected) < 1e-6) }
    let isNaN = areNaN(found).contains(true)
    #expect(!isNaN)
    let slope = gradient(at: Tensor(row)) {
      PlackettLuce(logits: $0, length: length).logProbability(of: value).max()
    }
    #expect(areFinite(slope))
  }
}
