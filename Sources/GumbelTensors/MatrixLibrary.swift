import GumbelKernels

#if canImport(Accelerate)
  import Accelerate
#elseif arch(x86_64)
  import CGumbelOneDNN
#else
  import CGumbelOpenBLAS
#endif

/// The library that multiplies large matrices: Accelerate, oneDNN or OpenBLAS.
enum MatrixLibrary {
  /// Its name, with version and form where it says so.
  static var name: String {
    #if canImport(Accelerate)
      "Accelerate"
    #elseif arch(x86_64)
      let version = dnnl_version().pointee
      let set = [(avx512, "avx512"), (0x7, "avx2"), (0x3, "avx")].first { hasInstructions($0.0) }
      return "oneDNN \(version.major).\(version.minor).\(version.patch) (\(set?.1 ?? "sse4.1"))"
    #else
      String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
        + " (\(String(cString: openblas_get_corename())))"
    #endif
  }

  #if !canImport(Accelerate) && arch(x86_64)
    /// Whether oneDNN uses an instruction set, whose bits include those of the sets before it.
    private static func hasInstructions(_ set: UInt32) -> Bool {
      dnnl_get_effective_cpu_isa().rawValue & set == set
    }
    private static let avx512: UInt32 = 0x27

    /// Up to this inner size oneDNN keeps its buffers on the stack, and for vectors it has none. Beyond
    /// (84 with AVX-512 and 252 with AVX, in version 2.6 as in 3.7) its products set the stack pointer
    /// to a buffer in the heap, and a signal that arrived meanwhile would be written over what lies
    /// below.
    private static let stackInnerSize =
      hasInstructions(avx512) ? 64 : 192
  #endif

  /// `c = op(a) op(b)`, or added to c, for c [m, n] and an inner size of k. On Linux on the calling
  /// thread alone: the library's workers and ours would otherwise spin against each other.
  static func multiply(_ x: gk_matrices, m: Int, n: Int, k: Int, adds: Bool = false) {
    #if !canImport(Accelerate) && arch(x86_64)
      dnnl_use_calling_thread()
      gk_signal_scope_begin()
      defer { gk_signal_scope_end() }
      if k > stackInnerSize, m > 1, n > 1 {
        gk_defer_signals(UInt64(m) * UInt64(n) * UInt64(k))
      }
      func letter(_ isTransposed: Bool) -> CChar { CChar(UInt8(ascii: isTransposed ? "T" : "N")) }
      let status = dnnl_sgemm(
        letter(x.transpose_a), letter(x.transpose_b), Int64(m), Int64(n), Int64(k), 1, x.a,
        Int64(x.a_stride), x.b, Int64(x.b_stride), adds ? 1 : 0, x.c, Int64(x.c_stride))
      require(status == dnnl_success, "matmul: oneDNN has no memory for a product")
    #else
      #if !canImport(Accelerate)
        _ = singleThread
      #endif
      cblas_sgemm(
        CblasRowMajor, x.transpose_a ? CblasTrans : CblasNoTrans,
        x.transpose_b ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, x.a,
        Int32(x.a_stride), x.b, Int32(x.b_stride), adds ? 1 : 0, x.c, Int32(x.c_stride))
    #endif
  }

  /// Whether it multiplies matrices of bfloat16 on this processor, faster than those of float32.
  static let hasBFloat16: Bool = {
    #if !canImport(Accelerate) && arch(x86_64)
      hasInstructions(UInt32(dnnl_cpu_isa_avx512_core_bf16.rawValue))
    #else
      false
    #endif
  }()

  /// ``multiply(_:m:n:k:adds:)`` of operands in bfloat16, with sums in float32: where there are such
  /// products, whatever their size.
  static func multiplyRounded(
    _ a: UnsafeRawPointer, _ b: UnsafeRawPointer, _ c: UnsafeMutablePointer<Float>,
    transposeA: Bool, transposeB: Bool, strides: (a: Int, b: Int, c: Int), m: Int, n: Int, k: Int,
    adds: Bool = false
  ) {
    #if !canImport(Accelerate) && arch(x86_64)
      dnnl_use_calling_thread()
      gk_signal_scope_begin()
      defer { gk_signal_scope_end() }
      gk_defer_signals(UInt64(m) * UInt64(n) * UInt64(k) / 4)
      var sizes = dnnl_product_sizes(
        m: Int64(m), n: Int64(n), k: Int64(k), a_stride: Int64(strides.a),
        b_stride: Int64(strides.b), c_stride: Int64(strides.c), transpose_a: transposeA ? 1 : 0,
        transpose_b: transposeB ? 1 : 0, adds: adds ? 1 : 0)
      let status = dnnl_multiply_bfloat16(
        &sizes, a.assumingMemoryBound(to: UInt16.self), b.assumingMemoryBound(to: UInt16.self), c)
      require(
        status == dnnl_success, "matmul: oneDNN made no product of bfloat16 (\(status.rawValue))")
    #else
      fatalError("matmul: \(name) has no products of bfloat16")
    #endif
  }

  #if !canImport(Accelerate) && !arch(x86_64)
    private static let singleThread: Void = openblas_set_num_threads(1)
  #endif
}
