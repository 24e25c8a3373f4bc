import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct TokenSamplingTests {
  private static func keys(_ count: Int, seed: UInt64 = 1) -> [RandomKey] {
    (0..<count).map { RandomKey(seed).forToken(sequence: $0, position: 5) }
  }

  @Test func drawsHaveTheProbabilitiesOfWhatIsKept() throws {
    let logits: [Float] = [1, 3, 0.5, 3, 2, -1, -.infinity, 2.5]
    let draws = 20_000
    let keys = Self.keys(draws)
    let batch = Tensor(logits).broadcast(to: [draws, logits.count])
    for sampling in [
      try TokenSampling(), try TokenSampling(temperature: 0.7, topK: 3),
      try TokenSampling(temperature: 2, topP: 0.8), try TokenSampling(minP: 0.3),
      try TokenSampling(temperature: 1.5, topK: 6, topP: 0.95, minP: 0.2),
      try TokenSampling(typicalP: 0.6), try TokenSampling(temperature: 2, topNSigma: 1.1),
      try TokenSampling(temperature: 1.5, topP: 0.9, typicalP: 0.8, order: .llamaCpp),
    ] {
      let p = sampling.logProbabilities(logits: Tensor(logits)).scalars
        .map { exponential(Double($0)) }
      #expect(abs(p.reduce(0, +) - 1) < 1e-6)
      let tokens = sampling.tokens(logits: batch, keys: keys).int32Scalars
      let found = counts(tokens, classes: logits.count)
      #expect(found.last == 0 && found[6] == 0)
      #expect(chiSquareRatio(found.dropLast(), p) <= 1, "\(sampling)")
    }
  }

  @Test func logitsInMemoryOfOthersGiveTheSameDraws() throws {
    let logits = Tensor.normal([6, 40], key: RandomKey(3))
    let keys = Self.keys(6)
    for sampling in [try TokenSampling(temperature: 0.9, topK: 20, topP: 0.95), .greedy] {
      let expected = sampling.tokens(logits: logits, keys: keys).int32Scalars
      try logits.scalars.withUnsafeBufferPointer { (buffer) throws in
        #expect(try sampling.tokens(logits: buffer, keys: keys) == expected)
        for row in 0..<6 {
          let part = UnsafeBufferPointer(rebasing: buffer[(40 * row)..<(40 * row + 40)])
          #expect(try sampling.token(logits: part, key: keys[row]) == Int(expected[row]))
        }
      }
    }
    let spoiled: [Float] = [.nan, 1, 2, 3, -.infinity, -.infinity]
    try spoiled.withUnsafeBufferPointer { (buffer) throws in
      let tokens = try TokenSampling.greedy.tokens(logits: buffer, keys: Self.keys(3))
      #expect(tokens == [-1, 1, -1])
      for count in [0, 4, 7] {
        #expect(throws: TokenSamplingError.rows(logits: 6, keys: count)) {
          try TokenSampling.greedy.tokens(logits: buffer, keys: Self.keys(count))
        }
      }
    }
  }

  @Test func keysOfSequencesGiveTheDrawsOfTheirPositions() throws {
    let logits = Tensor.normal([50, 9], key: RandomKey(2))
    let sampling = try TokenSampling(temperature: 1.3, topK: 6)
    let sequences = SequenceKeys((0..<50).map { RandomKey(1).folding(in: $0) })
    let expected = sampling.tokens(logits: logits, keys: Self.keys(50)).int32Scalars
    let found = sampling.tokens(logits: logits, sequences: sequences, position: 5).int32Scalars
    #expect(found == expected)
    let others = sampling.tokens(logits: logits, sequences: sequences, position: 6).int32Scalars
    #expect(others != expected)
  }

  /// 7 and 7 tie at the border of top-k, and the one of lower index stays.
  @Test func filtersKeepWhatTheyAreDefinedToKeep() throws {
    func kept(_ logits: [Float], _ sampling: TokenSampling) -> [Int] {
      let scores = sampling.logProbabilities(logits: Tensor(logits)).scalars
      return scores.indices.filter { scores[$0] > -.infinity }
    }
    // Probabilities 0.1, 0.4, 0.2, 0.3.
    let logits = [0.1, 0.4, 0.2, 0.3].map { Float(logarithm($0)) }
    #expect(kept([1, 7, 9, 7], try TokenSampling(topK: 2)) == [1, 2])
    #expect(kept(logits, try TokenSampling(topP: 0.69)) == [1, 3])
    #expect(kept(logits, try TokenSampling(topP: 0.71)) == [1, 2, 3])
    // Of 0.4 and 0.3, renormalised, the first has 0.571.
    #expect(kept(logits, try TokenSampling(topK: 2, topP: 0.56)) == [1])
    #expect(kept(logits, try TokenSampling(topK: 2, topP: 0.58)) == [1, 3])
    #expect(kept(logits, try TokenSampling(minP: 0.49)) == [1, 2, 3])
    #expect(kept(logits, try TokenSampling(minP: 0.51)) == [1, 3])
    // The temperature comes first: at 1/2 the probabilities are 1/30, 16/30, 4/30, 9/30.
    #expect(kept(logits, try TokenSampling(temperature: 0.5, topP: 0.83)) == [1, 3])
    #expect(kept(logits, try TokenSampling(temperature: 0.5, minP: 0.26)) == [1, 3])
    let equal = [Float](repeating: -2, count: 10)
    #expect(kept(equal, try TokenSampling(topK: 3)) == [0, 1, 2])
    #expect(kept(equal, try TokenSampling(topP: 0.35)) == [0, 1, 2, 3])
    #expect(kept(equal, try TokenSampling(topP: 1e-9)) == [0])
    #expect(kept(equal, try TokenSampling(topP: 1)).count == 10)
    #expect(kept(equal, try TokenSampling(minP: 1)).count == 10)
    #expect(kept(equal, try TokenSampling(topK: 99)).count == 10)
    #expect(kept(equal, .greedy) == [0])
  }

  /// The search for what min-p keeps at least ended nowhere where that is zero.
  @Test func minPEndsAtZero() throws {
    let token = try TokenSampling(minP: exponential(-1)).token(
      logits: [1, 0, -1], key: RandomKey(1))
    #expect(token < 2)
    for temperature in [5e-324, 1e-45, 1, 1e300] {
      for minP in [5e-324, 0.5, 1] {
        let sampling = try TokenSampling(temperature: temperature, minP: minP)
        let found = try sampling.token(logits: [0, -0.0, 0], key: RandomKey(1))
        #expect((0..<3).contains(found))
      }
    }
  }

  /// Probabilities, filters, and how many classes these keep: by the exact numbers that the decimals
  /// stand for.
  static let borders: [(p: [Double], top: Int?, topP: Double?, minP: Double?, kept: Int)] = [
    ([0.5, 0.25, 0.25], nil, nil, 0.5, 3), ([0.5, 0.25, 0.25], nil, nil, 0.500000001, 1),
    ([0.5, 0.249999999999, 0.25], nil, nil, 0.5, 2),
    ([0.45, 0.3, 0.16, 0.09], nil, nil, 0.2, 4), ([0.3, 0.3, 0.1], nil, nil, 1, 2),
    ([0.4, 0.3, 0.2, 0.1], nil, 0.7, nil, 2), ([4, 3, 2, 1], nil, 0.7, nil, 2),
    ([4, 3, 2, 1], nil, 0.9, nil, 3), ([4, 3, 2, 1], nil, 0.7000000001, nil, 3),
    ([0.3, 0.2, 0.2, 0.1, 0.1, 0.1], nil, 0.8, nil, 4),
    ([0.3, 0.2, 0.2, 0.1, 0.1, 0.1], nil, 0.9, nil, 5),
    ([1.0 / 3, 1.0 / 3, 1.0 / 3], nil, 2.0 / 3, nil, 2),
    ([Double](repeating: 0.1, count: 10), nil, 0.3, nil, 3),
    ([Double](repeating: 0.1, count: 10), nil, 0.7, nil, 7),
    ([Double](repeating: 1, count: 100), nil, 0.55, nil, 55),
    ([0.4, 0.3, 0.2, 0.1], 2, 4.0 / 7, nil, 1), ([0.4, 0.3, 0.2, 0.1], 2, 0.58, nil, 2),
    ([1, 0, 1], nil, nil, 0, 2), ([1, 0, 0], nil, 1, nil, 1), ([1, 1], nil, 5e-324, nil, 1),
    ([1e308, 1e308, 1e308, 1e308], nil, 0.75, nil, 3), ([5e-324, 5e-324], nil, 0.5, 1, 1),
  ]

  @Test(arguments: borders.indices) func probabilitiesAreComparedAsGiven(index: Int) throws {
    let (p, top, topP, minP, kept) = Self.borders[index]
    let sampling = try TokenSampling(topK: top, topP: topP, minP: minP)
    let weights = try sampling.filter(probabilities: p)
    #expect(weights.count { $0 > 0 } == kept, "\(weights)")
    // What is kept keeps its odds exactly.
    let ratio = p[0] / weights[0]
    for (weight, probability) in zip(weights, p) where weight > 0 {
      #expect(weight * ratio == probability)
    }
  }

  @Test func narrowNumbersGrantTheirRounding() throws {
    let p: [Double] = [0.4, 0.12, 0.48].map { Double(Float($0)) }
    let sampling = try TokenSampling(minP: 0.25)
    #expect(try sampling.filter(probabilities: p, roundoff: 0x1p-24).count { $0 > 0 } == 3)
    // 0.12 of 0.4 is 0.3, but in float32 a little less.
    let less = try TokenSampling(minP: 0.3)
    #expect(try less.filter(probabilities: Array(p[..<2])).count { $0 > 0 } == 1)
    #expect(
      try less.filter(probabilities: Array(p[..<2]), roundoff: 0x1p-24).count { $0 > 0 } == 2)
  }

  @Test func temperatureAndGreedinessActOnProbabilities() throws {
    let p = [0.1, 0.4, 0.2, 0.4]
    #expect(try TokenSampling.greedy.filter(probabilities: p) == [0, 0.4, 0, 0].map { $0 * 4 })
    let squares = try TokenSampling(temperature: 0.5).filter(probabilities: p)
    for (x, y) in zip(squares, [1.0 / 16, 1, 0.25, 1]) { #expect(abs(x - y) < 1e-15) }
    #expect(try TokenSampling(temperature: 1e-300).filter(probabilities: p) == [0, 1, 0, 1])
    #expect(throws: SamplingError.self) { try TokenSampling().filter(probabilities: [0, -1]) }
    #expect(throws: SamplingError.self) { try TokenSampling().filter(probabilities: []) }
  }

  @Test func aDrawIsTheGumbelMaxOfItsKey() throws {
    let logits = Tensor.normal([5000], key: RandomKey(3)) * 2
    for i in 0..<50 {
      let key = RandomKey(4).forToken(sequence: 2, position: i)
      let expected = Tensor.categorical(logits: logits, key: key).int32Scalar
      let token = try TokenSampling().token(logits: logits.scalars, key: key)
      #expect(token == Int(expected))
    }
    let folded = RandomKey(4).folding(in: 2).folding(in: 7)
    let sample = Tensor.uniform([4], key: RandomKey(4).forToken(sequence: 2, position: 7)).scalars
    #expect(sample == Tensor.uniform([4], key: folded).scalars)
  }

  @Test func rowsHaveSettingsOfTheirOwn() throws {
    let settings = [
      TokenSampling.greedy, try TokenSampling(temperature: 0.8, topK: 40),
      try TokenSampling(topP: 0.9), try TokenSampling(temperature: 1.3, minP: 0.1),
    ]
    let logits = Tensor.normal([2, 2, 700], key: RandomKey(6)) * 3
    let keys = Self.keys(4)
    let drawn = TokenSampling.scoredTokens(logits: logits, settings: settings, keys: keys)
    let tokens = TokenSampling.tokens(logits: logits, settings: settings, keys: keys)
    let table = TokenSampling.logProbabilities(logits: logits, settings: settings)
    #expect(drawn.tokens.shape == [2, 2] && table.shape == logits.shape)
    #expect(tokens.int32Scalars == drawn.tokens.int32Scalars)
    for (row, sampling) in settings.enumerated() {
      let values = Array(logits.scalars[row * 700..<(row + 1) * 700])
      let token = try sampling.token(logits: values, key: keys[row])
      #expect(Int(drawn.tokens.int32Scalars[row]) == token)
      #expect(drawn.logProbabilities.scalars[row] == table.scalars[row * 700 + token])
    }
    #expect(drawn.logProbabilities.scalars[0] == 0)
  }

  @Test func badRowsAreReportedAndTouchNoOther() throws {
    let sampling = try TokenSampling(temperature: 0.9, topK: 5, topP: 0.9, minP: 0.01)
    let clean = Tensor.normal([4, 30], key: RandomKey(8))
    var values = clean.scalars
    values[35] = .nan
    for i in 60..<90 { values[i] = -.infinity }
    let keys = Self.keys(4)
    let expected = sampling.tokens(logits: clean, keys: keys).int32Scalars
    let drawn = sampling.scoredTokens(logits: Tensor(values, shape: [4, 30]), keys: keys)
    #expect(drawn.tokens.int32Scalars == [expected[0], -1, -1, expected[3]])
    #expect(drawn.logProbabilities.scalars.map(\.isNaN) == [false, true, true, false])
  }

  @Test func mistakesInSettingsAndLogitsThrow() throws {
    func message(_ body: () throws(TokenSamplingError) -> Void) -> String {
      do {
        try body()
        return "nothing was thrown"
      } catch { return error.description }
    }
    let key = RandomKey(1)
    for bad in [0, -1, .nan, .infinity] as [Double] {
      let text = message { () throws(TokenSamplingError) in
        _ = try TokenSampling(temperature: bad)
      }
      #expect(text.hasPrefix("temperature \(bad):") && text.contains("greedy"))
    }
    for bad in [0, -0.5, 1.01, .nan] as [Double] {
      let text = message { () throws(TokenSamplingError) in _ = try TokenSampling(topP: bad) }
      #expect(text.hasPrefix("top-p of \(bad):"))
    }
    for bad in [-0.1, 2, .nan] as [Double] {
      let text = message { () throws(TokenSamplingError) in _ = try TokenSampling(minP: bad) }
      #expect(text.hasPrefix("min-p of \(bad):"))
    }
    let topK = message { () throws(TokenSamplingError) in _ = try TokenSampling(topK: 0) }
    #expect(topK.hasPrefix("top-k of 0:"))
    let nan = message { () throws(TokenSamplingError) in
      _ = try TokenSampling.greedy.token(logits: [1, 2, .nan], key: key)
    }
    #expect(nan.hasPrefix("logit 2 is not a number"))
    let none = message { () throws(TokenSamplingError) in
      _ = try TokenSampling.greedy.token(logits: [-.infinity, -.infinity], key: key)
    }
    #expect(none.hasPrefix("all 2 logits are -inf"))
    let empty = message { () throws(TokenSamplingError) in
      _ = try TokenSampling.greedy.token(logits: [], key: key)
    }
    #expect(empty.hasPrefix("no logits"))
    let noRows = TokenSampling.greedy.tokens(logits: Tensor.zeros([0, 4]), keys: [])
    #expect(noRows.shape == [0])
    let one = try TokenSampling(topK: 1, topP: 0.1).token(logits: [-5], key: key)
    #expect(one == 0)
  }

  /// One logit 16.64 above 131,071 equal ones loses with a probability of 0.0077, and only by noise
  /// from far up the tail: 6.2 of 800 draws are expected. None, or more than 25, would come once in
  /// 500 keys, or in ten million.
  @Test func theTailIsWhole() throws {
    let classes = 131_072
    var logits = [Float](repeating: 0, count: classes)
    logits[classes / 3] = 16.64
    let sampling = try TokenSampling()
    let batch = Tensor(logits).broadcast(to: [16, classes])
    var hits = 0
    for step in 0..<50 {
      let keys = (0..<16).map { RandomKey(11).forToken(sequence: $0, position: step) }
      hits += sampling.tokens(logits: batch, keys: keys).int32Scalars
        .count { $0 != Int32(classes / 3) }
    }
    #expect((1...25).contains(hits))
  }

  @Test(arguments: ["keys", "settings", "classes", "compiled"])
  func mistakesInShapesEndTheProcess(_ mistake: String) async {
    await #expect(processExitsWith: .failure) { [mistake] in
      let logits = Tensor.zeros([2, 3])
      let keys = [RandomKey(1), RandomKey(2)]
      switch mistake {
      case "keys": _ = TokenSampling.greedy.tokens(logits: logits, keys: [RandomKey(1)])
      case "settings": _ = TokenSampling.tokens(logits: logits, settings: [.greedy], keys: keys)
      case "classes": _ = TokenSampling.greedy.tokens(logits: Tensor.zeros([2, 0]), keys: keys)
      default:
        let f = compile { (_: inout EmptyGroup, x: Tensor) in
          TokenSampling.greedy.tokens(logits: x * 2, keys: keys)
        }
        var empty = EmptyGroup()
        _ = f(&empty, logits)
      }
    }
  }
}
