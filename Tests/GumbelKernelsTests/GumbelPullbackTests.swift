import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct GumbelPullback {
    typealias Kernel =
      @Sendable (
        UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, Int,
        UnsafeMutablePointer<Float>?, UnsafeMutablePointer<Float>?, Int, Int
      ) -> Void

    struct Result: Equatable {
      var dx: [Float]
      var sum: [Float]
    }

    static func apply(
      _ kernel: Kernel, _ y: [Float], _ g: [Float], _ t: [Float], rows: Int, k: Int
    ) -> Result {
      var result = Result(
        dx: [Float](repeating: 777, count: rows * k), sum: [Float](repeating: 777, count: k))
      kernel(y, g, t, t.count == 1 ? 0 : 1, &result.dx, &result.sum, rows, k)
      // Each output alone has the same bits.
      var dx = [Float](repeating: 777, count: rows * k), sum = [Float](repeating: 777, count: k)
      kernel(y, g, t, t.count == 1 ? 0 : 1, &dx, nil, rows, k)
      kernel(y, g, t, t.count == 1 ? 0 : 1, nil, &sum, rows, k)
      #expect(same(dx, result.dx) && same(sum, result.sum))
      return result
    }

    static let soft: Kernel = { gk_gumbel_softmax_pullback($0, $1, $2, $3, $4, $5, $6, $7) }
    static let logarithmic: Kernel = {
      gk_log_gumbel_softmax_pullback($0, $1, $2, $3, $4, $5, $6, $7)
    }

    @Test(arguments: [false, true])
    func agreesWithItsDefinition(inLogSpace: Bool) {
      var generator = SplitMix64(state: 70)
      for (rows, k) in GumbelSoftmax.sizes + [(2500, 10), (300, 130)] {
        for temperatures in [1, rows] {
          let t = generator.floats(temperatures, in: 0.2...3)
          let sample = Sample(
            logits: generator.floats(rows * k), rows: rows, k: k, temperature: t
          ).drawn()
          let y = inLogSpace ? sample.logSoft : sample.soft
          let g = generator.floats(rows * k)
          var dx = [Double](), sums = [Double](repeating: 0, count: k)
          var magnitudes = sums
          for r in 0..<rows {
            let p = (0..<k).map { inLogSpace ? exp(Double(y[r * k + $0])) : Double(y[r * k + $0]) }
            let d = (0..<k).map { Double(g[r * k + $0]) }
            let reduced = inLogSpace ? d.reduce(0, +) : zip(p, d).map(*).reduce(0, +)
            for c in 0..<k {
              let z = inLogSpace ? d[c] - p[c] * reduced : p[c] * (d[c] - reduced)
              let v = z / Double(t[temperatures == 1 ? 0 : r])
              dx.append(v)
              sums[c] += v
              magnitudes[c] += v.magnitude + 1
            }
          }
          withAllForms { form in
            let result = Self.apply(
              inLogSpace ? Self.logarithmic : Self.soft, y, g, t, rows: rows, k: k)
            let near = zip(result.dx, dx).allSatisfy {
              (Double($0) - $1).magnitude < 2e-6 * (10 + Double(k) / 10 + $1.magnitude)
            }
            #expect(near, "\(rows) x \(k) \(form)")
            for c in 0..<k {
              #expect((Double(result.sum[c]) - sums[c]).magnitude <= 5e-6 * magnitudes[c])
            }
          }
        }
      }
    }

    /// At temperature 0, and wherever a row is exactly one-hot, the gradient is 0 and not NaN.
    @Test(arguments: [1, 5, 16, 17, 40])
    func oneHotRowsHaveNoGradient(k: Int) {
      var generator = SplitMix64(state: 71)
      let rows = 21
      let g = generator.floats(rows * k)
      withAllForms { _ in
        for t: Float in [0, 1e-38, 1] {
          var sample = Sample(
            logits: generator.floats(rows * k), rows: rows, k: k, temperature: [0])
          sample = sample.drawn()
          let zero = Result(
            dx: [Float](repeating: 0, count: rows * k), sum: [Float](repeating: 0, count: k))
          #expect(Self.apply(Self.soft, sample.soft, g, [t], rows: rows, k: k) == zero)
          #expect(Self.apply(Self.logarithmic, sample.logSoft, g, [t], rows: rows, k: k) == zero)
        }
      }
    }

    /// Masked entries take no part in log space, even where their own gradient is not a number.
    @Test(arguments: [6, 20])
    func maskedEntriesTakeNoPart(k: Int) {
      var generator = SplitMix64(state: 72)
      var logits = generator.floats(k)
      logits[2] = -.infinity
      let base = Sample(logits: logits, rows: 5, k: k, shared: true)
      var g = generator.floats(5 * k)
      withAllForms { _ in
        let y = base.drawn().logSoft
        let clean = Self.apply(Self.logarithmic, y, g, [0.5], rows: 5, k: k)
        #expect(clean.sum[2] == 0 && clean.dx.allSatisfy { $0.isFinite })
        let kept = g
        for r in 0..<5 { g[r * k + 2] = .nan }
        #expect(Self.apply(Self.logarithmic, y, g, [0.5], rows: 5, k: k) == clean)
        g = kept
      }
    }

    @Test func gradientsStayFiniteAtLowTemperature() {
      var generator = SplitMix64(state: 73)
      for k in [10, 100] {
        let logits = generator.floats(200 * k), g = generator.floats(200 * k)
        let sample = Sample(logits: logits, rows: 200, k: k, temperature: [1e-3]).drawn()
        withAllForms { _ in
          let result = Self.apply(Self.soft, sample.soft, g, [1e-3], rows: 200, k: k)
          #expect(result.dx.allSatisfy { $0.isFinite && $0.magnitude < 6000 })
        }
      }
    }

    @Test func threadsDoNotChangeTheResult() {
      var generator = SplitMix64(state: 74)
      for (rows, k) in [(20_001, 10), (3000, 130), (40, 5000)] {
        let y = generator.floats(rows * k, in: 0...1), g = generator.floats(rows * k)
        withAllForms { _ in
          let results = withThreadCounts {
            Self.apply(Self.soft, y, g, [0.7], rows: rows, k: k)
          }
          #expect(results[0] == results[1] && results[0] == results[2])
        }
      }
    }
  }
}
