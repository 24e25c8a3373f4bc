import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct TokenRequests {
    typealias Settings = gk_token_sampling

    struct Drawn: Equatable {
      var tokens: [Int32], scores: [UInt32], best: [Int32], bestScores: [UInt32]
      var statuses: [Int32], places: [Int64]
    }

    /// Draws from rows of words of a type, with the same mask for all.
    static func draw<Word>(
      _ words: inout [Word], _ type: gk_logit_type, _ settings: [Settings], k: Int,
      mask: [UInt64]? = nil, best: Int = 0, raw: Bool = false
    ) -> Drawn {
      let rows = words.count / k
      var requests = (0..<rows).map { row in
        var request = gk_token_request()
        request.sampling = settings[row % settings.count]
        request.key = (UInt32(row), 17)
        return request
      }
      var tokens = [Int32](repeating: 777, count: rows), scores = [Float](repeating: 7, count: rows)
      var bestTokens = [Int32](repeating: 777, count: rows * best + 1)
      var bestScores = [Float](repeating: 777, count: rows * best + 1)
      words.withUnsafeMutableBytes { words in
        (mask ?? []).withUnsafeBufferPointer { mask in
          for row in requests.indices where !mask.isEmpty { requests[row].mask = mask.baseAddress }
          tokens.withUnsafeMutableBufferPointer { tokens in
            scores.withUnsafeMutableBufferPointer { scores in
              bestTokens.withUnsafeMutableBufferPointer { bestTokens in
                bestScores.withUnsafeMutableBufferPointer { bestScores in
                  var batch = gk_token_batch()
                  batch.logits = words.baseAddress
                  batch.type = type
                  batch.k = k
                  batch.stride = k
                  batch.tokens = tokens.baseAddress
                  batch.log_probabilities = scores.baseAddress
                  batch.best = best
                  batch.best_tokens = bestTokens.baseAddress
                  batch.best_log_probabilities = bestScores.baseAddress
                  batch.raw_scores = raw
                  gk_draw_tokens(&batch, &requests, rows)
                }
              }
            }
          }
        }
      }
      return Drawn(
        tokens: tokens, scores: scores.map(\.bitPattern), best: Array(bestTokens.dropLast()),
        bestScores: bestScores.dropLast().map(\.bitPattern), statuses: requests.map(\.status),
        places: requests.map(\.place))
    }

    static func mask(_ k: Int, _ generator: inout SplitMix64) -> [UInt64] {
      (0..<(k + 63) / 64).map { _ in
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: 0
        case 1: .max
        default: .random(in: 0 ... .max, using: &generator)
        }
      }
    }

    @Test func floatsInPlaceAreDrawnAsElsewhere() {
      var generator = SplitMix64(state: 90)
      for k in [1, 7, 300, 5000, 20_011] {
        var logits = (0..<4).flatMap { Tokens.row($0, k, &generator) }
        logits[0] = 1
        let settings = (0..<4).map { _ in Tokens.randomSettings(k, &generator) }
        let keys: [UInt32] = (0..<4).flatMap { [$0, 17] }
        withAllForms { form in
          let expected = Tokens.draw(logits, settings, keys: keys, rows: 4, k: k)
          let found = Self.draw(&logits, GK_LOGIT_FLOAT32, settings, k: k)
          #expect(found.tokens == expected.tokens, "\(form), \(k)")
          #expect(found.scores == expected.scores.map(\.bitPattern), "\(form), \(k)")
        }
      }
    }

    /// Types of 16 bits, masked or not, to the bits of the same numbers as floats.
    @Test func narrowLogitsAreDrawnAsFloats() {
      var generator = SplitMix64(state: 91)
      for (round, k) in [1, 7, 8, 63, 300, 700, 5000, 20_011, 131_072].enumerated() {
        let logits = (0..<3).flatMap { Tokens.row($0 + round, k, &generator) }
        var halves = logits.map { Float16(max($0, -60_000)).bitPattern }
        var brains = logits.map { UInt16($0.bitPattern >> 16) }
        var fromHalves = halves.map { Float(Float16(bitPattern: $0)) }
        var fromBrains = brains.map { Float(bitPattern: UInt32($0) << 16) }
        let settings = (0..<3).map { _ in Tokens.randomSettings(k, &generator) }
        for mask in [nil, Self.mask(k, &generator)] {
          for raw in [false, true] {
            withAllForms { form in
              let comment: Comment = "\(form), \(k), raw: \(raw), masked: \(mask != nil)"
              let half = Self.draw(
                &halves, GK_LOGIT_FLOAT16, settings, k: k, mask: mask, best: 9, raw: raw)
              let wideHalf = Self.draw(
                &fromHalves, GK_LOGIT_FLOAT32, settings, k: k, mask: mask, best: 9, raw: raw)
              #expect(half == wideHalf, comment)
              let brain = Self.draw(
                &brains, GK_LOGIT_BFLOAT16, settings, k: k, mask: mask, best: 9, raw: raw)
              let wideBrain = Self.draw(
                &fromBrains, GK_LOGIT_FLOAT32, settings, k: k, mask: mask, best: 9, raw: raw)
              #expect(brain == wideBrain, comment)
            }
          }
        }
      }
    }

    /// Every float16 that is a number comes into the list of the best at its place.
    @Test func everyFloat16IsReadExactly() {
      var words = (0..<1 << 16).map { UInt16($0) }
      let finite = words.filter { Float16(bitPattern: $0).isFinite }
      withAllForms { form in
        for start in stride(from: 0, to: finite.count, by: 4000) {
          let part = finite[start..<min(start + 4000, finite.count)]
          var mask = [UInt64](repeating: 0, count: 1 << 10)
          for word in part { mask[Int(word) / 64] |= 1 << (UInt64(word) % 64) }
          let drawn = Self.draw(
            &words, GK_LOGIT_FLOAT16, [Tokens.settings()], k: 1 << 16, mask: mask, best: 4088)
          let expected = part.sorted {
            let (a, b) = (Float16(bitPattern: $0), Float16(bitPattern: $1))
            return a != b ? a > b : $0 < $1
          }
          #expect(drawn.best.prefix(part.count).map { UInt16($0) } == expected, "\(form)")
          #expect(drawn.best.dropFirst(part.count).allSatisfy { $0 == -1 })
        }
      }
    }

    @Test func masksCountAsMinusInfinity() {
      var generator = SplitMix64(state: 92)
      for (round, k) in [1, 63, 64, 65, 300, 5000, 20_011, 131_072].enumerated() {
        var logits = (0..<5).flatMap { Tokens.row($0 + round, k, &generator) }
        let settings = (0..<5).map { _ in Tokens.randomSettings(k, &generator) }
        let mask = Self.mask(k, &generator)
        var masked = logits
        for i in masked.indices where mask[i % k / 64] >> UInt64(i % k % 64) & 1 == 0 {
          masked[i] = -.infinity
          // What is masked has no part, whatever it is.
          if i % 5 == 0 { logits[i] = .nan }
        }
        withAllForms { form in
          let found = Self.draw(&logits, GK_LOGIT_FLOAT32, settings, k: k, mask: mask, best: 5)
          let expected = Self.draw(&masked, GK_LOGIT_FLOAT32, settings, k: k, best: 5)
          #expect(found.tokens == expected.tokens && found.best == expected.best, "\(form), \(k)")
          #expect(found.statuses == expected.statuses, "\(form), \(k)")
          // Sums may be taken over other parts of a row.
          for (x, y) in zip(found.scores + found.bestScores, expected.scores + expected.bestScores)
          {
            let (a, b) = (Float(bitPattern: x), Float(bitPattern: y))
            #expect(a == b || abs(a - b) <= 1e-6 * (1 + abs(b)) || (a.isNaN && b.isNaN))
          }
        }
      }
    }

    /// The best and their scores, against sorting and log-softmax in double precision.
    @Test func scoresAreThoseOfLogSoftmax() {
      var generator = SplitMix64(state: 93)
      for (round, k) in [1, 5, 300, 5000, 70_001].enumerated() {
        for kind in [0, 1, 2, 4, 5] {
          var logits = Tokens.row(kind, k, &generator)
          let order = logits.indices.sorted {
            logits[$0] != logits[$1] ? logits[$0] > logits[$1] : $0 < $1
          }
          let top = Double(logits[order[0]])
          let total = log(order.reversed().reduce(0.0) { $0 + exp(Double(logits[$1]) - top) })
          let settings = Tokens.randomSettings(k, &generator)
          let reference = Tokens.reference(logits, settings)
          for best in [1, 20, 600, 4088] {
            withAllForms { form in
              let comment: Comment = "\(form), \(k), kind \(kind), best \(best), \(settings)"
              let raw = Self.draw(
                &logits, GK_LOGIT_FLOAT32, [settings], k: k, best: best, raw: true)
              let count = min(best, k)
              #expect(raw.best.prefix(count) == order.prefix(count).map { Int32($0) }[...], comment)
              let errors = zip(raw.best, raw.bestScores).prefix(count).map { token, score in
                let expected = Double(logits[Int(token)]) - top - total
                return abs(Double(Float(bitPattern: score)) - expected) / (1 + abs(expected))
              }
              let worst = errors.max()!
              #expect(worst < 2e-6, comment)
              if reference.margin < 1e-13 || round == 4 && best > 20 { return }
              let drawn = Self.draw(&logits, GK_LOGIT_FLOAT32, [settings], k: k, best: best)
              let kept = order.filter { reference.kept.contains($0) }.prefix(best)
              #expect(drawn.best.prefix(kept.count) == kept.map { Int32($0) }[...], comment)
              #expect(drawn.best.dropFirst(kept.count).allSatisfy { $0 == -1 }, comment)
              for (token, bits) in zip(drawn.best, drawn.bestScores) {
                let score = Float(bitPattern: bits)
                if token < 0 {
                  #expect(score == -.infinity)
                  continue
                }
                let expected = reference.logProbabilities[Int(token)]!
                #expect(abs(Double(score) - expected) <= 1e-6 * (1 + abs(expected)), comment)
              }
            }
          }
        }
      }
    }

    @Test func infinitiesAndNaN() {
      withAllForms { form in
        for k in [4, 40, 6000] {
          var rows = [[Float]](repeating: [Float](repeating: 0.5, count: k), count: 4)
          rows[0][k - 2] = .nan
          rows[1] = [Float](repeating: -.infinity, count: k)
          rows[2][1] = .infinity
          rows[2][3] = .infinity
          var logits = rows.flatMap(\.self)
          for raw in [false, true] {
            let drawn = Self.draw(
              &logits, GK_LOGIT_FLOAT32, [Tokens.settings()], k: k, best: 3, raw: raw)
            #expect(drawn.statuses == [Int32(GK_TOKEN_NOT_A_NUMBER), Int32(GK_TOKEN_NONE), 0, 0])
            #expect(drawn.places[0] == Int64(k - 2) && drawn.places[1] == -1, "\(form), \(k)")
            #expect(drawn.tokens[0] == -1 && drawn.tokens[1] == -1)
            #expect(drawn.best.prefix(6).allSatisfy { $0 == -1 })
            #expect(drawn.bestScores.prefix(6).allSatisfy { Float(bitPattern: $0).isNaN })
            #expect(drawn.best[6..<9] == [1, 3, -1])
            let scores = drawn.bestScores[6..<9].map { Float(bitPattern: $0) }
            #expect(abs(scores[0] + log(2)) < 1e-6 && scores[0] == scores[1])
            #expect(scores[2] == -.infinity && [1, 3].contains(drawn.tokens[2]))
            #expect(drawn.best[9..<12] == [0, 1, 2])
          }
        }
      }
    }
  }
}
