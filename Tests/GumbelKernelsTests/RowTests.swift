import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Rows {
    static let sizes = [
      (1, 1), (3, 1), (10, 2), (17, 3), (10, 5), (9, 8), (8, 10), (33, 15), (16, 16), (5, 17),
      (4, 100), (2, 1000), (2500, 10), (300, 130),
    ]

    static func softmax(_ x: ArraySlice<Float>) -> [Double] {
      let top = Double(x.max()!)
      let e = x.map { exp(Double($0) - top) }
      let sum = e.reduce(0, +)
      return e.map { $0 / sum }
    }

    /// Compares each row of the kernel's result with a reference in double.
    static func check(
      _ y: [Float], rows: Int, k: Int, tolerance: Double, _ note: String,
      reference: (Int) -> [Double]
    ) {
      for r in 0..<rows {
        let expected = reference(r)
        for c in 0..<k {
          let error = (Double(y[r * k + c]) - expected[c]).magnitude
          if !(error <= tolerance * (1 + expected[c].magnitude)) {
            Issue.record("\(note): row \(r) of \(rows), column \(c) of \(k): error \(error)")
            return
          }
        }
      }
    }

    @Test func softmaxAndItsPullback() {
      var generator = SplitMix64(state: 30)
      for (rows, k) in Self.sizes {
        let x = generator.floats(rows * k, in: -12...12), g = generator.floats(rows * k)
        let row = { (a: [Float], r: Int) in a[r * k..<(r + 1) * k] }
        withAllForms { form in
          var y = [Float](repeating: 9, count: rows * k), dx = y
          gk_softmax(x, &y, rows, k)
          Self.check(y, rows: rows, k: k, tolerance: 5e-7, "softmax \(form)") {
            Self.softmax(row(x, $0))
          }
          gk_softmax_pullback(y, g, &dx, rows, k)
          Self.check(dx, rows: rows, k: k, tolerance: 2e-6, "softmax pullback \(form)") { r in
            let p = row(y, r).map(Double.init), d = row(g, r).map(Double.init)
            let dot = zip(p, d).map(*).reduce(0, +)
            return zip(p, d).map { $0 * ($1 - dot) }
          }
          var inPlace = x
          inPlace.withUnsafeMutableBufferPointer {
            gk_softmax($0.baseAddress!, $0.baseAddress!, rows, k)
          }
          #expect(inPlace == y, "in place, \(rows) x \(k)")
        }
      }
    }

    @Test func logSoftmaxAndItsPullback() {
      var generator = SplitMix64(state: 31)
      for (rows, k) in Self.sizes {
        let x = generator.floats(rows * k, in: -12...12), g = generator.floats(rows * k)
        let row = { (a: [Float], r: Int) in a[r * k..<(r + 1) * k] }
        withAllForms { form in
          var y = [Float](repeating: 9, count: rows * k), dx = y
          gk_log_softmax(x, &y, rows, k)
          Self.check(y, rows: rows, k: k, tolerance: 5e-7, "log softmax \(form)") {
            Self.softmax(row(x, $0)).map { log($0) }
          }
          gk_log_softmax_pullback(y, g, &dx, rows, k)
          Self.check(dx, rows: rows, k: k, tolerance: 1e-5, "log softmax pullback \(form)") { r in
            let p = row(y, r).map { exp(Double($0)) }, d = row(g, r).map(Double.init)
            let sum = d.reduce(0, +)
            return zip(p, d).map { $1 - $0 * sum }
          }
        }
      }
    }

    @Test func crossEntropyAndItsPullback() {
      var generator = SplitMix64(state: 32)
      for (rows, k) in Self.sizes {
        let x = generator.floats(rows * k, in: -12...12), g = generator.floats(rows)
        let label = (0..<rows).map { _ in Int32.random(in: 0..<Int32(k), using: &generator) }
        let row = { (r: Int) in x[r * k..<(r + 1) * k] }
        withAllForms { form in
          var loss = [Float](repeating: 9, count: rows)
          gk_softmax_cross_entropy(x, label, &loss, rows, k)
          Self.check(loss, rows: rows, k: 1, tolerance: 1e-6, "cross-entropy \(form)") { r in
            [-log(Self.softmax(row(r))[Int(label[r])])]
          }
          var dx = [Float](repeating: 9, count: rows * k)
          gk_softmax_cross_entropy_pullback(x, label, g, &dx, rows, k)
          Self.check(dx, rows: rows, k: k, tolerance: 1e-6, "its pullback \(form)") { r in
            Self.softmax(row(r)).enumerated().map { c, p in
              Double(g[r]) * (p - (c == Int(label[r]) ? 1 : 0))
            }
          }
        }
      }
    }

    /// A row's result depends on the row alone, wherever it stands and on whichever thread.
    @Test func rowsAreIndependent() {
      var generator = SplitMix64(state: 33)
      for (rows, k) in [(2000, 1), (4000, 3), (9001, 10), (2003, 16), (700, 129)] {
        let x = generator.floats(rows * k, in: -12...12)
        withAllForms { _ in
          let results = withThreadCounts {
            var y = [Float](repeating: 9, count: rows * k)
            gk_softmax(x, &y, rows, k)
            return y
          }
          #expect(results[0] == results[1] && results[0] == results[2])
          for start in 0..<20 {
            var y = [Float](repeating: 9, count: k)
            gk_softmax(Array(x[start * k..<(start + 1) * k]), &y, 1, k)
            #expect(y == Array(results[0][start * k..<(start + 1) * k]))
          }
        }
      }
    }

    @Test func largeLogitsDoNotOverflow() {
      withAllForms { _ in
        for k in [2, 40] {
          let x = [Float](repeating: 3e38, count: k)
          var y = [Float](repeating: 9, count: k)
          gk_softmax(x, &y, 1, k)
          #expect(y.allSatisfy { ($0 - 1 / Float(k)).magnitude < 1e-7 })
          let masked = [Float](repeating: -1e9, count: k - 1) + [1000]
          gk_softmax(masked, &y, 1, k)
          #expect(y == [Float](repeating: 0, count: k - 1) + [1])
        }
      }
    }
  }
}
