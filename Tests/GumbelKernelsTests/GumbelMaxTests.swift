import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct GumbelMax {
    static func draw(
      _ logits: [Float], shared: Bool, key: [UInt32] = [4, 5], first: UInt64 = 0, rows: Int, k: Int
    ) -> [Int32] {
      var index = [Int32](repeating: 777, count: rows)
      gk_gumbel_max(logits, shared ? 0 : k, key, first, &index, rows, k)
      return index
    }

    /// Whatever is skipped on the way, the winner is the argmax of logits + noise.
    @Test func isTheArgmaxOfPerturbedLogits() {
      var generator = SplitMix64(state: 60)
      let scales: [Float] = [0, 0.001, 1, 10, 1000]
      for (rows, k) in [(3, 10), (4, 1024), (3, 1025), (5, 5001), (2, 200_003)] {
        for scale in scales {
          let logits = generator.floats(rows * k).map { $0 * scale }
          withAllForms { form in
            let noise = KernelsTests.noise(key: [4, 5], first: 99, count: rows * k)
            let index = Self.draw(logits, shared: false, first: 99, rows: rows, k: k)
            var perturbed = zip(logits, noise).map { $0 + $1 }
            var expected = [Int32](repeating: 0, count: rows)
            gk_argmax(&perturbed, &expected, rows, k, 1)
            #expect(index == expected, "\(rows) x \(k), \(scale), \(form)")
          }
        }
      }
    }

    @Test func followsTheRulesForInfinitiesAndNaN() {
      withAllForms { _ in
        for k in [6, 40, 2000, 140_000] {
          var logits = [Float](repeating: -.infinity, count: 5 * k)
          logits[1 * k + k - 1] = -700
          logits[2 * k + 3] = .infinity
          logits[2 * k + 4] = 1e30
          for c in 0..<k { logits[3 * k + c] = 0 }
          logits[3 * k + k / 2] = .nan
          for c in 0..<k { logits[4 * k + c] = c % 2 == 0 ? .infinity : 3 }
          let index = Self.draw(logits, shared: false, rows: 5, k: k)
          #expect(Array(index[0..<4]) == [-1, Int32(k - 1), 3, -1], "\(k)")
          #expect(index[4] >= 0 && index[4] % 2 == 0)
        }
      }
    }

    @Test func threadsDoNotChangeTheResult() {
      var generator = SplitMix64(state: 61)
      for (rows, k) in [(1, 1_000_001), (9, 100_000), (2000, 40)] {
        let logits = generator.floats(rows * k)
        let results = withThreadCounts { Self.draw(logits, shared: false, rows: rows, k: k) }
        #expect(results[0] == results[1] && results[0] == results[2])
      }
    }

    /// One logit 16.64 above 262,144 equal ones: the tail wins with probability 0.0153, and only
    /// noise beyond 13 or so lets it. 30.6 hits of 2,000 are expected; fewer than 15 or more than
    /// 55 would happen once in 1,500 keys.
    @Test func theUpperTailIsWhole() {
      let k = 262_145, rows = 2000
      var logits = [Float](repeating: 0, count: k)
      logits[k / 3] = 16.64
      let index = Self.draw(logits, shared: true, rows: rows, k: k)
      let hits = index.filter { $0 != Int32(k / 3) }
      #expect((15...55).contains(hits.count))
      #expect(Set(hits).count > 10)
    }

    /// One logit far below: it wins only where every other draws from the far lower tail.
    @Test func theLowerTailIsWhole() {
      // Two categories, gap 7: the lower wins with probability 1 / (1 + e^7) = 9.11e-4.
      let rows = 200_000
      let index = Self.draw([7, 0], shared: true, rows: rows, k: 2)
      let hits = Double(index.count { $0 == 1 }), expected = Double(rows) / (1 + exp(7))
      #expect((hits - expected).magnitude < 5 * expected.squareRoot())
    }
  }

  static func noise(key: [UInt32], first: UInt64, count: Int) -> [Float] {
    draw({ gk_gumbel($0, $1, $2, $3) }, key: key, first: first, count: count)
  }
}
