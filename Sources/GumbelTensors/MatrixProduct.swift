import GumbelKernels

/// `c = op(a) op(b)` for dense row-major matrices: c is [m, n], the inner size is k, and a
/// transposed operand is stored [k, m] or [n, k].
///
/// Small products run in our own kernel, since a call of a library costs more than their work, and,
/// on x86-64, two system calls that keep signals from it: 1 % of a product that takes 30 us.
/// On Linux large ones are divided among our threads, with the library kept to the calling one: its
/// workers and ours would otherwise spin against each other.
///
/// In bfloat16 all are the library's: operands are rounded as a whole, once, before they are divided.
struct MatrixProduct {
  var transposeA: Bool
  var transposeB: Bool
  var m: Int
  var n: Int
  var k: Int
  var precision = Precision.float32

  static let parallelWork = 1 << 20

  func callAsFunction(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    if m == 0 || n == 0 { return }
    if k == 0 {
      c.update(repeating: 0, count: m * n)
      return
    }
    if precision == .float32 { run(a, b, c) } else { runRounded(a, b, c) }
  }

  @inline(never)
  private func runRounded(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
  ) {
    withRounded(a, m * k, b, k * n) { run($0, $1, c) }
  }

  /// From operands of the precision that products have.
  ///
  /// Inlined, as what it calls: in float32, where the smallest products take some ten nanoseconds, nothing
  /// is left then of the choice between the two.
  @inline(__always)
  private func run(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>
  ) {
    #if canImport(Accelerate)
      runBlock(a, b, c, rows: 0..<m, columns: 0..<n)
    #else
      let work = m * n * k
      let parts = work < Self.parallelWork ? 1 : Self.parts(work: work, extent: max(m, n))
      if parts == 1 {
        runBlock(a, b, c, rows: 0..<m, columns: 0..<n)
        return
      }
      var job = Job(product: self, a: a, b: b, c: c, parts: parts)
      gk_signal_scope_begin()
      defer { gk_signal_scope_end() }
      withUnsafeMutablePointer(to: &job) { job in
        gk_parallel_for(
          parts,
          { job, part in
            let job = job!.assumingMemoryBound(to: Job.self)
            job.pointee.run(part: part)
          }, job)
      }
    #endif
  }

  #if !canImport(Accelerate)
    /// How many parts the result's longer side is cut into: a power of two, more for more work.
    ///
    /// By sizes alone: the library rounds a block's edge differently from its inside, so parts that
    /// went by the number of threads would make the bits depend on it. Few parts, since each packs
    /// the other operand anew.
    private static func parts(work: Int, extent: Int) -> Int {
      var parts = 2
      while parts < 64, work >> 28 >= parts, extent >= 256 * parts { parts *= 2 }
      return parts
    }

    private struct Job {
      let product: MatrixProduct
      let a: UnsafeRawPointer
      let b: UnsafeRawPointer
      let c: UnsafeMutablePointer<Float>
      let parts: Int

      /// Parts begin at multiples of a kernel's tile.
      private static let tile = 16

      /// The longer side of the result is divided, but for rows that make large even parts: a thread
      /// then finds its rows where it wrote them, in the step before.
      private var dividesRows: Bool {
        let (m, n) = (product.m, product.n)
        return m >= n || (m >= 2 * Self.tile * parts && m % (Self.tile * parts) == 0)
      }

      func run(part: Int) {
        let tile = Self.tile
        func range(_ extent: Int) -> Range<Int> {
          let tiles = (extent + tile - 1) / tile
          return min(
            extent, tiles * part / parts * tile)..<min(
              extent, tiles * (part + 1) / parts * tile)
        }
        if dividesRows {
          product.runBlock(a, b, c, rows: range(product.m), columns: 0..<product.n)
        } else {
          product.runBlock(a, b, c, rows: 0..<product.m, columns: range(product.n))
        }
      }
    }
  #endif

  /// Some rows and columns of the result.
  @inline(__always)
  private func runBlock(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>,
    rows: Range<Int>, columns: Range<Int>
  ) {
    if rows.isEmpty || columns.isEmpty { return }
    let lda = transposeA ? m : k
    let ldb = transposeB ? k : n
    let size = precision == .float32 ? 4 : 2
    let a = a + (transposeA ? rows.lowerBound : rows.lowerBound * k) * size
    let b = b + (transposeB ? columns.lowerBound * k : columns.lowerBound) * size
    let c = c + (rows.lowerBound * n + columns.lowerBound)
    if precision == .bfloat16 {
      MatrixLibrary.multiplyRounded(
        a, b, c, transposeA: transposeA, transposeB: transposeB,
        strides: (lda, ldb, n), m: rows.count, n: columns.count, k: k)
      return
    }
    var block = gk_matrices(
      transpose_a: transposeA, transpose_b: transposeB,
      a: a.assumingMemoryBound(to: Float.self), a_stride: lda,
      b: b.assumingMemoryBound(to: Float.self), b_stride: ldb, c: c, c_stride: n)
    if !gk_small_matmul_where_it_pays(&block, rows.count, columns.count, k) {
      MatrixLibrary.multiply(block, m: rows.count, n: columns.count, k: k)
    }
  }
}
