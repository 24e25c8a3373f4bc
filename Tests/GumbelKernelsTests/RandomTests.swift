import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

/// n elements of a draw from `first` on.
func draw(
  _ kernel: (UnsafePointer<UInt32>, UInt64, UnsafeMutablePointer<Float>, Int) -> Void,
  key: [UInt32], first: UInt64 = 0, count: Int
) -> [Float] {
  [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
    if let y = buffer.baseAddress { kernel(key, first, y, count) }
    initialized = count
  }
}

extension KernelsTests {
  @Suite struct RandomNumbers {
    struct Draw: CustomTestStringConvertible, Sendable {
      var name: String
      var kernel:
        @Sendable (UnsafePointer<UInt32>, UInt64, UnsafeMutablePointer<Float>, Int) -> Void
      var cumulative: @Sendable (Double) -> Double
      var testDescription: String { name }
    }

    static let draws = [
      Draw(name: "uniform", kernel: { gk_uniform($0, $1, $2, $3) }) { min(max($0, 0), 1) },
      Draw(name: "normal", kernel: { gk_normal($0, $1, $2, $3) }) {
        0.5 * erfc(-$0 / 2.0.squareRoot())
      },
      Draw(name: "exponential", kernel: { gk_exponential($0, $1, $2, $3) }) { 1 - exp(-$0) },
      Draw(name: "Gumbel", kernel: { gk_gumbel($0, $1, $2, $3) }) { exp(-exp(-$0)) },
    ]

    /// The known-answer vectors that the authors of Philox publish.
    @Test func philoxKnownAnswers() {
      let vectors: [(counter: [UInt32], key: [UInt32], out: [UInt32])] = [
        ([0, 0, 0, 0], [0, 0], [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8]),
        (
          [.max, .max, .max, .max], [.max, .max],
          [0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD]
        ),
        (
          [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344], [0xA409_3822, 0x299F_31D0],
          [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1]
        ),
      ]
      for vector in vectors {
        var out: [UInt32] = [0, 0, 0, 0]
        gk_philox4x32_10(vector.counter, vector.key, &out)
        #expect(out == vector.out)
      }
    }

    @Test func wordsAreThoseOfTheBlocks() {
      let key: [UInt32] = [0xDEAD_BEEF, 0x0123_4567]
      withAllForms { form in
        for first: UInt64 in [0, 1, 2, 3, 5, 0x3_FFFF_FFF9, 0xFFFF_FFFF_FFFF_FF01] {
          var words = [UInt32](repeating: 0, count: 200)
          gk_random_bits(key, first, &words, words.count)
          for i in words.indices {
            let element = first + UInt64(i), number = element / 4
            var block: [UInt32] = [0, 0, 0, 0]
            let counter = [UInt32(truncatingIfNeeded: number), UInt32(number >> 32), 0, 0]
            gk_philox4x32_10(counter, key, &block)
            #expect(words[i] == block[Int(element % 4)], "\(form), element \(element)")
          }
        }
      }
    }

    @Test func foldingTakesTheStatedBlock() {
      var folded: [UInt32] = [0, 0], block: [UInt32] = [0, 0, 0, 0]
      gk_fold_key([3, 4], 0x0000_0005_0000_0006, &folded)
      gk_philox4x32_10([6, 5, 0xFFFF_FFFF, 0xF01D_0000], [3, 4], &block)
      #expect(folded == Array(block[0..<2]))
    }

    /// Element i is the same in every draw that holds it: any start, length, number of threads.
    @Test(arguments: draws)
    func elementsDependOnKeyAndIndexAlone(draw d: Draw) {
      let key: [UInt32] = [11, 12], count = 100_000
      withAllForms { form in
        let whole = draw(d.kernel, key: key, first: 0, count: count)
        for other in withThreadCounts({ draw(d.kernel, key: key, count: count) }) {
          #expect(other == whole)
        }
        for start in [0, 1, 2, 3, 4, 5, 6, 7, 1021, 99_900] {
          for length in [0, 1, 2, 3, 4, 5, 7, 8, 9, 31, 33, 100] {
            let part = draw(d.kernel, key: key, first: UInt64(start), count: length)
            #expect(part == Array(whole[start..<start + length]), "\(form) \(start) \(length)")
          }
        }
        let long = draw(d.kernel, key: key, first: 777, count: 2000)
        #expect(long == Array(whole[777..<2777]))
      }
    }

    @Test(arguments: draws)
    func formsAgreeClosely(draw d: Draw) {
      var results: [[Float]] = []
      withAllForms { _ in results.append(draw(d.kernel, key: [1, 2], count: 50_000)) }
      for (a, b) in zip(results[0], results[1]) {
        #expect((a - b).magnitude <= 1e-6 * max(1, a.magnitude))
      }
    }

    /// Kolmogorov and Smirnov's test on 400,000 values under 3 keys; each would fail one run in a
    /// million by chance if the keys were not fixed.
    @Test(arguments: draws)
    func followsItsDistribution(draw d: Draw) {
      for key: [UInt32] in [[1, 1], [2, 77], [0xFFFF_FFFF, 0]] {
        let y = draw(d.kernel, key: key, count: 400_000).sorted()
        var distance = 0.0
        for (i, value) in y.enumerated() {
          let f = d.cumulative(Double(value))
          distance = max(distance, f - Double(i) / 400_000, Double(i + 1) / 400_000 - f)
        }
        #expect(distance * 400_000.0.squareRoot() < 2.69)
      }
    }

    @Test func neighboursAreUncorrelated() {
      for d in Self.draws {
        let y = draw(d.kernel, key: [9, 9], count: 400_001).map(Double.init)
        let mean = y.reduce(0, +) / Double(y.count)
        let variance = y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(y.count)
        for lag in [1, 2, 4, 8] {
          var sum = 0.0
          for i in 0..<400_000 - lag { sum += (y[i] - mean) * (y[i + lag] - mean) }
          // Five standard deviations: one in 1.7 million.
          #expect((sum / 400_000 / variance).magnitude < 5 / 400_000.0.squareRoot(), "\(d.name)")
        }
      }
    }

    @Test func uniformIsOpenAndExact() {
      let y = draw({ gk_uniform($0, $1, $2, $3) }, key: [5, 6], count: 1000)
      var words = [UInt32](repeating: 0, count: 1000)
      gk_random_bits([5, 6], 0, &words, 1000)
      for (value, word) in zip(y, words) {
        #expect(value == Float(2 * (word >> 9) + 1) / 0x1p24)
      }
      // The formula's ends lie inside (0, 1) and are floats.
      #expect(Float(2 * (UInt32.max >> 9) + 1) / 0x1p24 < 1)
    }
  }

  @Suite struct GumbelBits {
    /// The exact value of a word and its refinement: -log u and -log(-log u).
    static func reference(_ word: UInt32, _ refinement: UInt32) -> (e: Double, g: Double) {
      var u: Double, v: Double
      if word < 1 << 24 || word >= UInt32.max - (1 << 24) + 1 {
        let x = UInt64(word) << 32 | UInt64(refinement)
        u = (Double(x) + 0.5) * 0x1p-64
        v = (Double(~x) + 0.5) * 0x1p-64
      } else {
        u = (Double(word) + 0.5) * 0x1p-32
        v = (Double(~word) + 0.5) * 0x1p-32
      }
      let e = u < 0.5 ? -log(u) : -log1p(-v)
      return (e, -log(e))
    }

    static let ends: [UInt32] = [
      0, 1, 2, (1 << 24) - 1, 1 << 24, (1 << 24) + 1, 0x5E2D_58D8, 0x7FFF_FFFF, 0x8000_0000,
      0xB504_F333, 0xFEFF_FFFF, 0xFF00_0000, 0xFF00_0001, .max - 1, .max,
    ]

    @Test func extremePatternsAreFiniteAndAccurate() {
      withAllForms { form in
        for word in Self.ends {
          for refinement in Self.ends {
            Self.check(word, refinement, form)
          }
        }
        #expect((-3.81 ... -3.80).contains(gk_gumbel_from_bits(0, 0)))
        #expect((45.05...45.06).contains(gk_gumbel_from_bits(.max, .max)))
      }
    }

    /// The exponential value has full relative precision; the Gumbel value an absolute error of
    /// 1.4e-7 around 0 and less than one unit in the last place elsewhere.
    static func check(_ word: UInt32, _ refinement: UInt32, _ form: String) {
      let (e, g) = reference(word, refinement)
      let exponential = gk_exponential_from_bits(word, refinement)
      let gumbel = gk_gumbel_from_bits(word, refinement)
      let bits = "\(form): \(String(word, radix: 16)) \(String(refinement, radix: 16))"
      if !(ulps(exponential, from: e) <= 2) {
        Issue.record("\(bits): \(exponential), not \(e)")
      }
      if !((Double(gumbel) - g).magnitude <= 1.4e-7 + 0.8 * Double(Float(g).ulp)) {
        Issue.record("\(bits): \(gumbel), not \(g)")
      }
    }

    @Test func everyRegionIsAccurate() {
      var generator = SplitMix64(state: 40)
      withAllForms { form in
        var word: UInt64 = 0
        while word < 1 << 32 {
          Self.check(UInt32(word), UInt32.random(in: 0...(.max), using: &generator), form)
          word += 4099
        }
        for shift in 0..<32 {
          for _ in 0..<200 {
            let x = UInt32.random(in: 0...(.max), using: &generator)
            let small = UInt32(truncatingIfNeeded: UInt64(x) >> UInt64(shift))
            let y = UInt32.random(in: 0...(.max), using: &generator)
            Self.check(small, y, form)
            Self.check(~small, y, form)
            Self.check(0, small, form)
            Self.check(.max, ~small, form)
          }
        }
      }
    }

    @Test func valuesRiseWithTheirBits() {
      withAllForms { _ in
        var last = -Float.infinity
        for word in Self.ends {
          for refinement: UInt32 in [0, 0x8000_0000, .max] {
            let value = gk_gumbel_from_bits(word, refinement)
            #expect(value >= last)
            last = value
          }
        }
      }
    }

    /// The draw is made of the words of stream 0, refined by those of stream 1.
    @Test func drawsAreMadeOfTheirWords() {
      let key: [UInt32] = [21, 22], count = 30_000
      withAllForms { _ in
        let gumbel = draw({ gk_gumbel($0, $1, $2, $3) }, key: key, count: count)
        let exponential = draw({ gk_exponential($0, $1, $2, $3) }, key: key, count: count)
        var tails = 0
        for i in 0..<count {
          var word: [UInt32] = [0, 0, 0, 0], refinement = word
          gk_philox4x32_10([UInt32(i / 4), 0, 0, 0], key, &word)
          gk_philox4x32_10([UInt32(i / 4), 0, 1, 0], key, &refinement)
          let x = word[i % 4], y = refinement[i % 4]
          tails += x < 1 << 24 || x > ~(1 << 24) ? 1 : 0
          #expect(gumbel[i] == gk_gumbel_from_bits(x, y))
          #expect(exponential[i] == gk_exponential_from_bits(x, y))
        }
        #expect(tails > 100)
      }
    }
  }
}
