import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  /// Logits so large that the noise would be lost in a sum with them.
  @Suite struct LargeLogits {
    static let rows = 6000

    /// Draws of every kind, which must agree with each other.
    static func draw(_ logits: [Float], shared: Bool) -> [Int32] {
      let k = shared ? logits.count : logits.count / rows
      let sample = Sample(logits: logits, rows: rows, k: k, shared: shared).drawn()
      var index = [Int32](repeating: 777, count: rows)
      gk_gumbel_max(logits, shared ? 0 : k, [7, 8], 0, &index, rows, k)
      #expect(index == sample.index)
      for r in 0..<rows {
        let winner = Int(sample.index[r])
        let soft = sample.row(sample.soft, r), logSoft = sample.row(sample.logSoft, r)
        #expect(soft.indices.allSatisfy { $0 == winner || soft[$0] < soft[winner] })
        #expect(logSoft.indices.allSatisfy { $0 == winner || logSoft[$0] < logSoft[winner] })
        #expect(sample.hard[r * k + winner] == 1)
        #expect((soft.reduce(0, +) - 1).magnitude < 1e-5)
      }
      return index
    }

    /// The statistic of chi-square of draws from three categories. With two degrees of freedom it
    /// passes x once in e^(x / 2) keys: 27.6 once in a million.
    static func chiSquare(_ index: [Int32], places: [Int], weights: [Double]) -> Double {
      let total = weights.reduce(0, +)
      return zip(places, weights).reduce(0) { sum, pair in
        let count = Double(index.count { Int($0) == pair.0 })
        let expected = Double(rows) * pair.1 / total
        return sum + (count - expected) * (count - expected) / expected
      }
    }

    @Test(arguments: [3, 8, 13, 20, 600], [1e6, -1e6, 3e38, -3e38] as [Float])
    func equalLogitsAreUniform(k: Int, value: Float) {
      let places = [0, k / 2, k - 1]
      var logits = [Float](repeating: value - value.magnitude / 10, count: k)
      for place in places { logits[place] = value }
      withAllForms { form in
        let index = Self.draw(logits, shared: true)
        #expect(Self.chiSquare(index, places: places, weights: [1, 1, 1]) < 27.6, "\(form)")
        if k > 100 { return }
        let own = Array(repeatElement(logits, count: Self.rows).joined())
        #expect(Self.draw(own, shared: false) == index, "\(form)")
      }
    }

    /// Differences that floats of that size still hold count as those of small logits.
    @Test(arguments: [3, 20], [0, 1e6, -1e6, 5000] as [Float])
    func differencesCount(k: Int, base: Float) {
      let places = [k - 1, 1, 0], offsets: [Float] = [0, 1, -0.5]
      var logits = [Float](repeating: base - 1000, count: k)
      for (place, offset) in zip(places, offsets) { logits[place] = base + offset }
      withAllForms { form in
        let weights = offsets.map { exp(Double($0)) }
        let index = Self.draw(logits, shared: true)
        #expect(Self.chiSquare(index, places: places, weights: weights) < 27.6, "\(form)")
      }
    }

    /// Long rows, where most noise is never made and several threads share a row.
    @Test(arguments: [1500, 140_000], [1e6, -1e6, 3e38, -3e38] as [Float])
    func longRowsAreUniform(k: Int, value: Float) {
      let rows = k > 10_000 ? 60 : 1000
      var logits = [Float](repeating: value - value.magnitude / 10, count: k)
      let places = [k / 3, k / 2, k - 1]
      for place in places { logits[place] = value }
      withAllForms { form in
        let results = withThreadCounts { GumbelMax.draw(logits, shared: true, rows: rows, k: k) }
        #expect(results[0] == results[1] && results[0] == results[2])
        let counts = places.map { place in results[0].count { Int($0) == place } }
        #expect(counts.reduce(0, +) == rows)
        let expected = Double(rows) / 3
        let chi = counts.reduce(0) { $0 + pow(Double($1) - expected, 2) / expected }
        #expect(chi < 27.6, "\(counts), \(form)")
      }
    }

    /// A row beside one of large logits has the bits that it has beside any other.
    @Test(arguments: [5, 20])
    func otherRowsAreUntouched(k: Int) {
      var generator = SplitMix64(state: 57)
      let plain = Sample(logits: generator.floats(19 * k), rows: 19, k: k)
      var mixed = plain
      for c in 0..<k { mixed.logits[4 * k + c] += 1e6 }
      withAllForms { _ in
        let a = plain.drawn(), b = mixed.drawn()
        for r in 0..<19 where r != 4 {
          #expect(a.row(a.soft, r) == b.row(b.soft, r))
          #expect(a.row(a.logSoft, r) == b.row(b.logSoft, r))
          #expect(a.index[r] == b.index[r])
        }
        // At 1e6 floats are 1/16 apart, so that the logits themselves are a little different.
        for (x, y) in zip(a.row(a.soft, 4), b.row(b.soft, 4)) {
          #expect((x - y).magnitude < 0.05)
        }
      }
    }
  }
}
