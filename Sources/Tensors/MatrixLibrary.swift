import Kernels

#if canImport(Accelerate)
  import Accelerate
#elseif arch(x86_64)
  import COneDNN
#else
  import COpenBLAS
#endif

/// The library that multiplies large matrices: Accelerate, oneDNN or OpenBLAS.
enum MatrixLibrary {
  /// Its name, with version and form where it says so.
  static var name: String {
    #if canImport(Accelerate)
      "Accelerate"
    #elseif arch(x86_64)
      let version = dnnl_version().pointee
      // Each instruction set's bits include those of the sets before it.
      let bits = dnnl_get_effective_cpu_isa().rawValue
      let set = [(0x27, "avx512"), (0x7, "avx2"), (0x3, "avx")].first { bits & $0.0 == $0.0 }
      return "oneDNN \(version.major).\(version.minor).\(version.patch) (\(set?.1 ?? "sse4.1"))"
    #else
      String(cString: openblas_get_config()).split(separator: " ").prefix(2).joined(separator: " ")
        + " (\(String(cString: openblas_get_corename())))"
    #endif
  }

  /// A row-major matrix in memory, transposed or not, with the distance between its stored rows.
  struct Operand {
    let start: UnsafePointer<Float>
    let stride: Int
    let isTransposed: Bool
  }

  #if !canImport(Accelerate) && arch(x86_64)
    /// Up to this inner size oneDNN keeps its buffers on the stack. Beyond (84 with AVX-512 and 252
    /// with AVX, in version 2.6 as in 3.7) its products set the stack pointer to a buffer in the heap,
    /// and a signal that arrived meanwhile would be written over what lies below.
    private static let stackInnerSize = 64
  #endif

  /// `c = a b`, or added to c, for c [m, n] and an inner size of k. On Linux on the calling thread
  /// alone: the library's workers and ours would otherwise spin against each other.
  static func multiply(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, m: Int, n: Int,
    k: Int, adds: Bool = false
  ) {
    #if !canImport(Accelerate) && arch(x86_64)
      dnnl_use_calling_thread()
      gk_signal_scope_begin()
      defer { gk_signal_scope_end() }
      if k > stackInnerSize { gk_defer_signals(UInt64(m) * UInt64(n) * UInt64(k)) }
      let status = dnnl_sgemm(
        a.letter, b.letter, Int64(m), Int64(n), Int64(k), 1, a.start, Int64(a.stride), b.start,
        Int64(b.stride), adds ? 1 : 0, c, Int64(stride))
      require(status == dnnl_success, "matmul: oneDNN has no memory for a product")
    #else
      #if !canImport(Accelerate)
        _ = singleThread
      #endif
      cblas_sgemm(
        CblasRowMajor, a.isTransposed ? CblasTrans : CblasNoTrans,
        b.isTransposed ? CblasTrans : CblasNoTrans, Int32(m), Int32(n), Int32(k), 1, a.start,
        Int32(a.stride), b.start, Int32(b.stride), adds ? 1 : 0, c, Int32(stride))
    #endif
  }

  #if !canImport(Accelerate) && !arch(x86_64)
    private static let singleThread: Void = openblas_set_num_threads(1)
  #endif
}

extension MatrixLibrary.Operand {
  /// The transposition as oneDNN says it.
  fileprivate var letter: CChar { CChar(UInt8(ascii: isTransposed ? "T" : "N")) }
}
