import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct TokenSamplerTests {
  private static let key = RandomKey(5)

  private struct Drawn {
    var tokens: [Int32], scores: [Float], best: [Int32], bestScores: [Float]
    var errors: [TokenSamplingError?]
  }

  /// Draws into new arrays, and sees that the logits are as they were.
  private static func draw<Logit: TokenLogit & Hashable>(
    _ logits: [Logit], _ rows: inout [TokenRow], classes: Int, stride: Int? = nil,
    kind: TokenScores.Kind = .drawn, best: Int = 0
  ) throws -> Drawn {
    var changed = logits
    var drawn = Drawn(
      tokens: Array(repeating: 777, count: rows.count),
      scores: Array(repeating: 777, count: rows.count),
      best: Array(repeating: 777, count: rows.count * best),
      bestScores: Array(repeating: 777, count: rows.count * best), errors: [])
    let sampler = TokenSampler(classes: classes, rowStride: stride)
    try changed.withUnsafeMutableBufferPointer { logits in
      try drawn.tokens.withUnsafeMutableBufferPointer { tokens in
        try drawn.scores.withUnsafeMutableBufferPointer { scores in
          try drawn.best.withUnsafeMutableBufferPointer { best_ in
            try drawn.bestScores.withUnsafeMutableBufferPointer { bestScores in
              let failures = try sampler.draw(
                from: logits, rows: &rows, into: tokens,
                scores: TokenScores(
                  kind, best: best, tokens: best_, bestLogProbabilities: bestScores,
                  logProbabilities: scores))
              #expect(failures == tokens.count { $0 < 0 })
            }
          }
        }
      }
    }
    drawn.errors = rows.indices.map { sampler.error(inRow: $0) }
    // NaN is unequal to itself.
    #expect(zip(changed, logits).allSatisfy { $0 == $1 || ($0 != $0 && $1 != $1) })
    return drawn
  }

  private static func rows(_ settings: [TokenSampling], position: Int = 3) -> [TokenRow] {
    settings.enumerated().map {
      TokenRow(sampling: $1, key: key.folding(in: $0), position: position)
    }
  }

  private static let settings: [TokenSampling] = {
    do {
      return [
        .greedy, try TokenSampling(temperature: 0.8, topK: 40, topP: 0.95), try TokenSampling(),
        try TokenSampling(typicalP: 0.9, topNSigma: 2),
        try TokenSampling(temperature: 1.4, topP: 0.9, minP: 0.02, order: .llamaCpp),
      ]
    } catch { fatalError("\(error)") }
  }()

  @Test func rowsAreDrawnAsByTheirSettingsAlone() throws {
    let classes = 900
    let logits = (Tensor.normal([5, classes], key: RandomKey(8)) * 3).scalars
    for position in [0, 3, 1 << 50] {
      var rows = Self.rows(Self.settings, position: position)
      let drawn = try Self.draw(logits, &rows, classes: classes)
      let keys = (0..<5).map { Self.key.forToken(sequence: $0, position: position) }
      let expected = TokenSampling.scoredTokens(
        logits: Tensor(logits, shape: [5, classes]), settings: Self.settings, keys: keys)
      #expect(drawn.tokens == expected.tokens.int32Scalars)
      #expect(drawn.scores == expected.logProbabilities.scalars)
      for (row, settings) in Self.settings.enumerated() {
        let part = logits[(row * classes)..<((row + 1) * classes)]
        try part.withUnsafeBufferPointer { part throws in
          #expect(try settings.token(logits: part, key: keys[row]) == Int(drawn.tokens[row]))
        }
      }
    }
  }

  @Test func paddedRowsAreReadByTheirStride() throws {
    let (classes, stride) = (37, 64)
    let logits = Tensor.normal([5, classes], key: RandomKey(9)).scalars
    var padded = [Float](repeating: .nan, count: 4 * stride + classes)
    for i in logits.indices { padded[i / classes * stride + i % classes] = logits[i] }
    var rows = Self.rows(Self.settings)
    let drawn = try Self.draw(padded, &rows, classes: classes, stride: stride)
    let packed = try Self.draw(logits, &rows, classes: classes)
    #expect(drawn.tokens == packed.tokens && drawn.scores == packed.scores)
  }

  @Test func spansAreDrawnFromAndInto() throws {
    #if compiler(>=6.2)
      var logits = Tensor.normal([5, 40], key: RandomKey(9)).scalars
      var rows = Self.rows(Self.settings)
      let expected = try Self.draw(logits, &rows, classes: 40)
      var tokens = [Int32](repeating: 777, count: 5)
      var from = logits.mutableSpan
      var into = tokens.mutableSpan
      try TokenSampler(classes: 40).draw(from: &from, rows: &rows, into: &into)
      #expect(tokens == expected.tokens)
      let span = logits.span.extracting(0..<40)
      #expect(try TokenSampling.greedy.token(logits: span, key: Self.key) == Int(tokens[0]))
    #endif
  }

  /// The formulas by hand, and the draw of what they give.
  private func checkChanges<Logit: TokenLogit & Hashable>(
    _ type: Logit.Type, narrowed: (Float) -> Logit, widened: (Logit) -> Float
  ) throws {
    let classes = 300
    let penalties = try TokenPenalties(repetition: 1.3, presence: 0.4, frequency: 0.25)
    let logits = (Tensor.normal([5 * classes], key: RandomKey(4)) * 3).scalars.map(narrowed)
    var rows = Self.rows(Self.settings)
    var changed = logits
    for row in rows.indices {
      let history = TokenHistory()
      let prompt = (0..<40).map { Int32($0 * 7 % classes) }
      let generated = (0..<60).map { Int32($0 * $0 % 97) }
      history.accept(prompt: prompt)
      generated.forEach { history.accept($0) }
      rows[row].history = history
      rows[row].penalties = penalties
      rows[row].bias = [
        TokenBias(token: 5, value: 2.5), TokenBias(token: 299, value: -.infinity),
        TokenBias(token: 5, value: -0.75), TokenBias(token: 200, value: 1),
      ]
      func change(_ token: Int, _ body: (Double) -> Double) {
        let i = row * classes + token
        changed[i] = narrowed(Float(body(Double(widened(changed[i])))))
      }
      for bias in rows[row].bias { change(Int(bias.token)) { $0 + Double(bias.value) } }
      for token in 0..<classes {
        let count = generated.count { $0 == Int32(token) }
        if count == 0, !prompt.contains(Int32(token)) { continue }
        change(token) {
          let divided = $0 > 0 ? $0 / 1.3 : $0 * 1.3
          return count == 0 ? divided : divided - (0.4 + Double(count) * 0.25)
        }
      }
    }
    var plain = Self.rows(Self.settings)
    let expected = try Self.draw(changed, &plain, classes: classes, best: 8)
    let drawn = try Self.draw(logits, &rows, classes: classes, best: 8)
    #expect(drawn.tokens == expected.tokens && drawn.scores == expected.scores)
    #expect(drawn.best == expected.best && drawn.bestScores == expected.bestScores)
    #expect(drawn.errors.allSatisfy { $0 == nil })
    // Raw scores know nothing of the changes.
    let raw = try Self.draw(logits, &rows, classes: classes, kind: .raw, best: 8)
    let plainRaw = try Self.draw(logits, &plain, classes: classes, kind: .raw, best: 8)
    #expect(raw.tokens == drawn.tokens)
    #expect(raw.best == plainRaw.best && raw.bestScores == plainRaw.bestScores)
    let reference = Tensor(logits.map(widened), shape: [5, classes]).logSoftmax().scalars
    for row in 0..<5 {
      let found = reference[row * classes + Int(raw.tokens[row])]
      #expect(abs(raw.scores[row] - found) < 1e-5)
    }
    // No penalties are none, whatever the history.
    for row in rows.indices {
      rows[row].penalties = .none
      rows[row].bias = []
    }
    let free = try Self.draw(logits, &rows, classes: classes)
    let without = try Self.draw(logits, &plain, classes: classes)
    #expect(free.tokens == without.tokens && free.scores == without.scores)
  }

  @Test func biasAndPenaltiesAreThoseOfTheFormulas() throws {
    try checkChanges(Float.self, narrowed: { $0 }, widened: { $0 })
    try checkChanges(BFloat16.self, narrowed: { BFloat16($0) }, widened: { $0.floatValue })
    #if !((os(macOS) || targetEnvironment(macCatalyst)) && arch(x86_64))
      try checkChanges(Float16.self, narrowed: { Float16($0) }, widened: { Float($0) })
    #endif
  }

  @Test func narrowNumbersAreRoundedToTheNearest() {
    for word: UInt16 in stride(from: 0, through: 0xff7f, by: 0x7f) {
      let x = BFloat16(bitPattern: word).floatValue
      guard x.isFinite else { continue }
      #expect(BFloat16(x).bitPattern == word)
      let ulp = BFloat16(bitPattern: word + 1).floatValue - x
      guard ulp.isFinite, abs(ulp) > 1e-40 else { continue }
      #expect(BFloat16(x + 0.49 * ulp).bitPattern == word)
      #expect(BFloat16(x + 0.51 * ulp).bitPattern == word + 1)
      #expect(BFloat16(x + 0.5 * ulp).bitPattern % 2 == 0)
    }
    #expect(BFloat16(Float.nan).floatValue.isNaN)
    #expect(BFloat16(Float.infinity).floatValue == .infinity)
    #expect(BFloat16(Float.greatestFiniteMagnitude).floatValue == .infinity)
  }

  @Test func rowsWithErrorsTouchNoOther() throws {
    let classes = 70
    let good = (Tensor.normal([9, classes], key: RandomKey(3)) * 2).scalars
    var sampling = [TokenSampling](repeating: Self.settings[1], count: 9)
    sampling[8] = .greedy
    var rows = Self.rows(sampling)
    let expected = try Self.draw(good, &rows, classes: classes, best: 2)
    #expect(expected.errors.allSatisfy { $0 == nil })
    var bad = good
    bad[1 * classes + 69] = .nan
    for c in 0..<classes { bad[2 * classes + c] = -.infinity }
    rows[3].mask = TokenMask(count: classes, allowingAll: false)
    rows[4].mask = TokenMask(count: classes - 1)
    rows[5].bias = [TokenBias(token: 3, value: 1), TokenBias(token: 70, value: 1)]
    rows[6].penalties = try TokenPenalties(presence: 1)
    rows[6].history = TokenHistory()
    rows[6].history!.accept(-1)
    rows[6].history!.accept(123_456)
    rows[7].mask = TokenMask(count: classes, allowed: [69])
    for c in 60..<70 { bad[7 * classes + c] = -.infinity }
    let drawn = try Self.draw(bad, &rows, classes: classes, best: 2)
    let errors: [TokenSamplingError?] = [
      nil, .notANumber(index: 69), .noToken(count: 70), .noAllowedToken(count: 0),
      .mask(count: 69, classes: 70), .unknownToken(70, classes: 70),
      .unknownToken(123_456, classes: 70), .noAllowedToken(count: 1), nil,
    ]
    #expect(drawn.errors == errors)
    for row in rows.indices {
      if errors[row] == nil {
        #expect(drawn.tokens[row] == expected.tokens[row])
        #expect(drawn.scores[row] == expected.scores[row])
      } else {
        #expect(drawn.tokens[row] == -1 && drawn.scores[row].isNaN)
        #expect(drawn.best[2 * row] == -1 && drawn.bestScores[2 * row].isNaN)
        #expect(!"\(errors[row]!)".isEmpty)
      }
    }
    var none: [TokenRow] = []
    let empty = try Self.draw([Float](), &none, classes: classes)
    #expect(empty.tokens.isEmpty)
  }

  @Test func masksLetThroughWhatTheyAllow() throws {
    let classes = 1000
    let logits = (Tensor.normal([5, classes], key: RandomKey(12)) * 3).scalars
    let allowed = (0..<classes).filter { $0 * $0 % 11 == 3 }
    let mask = TokenMask(count: classes, allowed: allowed)
    var masked = [Float](repeating: -.infinity, count: 5 * classes)
    for row in 0..<5 {
      for c in allowed { masked[row * classes + c] = logits[row * classes + c] }
    }
    var (rows, plain) = (Self.rows(Self.settings), Self.rows(Self.settings))
    for row in rows.indices { rows[row].mask = mask }
    let drawn = try Self.draw(logits, &rows, classes: classes, best: 3)
    let expected = try Self.draw(masked, &plain, classes: classes, best: 3)
    #expect(drawn.tokens == expected.tokens && drawn.best == expected.best)
    #expect(zip(drawn.scores, expected.scores).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test func buffersWithoutRoomAreRefused() throws {
    let sampler = TokenSampler(classes: 10, rowStride: 12)
    var rows = Self.rows([.greedy, .greedy])
    var logits = [Float](repeating: 0, count: 22)
    var tokens = [Int32](repeating: 0, count: 8)
    var scores = [Float](repeating: 0, count: 8)
    logits.withUnsafeMutableBufferPointer { logits in
      tokens.withUnsafeMutableBufferPointer { tokens in
        scores.withUnsafeMutableBufferPointer { scores in
          func part<T>(_ buffer: UnsafeMutableBufferPointer<T>, _ count: Int)
            -> UnsafeMutableBufferPointer<T>
          { UnsafeMutableBufferPointer(rebasing: buffer[..<count]) }
          #expect(throws: TokenSamplingError.buffer("logits", count: 21, expected: 22)) {
            try sampler.draw(from: part(logits, 21), rows: &rows, into: tokens)
          }
          #expect(throws: TokenSamplingError.buffer("tokens", count: 1, expected: 2)) {
            try sampler.draw(from: logits, rows: &rows, into: part(tokens, 1))
          }
          #expect(throws: TokenSamplingError.buffer("log-probabilities", count: 1, expected: 2)) {
            try sampler.draw(
              from: logits, rows: &rows, into: tokens,
              scores: TokenScores(.raw, logProbabilities: part(scores, 1)))
          }
          #expect(throws: TokenSamplingError.buffer("best tokens", count: 5, expected: 6)) {
            try sampler.draw(
              from: logits, rows: &rows, into: tokens,
              scores: TokenScores(
                .raw, best: 3, tokens: part(tokens, 5), bestLogProbabilities: scores))
          }
          #expect(throws: TokenSamplingError.best(4089)) {
            try sampler.draw(
              from: logits, rows: &rows, into: tokens,
              scores: TokenScores(
                .raw, best: 4089, tokens: tokens, bestLogProbabilities: scores))
          }
        }
      }
    }
  }

  @Test func mistakesInSettingsThrow() {
    for bad in [0, -1, .nan, .infinity] as [Double] {
      #expect(throws: TokenSamplingError.self) { try TokenPenalties(repetition: bad) }
      #expect(throws: TokenSamplingError.self) { try Mirostat(target: bad) }
      #expect(throws: TokenSamplingError.self) { try Mirostat(rate: bad) }
      #expect(throws: TokenSamplingError.self) { try TokenSampling(topNSigma: bad) }
      if bad < 0 || bad.isFinite { continue }
      #expect(throws: TokenSamplingError.self) { try TokenPenalties(presence: bad) }
      #expect(throws: TokenSamplingError.self) { try TokenPenalties(frequency: bad) }
    }
    for bad in [0, -0.5, 1.01, .nan] as [Double] {
      #expect(throws: TokenSamplingError.self) { try TokenSampling(typicalP: bad) }
    }
  }

  /// Mirostat by hand: what is kept, the surprise after it, and the new limit. Over a long run the
  /// mean surprise is the target: its change from step to step is bounded, so that it cannot be off by
  /// more than the way of the limit divided by rate and steps.
  @Test func mirostatFollowsItsTarget() throws {
    let classes = 500
    let logits = (Tensor.normal([1, classes], key: RandomKey(15)) * 3).scalars
    let p = softmax(logits.map(Double.init))
    let order = p.indices.sorted { p[$0] > p[$1] }
    var rows = [
      TokenRow(
        sampling: try TokenSampling(), key: RandomKey(6),
        mirostat: try Mirostat(target: 3, rate: 0.2))
    ]
    var sum = 0.0
    let steps = 3000
    for step in 0..<steps {
      let before = rows[0].mirostat!.limit
      let token = Int(try Self.draw(logits, &rows, classes: classes).tokens[0])
      rows[0].accept(Int32(token))
      #expect(rows[0].position == step + 1)
      let kept = order.filter { -logarithm(p[$0]) / logarithm(2) <= before }
      let all = kept.isEmpty ? [order[0]] : kept
      #expect(all.contains(token))
      let surprise = -logarithm(p[token] / all.reduce(0) { $0 + p[$1] }) / logarithm(2)
      #expect(abs(rows[0].mirostat!.limit - (before - 0.2 * (surprise - 3))) < 1e-5)
      sum += surprise
    }
    let drift = abs(rows[0].mirostat!.limit - 6) / 0.2 / Double(steps)
    #expect(abs(sum / Double(steps) - 3) <= drift + 1e-5 && drift < 0.05)
  }

  /// 20,000 rows with penalties, a bias, a mask and filters, against probabilities computed here; the
  /// test errs once in a million keys.
  @Test func drawsHaveTheProbabilitiesOfTheirRows() throws {
    let logits: [Float] = [1, 3, 0.5, 3, 2, -1, 4, 2.5]
    let (classes, draws) = (logits.count, 20_000)
    let history = TokenHistory()
    for token: Int32 in [1, 1, 6] { history.accept(token) }
    let mask = TokenMask(count: classes, allowed: [0, 1, 2, 3, 4, 5, 7])
    var rows = (0..<draws).map {
      TokenRow(
        sampling: Self.settings[2], key: RandomKey(21).folding(in: $0),
        bias: [TokenBias(token: 0, value: 1.5)], history: history, mask: mask)
    }
    let penalties = try TokenPenalties(repetition: 1.2, presence: 0.1, frequency: 0.2)
    let sampling = try TokenSampling(temperature: 1.3, topK: 5)
    for row in rows.indices {
      rows[row].penalties = penalties
      rows[row].sampling = sampling
    }
    let all = [[Float]](repeating: logits, count: draws).flatMap(\.self)
    let drawn = try Self.draw(all, &rows, classes: classes)
    // 2.5, 2 (= 3 / 1.2 - 0.1 - 2 · 0.2), -, 3, 2, -, masked, 2.5; the lower index stays of 2 and 2.
    let kept: [Int: Double] = [0: 2.5, 1: 2, 3: 3, 4: 2, 7: 2.5]
    let weights = (0..<classes).map { c in kept[c].map { exponential($0 / 1.3) } ?? 0 }
    let total = weights.reduce(0, +)
    #expect(
      chiSquareRatio(
        counts(drawn.tokens, classes: classes), weights.map { $0 / total }) <= 1)
  }
}
