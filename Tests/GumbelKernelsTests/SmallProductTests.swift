import GumbelKernels
import Testing
import _GumbelTestBytes

/// `c = op(a) op(b)` of dense matrices.
func smallProduct(
  _ a: [Float], _ b: [Float], _ c: inout [Float], transposeA: Bool = false,
  transposeB: Bool = false, _ m: Int, _ n: Int, _ k: Int
) {
  a.withUnsafeBufferPointer { a in
    b.withUnsafeBufferPointer { b in
      c.withUnsafeMutableBufferPointer { c in
        var matrices = gk_matrices(
          transpose_a: transposeA, transpose_b: transposeB, a: a.baseAddress,
          a_stride: transposeA ? m : k, b: b.baseAddress, b_stride: transposeB ? k : n,
          c: c.baseAddress, c_stride: n)
        gk_small_matmul(&matrices, m, n, k)
      }
    }
  }
}

extension KernelsTests {
  @Suite struct SmallProducts {
    /// Sizes on both sides of each block's, of vectors and of the panels' depth.
    private static func shapes(_ generator: inout SplitMix64) -> [(m: Int, n: Int, k: Int)] {
      var shapes = [
        (10, 1, 5), (5, 1, 10), (10, 5, 1), (1, 1, 1), (16, 16, 16), (3, 7, 300), (4, 40, 9),
        (2, 3, 0), (0, 3, 2), (1, 20, 600), (33, 1, 33), (4, 96, 130), (4, 97, 20), (15, 48, 129),
        (9, 49, 3), (3, 33, 257), (29, 10, 100), (100, 3, 128), (14, 16, 5), (13, 15, 2),
      ]
      for _ in 0..<150 {
        shapes.append(
          (
            Int.random(in: 1...40, using: &generator), Int.random(in: 1...110, using: &generator),
            Int.random(in: 1...20, using: &generator)
          ))
      }
      return shapes
    }

    @Test func areNearThoseInDouble() {
      var generator = SplitMix64(state: 80)
      for (m, n, k) in Self.shapes(&generator) {
        let a = generator.floats(m * k), b = generator.floats(k * n)
        for (transposeA, transposeB) in [
          (false, false), (false, true), (true, false), (true, true),
        ] {
          var expected = [Double](), magnitude = [Double]()
          for i in 0..<m {
            for j in 0..<n {
              let terms = (0..<k).map { p in
                Double(a[transposeA ? p * m + i : i * k + p])
                  * Double(b[transposeB ? j * k + p : p * n + j])
              }
              expected.append(terms.reduce(0, +))
              magnitude.append(terms.reduce(0) { $0 + $1.magnitude })
            }
          }
          withAllForms { form in
            var c = [Float](repeating: 777, count: m * n + 1)
            smallProduct(a, b, &c, transposeA: transposeA, transposeB: transposeB, m, n, k)
            let near = expected.indices.allSatisfy {
              (Double(c[$0]) - expected[$0]).magnitude <= 1e-6 * magnitude[$0]
            }
            #expect(near && c[m * n] == 777, "\((m, n, k)) \(transposeA) \(transposeB) \(form)")
          }
        }
      }
    }

    /// Where the processor multiplies and adds with one rounding, an element is one chain of that in
    /// the order of the inner size, in each form, wherever it stands, and so for a block of a matrix.
    @Test func elementsAreChainsInTheOrderOfTheInnerSize() {
      var generator = SplitMix64(state: 81)
      for (m, n, k) in Self.shapes(&generator) where n > 1 && (k > 1 || n > 8) {
        let a = generator.floats(m * k), b = generator.floats(k * n)
        let expected = (0..<m).flatMap { i in
          (0..<n).map { j in
            (0..<k).reduce(Float(0)) { $0.addingProduct(a[i * k + $1], b[$1 * n + j]) }
          }
        }
        let aT = (0..<m * k).map { a[$0 % max(m, 1) * k + $0 / max(m, 1)] }
        let bT = (0..<k * n).map { b[$0 % max(k, 1) * n + $0 / max(k, 1)] }
        for form in ["avx512", "avx2"] where gk_force_form(form) {
          defer { gk_force_form(nil) }
          for (transposeA, transposeB) in [
            (false, false), (false, true), (true, false), (true, true),
          ] {
            var c = [Float](repeating: 777, count: m * n)
            smallProduct(
              transposeA ? aT : a, transposeB ? bT : b, &c, transposeA: transposeA,
              transposeB: transposeB, m, n, k)
            #expect(c == expected, "\((m, n, k)) \(transposeA) \(transposeB) \(form)")
          }
        }
      }
    }

    /// A block in the midst of three matrices, around which nothing is written.
    @Test func takesBlocksOfMatrices() {
      var generator = SplitMix64(state: 82)
      for (m, n, k) in Self.shapes(&generator) where k > 0 && m > 0 {
        let (rows, columns, inner) = (m + 3, n + 5, k + 2)
        let a = generator.floats(rows * inner), b = generator.floats(inner * columns)
        withAllForms { form in
          var whole = [Float](repeating: 0, count: m * n)
          let dense = { (x: [Float], stride: Int, first: Int, rows: Int, columns: Int) in
            (0..<rows).flatMap { x[(first + $0 * stride)...].prefix(columns) }
          }
          smallProduct(
            dense(a, inner, inner + 1, m, k), dense(b, columns, columns + 3, k, n), &whole, m, n, k)
          var c = [Float](repeating: 777, count: rows * columns)
          a.withUnsafeBufferPointer { a in
            b.withUnsafeBufferPointer { b in
              c.withUnsafeMutableBufferPointer { c in
                var matrices = gk_matrices(
                  transpose_a: false, transpose_b: false, a: a.baseAddress! + inner + 1,
                  a_stride: inner, b: b.baseAddress! + columns + 3, b_stride: columns,
                  c: c.baseAddress! + columns + 2, c_stride: columns)
                gk_small_matmul(&matrices, m, n, k)
              }
            }
          }
          let block = dense(c, columns, columns + 2, m, n)
          let near = zip(block, whole).allSatisfy { ($0 - $1).magnitude <= 1e-5 }
          let outside = c.filter { $0 == 777 }.count
          #expect(near && outside == rows * columns - m * n, "\((m, n, k)) \(form)")
        }
      }
    }
  }
}
