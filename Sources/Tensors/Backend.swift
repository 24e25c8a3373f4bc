import Kernels

#if canImport(Accelerate)
#elseif arch(x86_64)
  import COneDNN
#else
  import COpenBLAS
#endif

/// What tensor operations run on.
public enum Backend {
  /// The form of the vector loops in use: "avx2+fma" or "portable".
  public static var instructionSet: String { String(cString: gk_instruction_set()) }

  /// The library that multiplies large matrices.
  public static var blas: String {
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

  /// How many threads large operations are divided among; results do not depend on it.
  public static var threadCount: Int {
    get { Int(gk_thread_count()) }
    set {
      require(newValue >= 1, "threadCount: \(newValue); expected 1 or more")
      gk_set_thread_count(Int32(clamping: newValue))
    }
  }
}
