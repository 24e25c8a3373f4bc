import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct TokenFilterTests {
  private func kept(_ logits: [Float], _ sampling: TokenSampling) -> [Int] {
    let scores = sampling.logProbabilities(logits: Tensor(logits)).scalars
    return scores.indices.filter { scores[$0] > -.infinity }
  }

  /// Probabilities 0.1, 0.4, 0.2, 0.3.
  private let logits = [0.1, 0.4, 0.2, 0.3].map { Float(logarithm($0)) }

  /// By hand: the entropy is 1.2799, and -log p is 2.303, 0.916, 1.609, 1.204, so that 0.3 is nearest,
  /// then 0.2, then 0.4. The logits' mean is -1.508, and their deviation 0.5206.
  @Test func typicalAndSigmaKeepWhatTheyAreDefinedToKeep() throws {
    #expect(kept(logits, try TokenSampling(typicalP: 0.29)) == [3])
    #expect(kept(logits, try TokenSampling(typicalP: 0.31)) == [2, 3])
    #expect(kept(logits, try TokenSampling(typicalP: 0.49)) == [2, 3])
    #expect(kept(logits, try TokenSampling(typicalP: 0.51)) == [1, 2, 3])
    #expect(kept(logits, try TokenSampling(typicalP: 0.91)) == [0, 1, 2, 3])
    #expect(kept(logits, try TokenSampling(typicalP: 1)) == [0, 1, 2, 3])
    // 0.3 is 0.2877 below the top, 0.2 is 0.6931, 0.1 is 1.3863.
    #expect(kept(logits, try TokenSampling(topNSigma: 0.55)) == [1])
    #expect(kept(logits, try TokenSampling(topNSigma: 0.56)) == [1, 3])
    #expect(kept(logits, try TokenSampling(topNSigma: 1.33)) == [1, 3])
    #expect(kept(logits, try TokenSampling(topNSigma: 1.34)) == [1, 2, 3])
    #expect(kept(logits, try TokenSampling(topNSigma: 2.7)) == [0, 1, 2, 3])
    let equal = [Float](repeating: -2, count: 10)
    #expect(kept(equal, try TokenSampling(typicalP: 0.1)).count == 10)
    #expect(kept(equal, try TokenSampling(topNSigma: 0.1)).count == 10)
    // On one side of a border is a value that reaches it exactly: 1 and -1 have a deviation of 1.
    #expect(kept([1, -1], try TokenSampling(topNSigma: 2)) == [0, 1])
    #expect(kept([1, -1], try TokenSampling(topNSigma: 1.999)) == [0])
  }

  @Test func filtersActInTheOrderGiven() throws {
    // At a temperature of 1/2 the probabilities are 1/30, 16/30, 4/30, 9/30.
    let orders: [([TokenFilter], [Int])] = [
      (.standard, [1, 3]), (.llamaCpp, [1, 2, 3]), (.vLLM, [1, 3]),
      ([.topP, .temperature], [1, 2, 3]), ([.temperature, .topP], [1, 3]),
    ]
    for (order, expected) in orders {
      #expect(
        kept(logits, try TokenSampling(temperature: 0.5, topP: 0.83, order: order)) == expected)
    }
    // Of 0.4 and 0.3, 0.4 has 0.571; of all, 0.4.
    let top: [([TokenFilter], [Int])] = [([.topK, .topP], [1]), ([.topP, .topK], [1, 3])]
    for (order, expected) in top {
      #expect(kept(logits, try TokenSampling(topK: 2, topP: 0.56, order: order)) == expected)
    }
    // What typical-p leaves has 0.3 as its most likely token, of which 0.2 is more than 0.6.
    #expect(
      kept(logits, try TokenSampling(minP: 0.6, typicalP: 0.45, order: [.typicalP, .minP])) == [
        2, 3,
      ])
    #expect(
      kept(logits, try TokenSampling(minP: 0.6, typicalP: 0.45, order: [.minP, .typicalP])) == [1])
    // A draw takes the temperature wherever it stands.
    let batch = Tensor(logits).broadcast(to: [20_000, 4])
    let keys = (0..<20_000).map { RandomKey(3).folding(in: $0) }
    for order in [[TokenFilter].standard, .llamaCpp, .vLLM] {
      let sampling = try TokenSampling(temperature: 0.5, topK: 3, order: order)
      let found = counts(sampling.tokens(logits: batch, keys: keys).int32Scalars, classes: 4)
      #expect(chiSquareRatio(found, [0, 16.0 / 29, 4.0 / 29, 9.0 / 29]) <= 1)
    }
  }

  @Test func ordersWithoutWhatIsSetAreRefused() {
    #expect(throws: TokenSamplingError.order([.temperature], .topK)) {
      try TokenSampling(topK: 3, order: [.temperature])
    }
    #expect(throws: TokenSamplingError.order([.topK], .temperature)) {
      try TokenSampling(temperature: 2, topK: 3, order: [.topK])
    }
    #expect(throws: TokenSamplingError.order([.topK, .topP, .topK], .topK)) {
      try TokenSampling(order: [.topK, .topP, .topK])
    }
    let error = TokenSamplingError.order([.topK, .minP], .topP)
    #expect("\(error)" == "order topK, minP: expected topP, which is set, in it")
  }

  @Test func anEmptyOrderKeepsAll() throws {
    let sampling = try TokenSampling(order: [])
    #expect(kept(logits, sampling) == [0, 1, 2, 3])
  }

  /// The same of probabilities as of their logits, for many filters in many orders.
  @Test func probabilitiesAreFilteredAsLogitsAre() throws {
    let numbers = Tensor.uniform([600, 6], key: RandomKey(31)).scalars
    for i in 0..<600 {
      let count = 3 + i % 20
      let row = Tensor.uniform([count], key: RandomKey(32).folding(in: i)).scalars.map {
        1e-3 + Double($0)
      }
      let u = numbers[(6 * i)..<(6 * i + 6)].map(Double.init)
      let orders: [[TokenFilter]] = [
        .standard, .llamaCpp, .vLLM, [.minP, .topP, .typicalP, .temperature, .topK, .topNSigma],
      ]
      let sampling = try TokenSampling(
        temperature: 0.3 + u[0], topK: u[1] < 0.5 ? nil : 2 + i % 7, topP: 0.2 + 0.8 * u[2],
        minP: 0.3 * u[3], typicalP: 0.2 + 0.8 * u[4], topNSigma: 0.3 + 3 * u[5],
        order: orders[i % 4])
      let weights = try sampling.filter(probabilities: row)
      let total = weights.reduce(0, +)
      let scores = sampling.logProbabilities(logits: Tensor(row.map { Float(logarithm($0)) }))
        .scalars
      for (weight, score) in zip(weights, scores) {
        #expect(abs(weight / total - exponential(Double(score))) < 1e-5, "\(i)")
      }
    }
  }
}
