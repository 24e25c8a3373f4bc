import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

// Frequencies against probabilities, with fixed keys and the error rate that Statistics states.

private let logits: [Float] = [-.infinity, 0.5, -0.3, -.infinity, 0.1, -3, -.infinity]
private let exact = Categorical(logits: logits.map(Double.init))
private let draws = 40_000

/// How often each of the orders occurs among rows of indices; others are counted last.
private func orderCounts(_ rows: Tensor, _ orders: [[Int32]]) -> [Int] {
  let width = rows.shape[-1]
  let elements = rows.int32Scalars
  let positions = Dictionary(uniqueKeysWithValues: orders.enumerated().map { ($1, $0) })
  var counts = [Int](repeating: 0, count: orders.count + 1)
  for row in 0..<(elements.count / width) {
    let order = Array(elements[(row * width)..<((row + 1) * width)])
    counts[positions[order] ?? orders.count] += 1
  }
  return counts
}

/// All orders of `length` of 0 ..< count.
func allOrders(_ count: Int, _ length: Int) -> [[Int32]] {
  if length == 0 { return [[]] }
  return allOrders(count, length - 1).flatMap { order in
    (0..<Int32(count)).filter { !order.contains($0) }.map { order + [$0] }
  }
}

@Suite struct SamplingTests {
  @Test func categoricalFrequencies() {
    let p = exact.probabilities
    let single = Categorical(logits: Tensor(logits)).sample([draws], key: RandomKey(1))
    let batch = Categorical(logits: Tensor(logits + logits, shape: [2, 7]))
      .sample([draws], key: RandomKey(2))
    let ofProbabilities = Categorical(probabilities: Tensor(p.map { Float(3 * $0) }))
      .sample([draws], key: RandomKey(3))
    for tensor in [single, batch, ofProbabilities] {
      let ratio = chiSquareRatio(counts(tensor.int32Scalars, classes: 7), p + [0])
      #expect(ratio <= 1)
    }
  }

  @Test func oneHotsAreExact() {
    let oneHot = OneHotCategorical(logits: Tensor(logits))
    let straight = StraightThroughOneHotCategorical(
      logits: Tensor(logits), temperature: Tensor(0.7))
    for sample in [
      oneHot.sample([draws], key: RandomKey(4)), straight.sample([draws], key: RandomKey(5)),
    ] {
      #expect(sample.shape == [draws, 7])
      let areBits = sample.scalars.allSatisfy { $0 == 0 || $0 == 1 }
      #expect(areBits)
      #expect(areAll(sample.sum(along: -1), 1))
      let frequencies = sample.sum(along: 0).scalars.map { Int($0) }
      let ratio = chiSquareRatio(frequencies, exact.probabilities)
      #expect(ratio <= 1)
    }
  }

  /// The largest component of a relaxed sample is the Gumbel-max draw of the same noise.
  @Test(arguments: [Float(0.01), 0.5, 1, 20, 1000])
  func relaxedWinners(temperature: Float) {
    let key = RandomKey(6)
    let relaxed = RelaxedCategorical(logits: Tensor(logits), temperature: Tensor(temperature))
    let expected = Categorical(logits: Tensor(logits)).sample([draws], key: key).int32Scalars
    let winners = relaxed.sample([draws], key: key).argmax().int32Scalars
    let onSimplex = relaxed.onSimplex.sample([draws], key: key).argmax().int32Scalars
    #expect(winners == expected)
    #expect(onSimplex == expected)
    let ratio = chiSquareRatio(counts(winners, classes: 7), exact.probabilities + [0])
    #expect(ratio <= 1)
  }

  @Test func plackettLuceFrequencies() {
    let logits: [Double] = [0.5, -0.3, 0.1, -1]
    for length in 1...4 {
      let single = PlackettLuce(logits: logits, length: length)
      let orders = allOrders(4, length)
      let p = orders.map { exponential(single.logProbability(of: $0.map(Int.init))) }
      let tensor = PlackettLuce(
        logits: Tensor(logits.map(Float.init)).broadcast(to: [2, 4]), length: length)
      let rows = tensor.sample([draws / 2], key: RandomKey(7))
      #expect(rows.shape == [draws / 2, 2, length])
      let ratio = chiSquareRatio(orderCounts(rows, orders), p + [0])
      #expect(ratio <= 1, "length \(length)")
    }
  }

  @Test func multinomialFrequencies() {
    let logits: [Double] = [0.5, -.infinity, -0.3, 0.1]
    let single = Multinomial(trials: 3, logits: logits)
    let tensor = Multinomial(trials: 3, logits: Tensor(logits.map(Float.init)))
    let outcomes = (0...3).flatMap { a in (0...(3 - a)).map { b in [a, 0, b, 3 - a - b] } }
    let p = outcomes.map { exponential(single.logProbability(of: $0)) }
    #expect(abs(p.reduce(0, +) - 1) < 1e-14)
    let elements = tensor.sample([draws], key: RandomKey(8)).scalars.map { Int($0) }
    var frequencies = [Int](repeating: 0, count: outcomes.count + 1)
    for row in 0..<draws {
      let outcome = Array(elements[(4 * row)..<(4 * row + 4)])
      frequencies[outcomes.firstIndex(of: outcome) ?? outcomes.count] += 1
    }
    let ratio = chiSquareRatio(frequencies, p + [0])
    #expect(ratio <= 1)
  }

  @Test func straightThroughBits() {
    let logits: [Float] = [-2, 0, 0.7, .infinity, -.infinity]
    let bits = StraightThroughBernoulli(logits: Tensor(logits), temperature: Tensor(0.5))
      .sample([draws], key: RandomKey(9))
    let areBits = bits.scalars.allSatisfy { $0 == 0 || $0 == 1 }
    #expect(areBits)
    for (ones, logit) in zip(bits.sum(along: 0).scalars, logits) {
      let p = sigmoidOf(Double(logit))
      let ratio = chiSquareRatio([Int(ones), draws - Int(ones)], [p, 1 - p])
      #expect(ratio <= 1)
    }
  }

  /// Element i of a draw depends on the key and on i alone.
  @Test(.serialized, arguments: [1, 3])
  func drawsDoNotDependOnBatchesOrThreads(threads: Int) {
    let (key, some) = (RandomKey(10), Tensor.normal([6], key: RandomKey(11)))
    let usual = Backend.threadCount
    defer { Backend.threadCount = usual }
    let distributions: [any Distribution] = [
      Categorical(logits: some), OneHotCategorical(logits: some),
      RelaxedCategorical(logits: some, temperature: Tensor(0.5)),
      RelaxedOneHotCategorical(logits: some, temperature: Tensor(0.5)),
      StraightThroughOneHotCategorical(logits: some, temperature: Tensor(0.5)),
      RelaxedBernoulli(logits: Tensor(0.3), temperature: Tensor(0.5)),
      UnitRelaxedBernoulli(logits: Tensor(0.3), temperature: Tensor(0.5)),
      StraightThroughBernoulli(logits: Tensor(0.3), temperature: Tensor(0.5)),
      PlackettLuce(logits: some, length: 3), Multinomial(trials: 5, logits: some),
    ]
    for distribution in distributions {
      Backend.threadCount = usual
      let all = distribution.sample([3000], key: key)
      Backend.threadCount = threads
      let few = distribution.sample([70], key: key)
      let name = "\(type(of: distribution))"
      #expect(haveSameBits(few, all[0..<70]), "\(name)")
      #expect(haveSameBits(distribution.sample([60, 50], key: key).reshaped(to: all.shape), all))
    }
  }
}
