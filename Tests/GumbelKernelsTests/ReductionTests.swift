import Foundation
import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Reductions {
    typealias Kernel = (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int, Int, Int) -> Void

    static let shapes = [
      (1, 1, 1), (1, 5, 1), (10, 5, 1), (3, 17, 1), (100, 10, 1), (2, 5000, 1), (1, 100_003, 1),
      (3, 70_001, 1), (1, 10, 5), (1, 10, 1), (1, 3, 7), (4, 6, 5), (1, 9000, 3), (1, 5003, 10),
      (1, 4001, 16), (1, 777, 17), (1, 50, 300), (2, 33, 40), (1, 2000, 129), (5, 0, 3), (0, 4, 1),
      (1, 0, 1), (1, 37, 12), (7, 1, 9), (0, 2, 12), (0, 3, 100),
    ]

    static func apply(
      _ kernel: Kernel, _ x: [Float], _ outer: Int, _ n: Int, _ inner: Int
    ) -> [Float] {
      var y = [Float](repeating: 777, count: outer * inner + inner)
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          guard let y = y.baseAddress else { return }
          let empty = UnsafePointer<Float>(y)
          kernel(x.baseAddress ?? empty, y, outer, n, inner)
        }
      }
      let nothingBeyond = y[(outer * inner)...].allSatisfy { $0 == 777 }
      #expect(nothingBeyond, "\((outer, n, inner))")
      return Array(y.prefix(outer * inner))
    }

    /// The columns that are reduced, one array for each element of the result.
    static func columns(_ x: [Float], _ outer: Int, _ n: Int, _ inner: Int) -> [[Float]] {
      (0..<outer * inner).map { i in
        (0..<n).map { x[(i / inner * n + $0) * inner + i % inner] }
      }
    }

    @Test func sumsAreAccurate() {
      var generator = SplitMix64(state: 10)
      for (outer, n, inner) in Self.shapes {
        let x = generator.floats(outer * n * inner)
        let columns = Self.columns(x, outer, n, inner)
        withAllForms { form in
          let y = Self.apply(gk_sum, x, outer, n, inner)
          for (column, sum) in zip(columns, y) {
            let reference = column.reduce(0.0) { $0 + Double($1) }
            let magnitude = column.reduce(0.0) { $0 + Double($1.magnitude) }
            #expect(
              (Double(sum) - reference).magnitude <= 4e-7 * magnitude,
              "\((outer, n, inner)) \(form)")
          }
        }
      }
    }

    @Test func maximaAreExact() {
      var generator = SplitMix64(state: 11)
      for (outer, n, inner) in Self.shapes {
        var x = generator.floats(outer * n * inner)
        for i in stride(from: 0, to: x.count, by: 97) { x[i] = [-.infinity, 2.9, 2.9][i % 3] }
        for i in stride(from: 50, to: x.count, by: 1117) { x[i] = .nan }
        let columns = Self.columns(x, outer, n, inner)
        let maxima = columns.map { column in
          column.contains { $0.isNaN } ? Float.nan : column.reduce(-.infinity) { max($0, $1) }
        }
        let indices = columns.map { column -> Int32 in
          var best = -1
          for (i, v) in column.enumerated() where !v.isNaN {
            if best < 0 || v > column[best] { best = i }
          }
          return Int32(best)
        }
        withAllForms { form in
          #expect(
            same(Self.apply(gk_max, x, outer, n, inner), maxima), "\((outer, n, inner)) \(form)")
          var index = [Int32](repeating: 777, count: outer * inner)
          gk_argmax(x, &index, outer, n, inner)
          #expect(index == indices, "\((outer, n, inner)) \(form)")
        }
      }
    }

    @Test func argmaxOfRowsWithoutAWinner() {
      withAllForms { _ in
        var index: [Int32] = [7, 7, 7]
        let nan = Float.nan, low = -Float.infinity
        gk_argmax([nan, nan, nan, low, low, low, nan, low, low], &index, 3, 3, 1)
        #expect(index == [-1, 0, 1])
        gk_argmax([nan, low, nan, nan, low, low, nan, low, low], &index, 1, 3, 3)
        #expect(index == [-1, 0, 1])
      }
    }

    @Test func logSumExpIsAccurate() {
      var generator = SplitMix64(state: 12)
      for (outer, n, inner) in Self.shapes {
        let x = generator.floats(outer * n * inner, in: -100...100)
        let columns = Self.columns(x, outer, n, inner)
        withAllForms { form in
          let y = Self.apply(gk_log_sum_exp, x, outer, n, inner)
          for (column, value) in zip(columns, y) {
            let top = Double(column.max() ?? -.infinity)
            let sum = column.reduce(0.0) { $0 + exp(Double($1) - top) }
            let reference = column.isEmpty ? -.infinity : top + log(sum)
            #expect(
              Double(value) == reference
                || (Double(value) - reference).magnitude <= 4e-7 * (1 + top.magnitude),
              "\((outer, n, inner)) \(form)")
          }
        }
      }
    }

    @Test func logSumExpOfInfiniteEntries() {
      let low = -Float.infinity, high = Float.infinity
      let rows: [Float] = [low, low, low, low, 2, low, high, 1, high, 1, .nan, high]
      let expected: [Float] = [low, 2, high, .nan]
      withAllForms { _ in
        #expect(same(Self.apply(gk_log_sum_exp, rows, 4, 3, 1), expected))
        var columns = [Float](repeating: 0, count: 12)
        gk_permute(rows, &columns, 2, [4, 3], [1, 0])
        #expect(same(Self.apply(gk_log_sum_exp, columns, 1, 3, 4), expected))
      }
    }

    @Test func threadsDoNotChangeTheResult() {
      var generator = SplitMix64(state: 13)
      let kernels: [Kernel] = [gk_sum, gk_max, gk_log_sum_exp]
      for (outer, n, inner) in [
        (1, 1_000_003, 1), (2, 300_001, 1), (70_000, 9, 1), (1, 60_001, 10), (1, 400, 1001),
        (9, 100, 301),
      ] {
        let x = generator.floats(outer * n * inner)
        withAllForms { form in
          for kernel in kernels {
            let results = withThreadCounts { Self.apply(kernel, x, outer, n, inner) }
            #expect(results[0] == results[1] && results[0] == results[2], "\((outer, n, inner))")
          }
        }
      }
    }
  }
}
