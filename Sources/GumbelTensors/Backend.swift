import GumbelKernels

/// What tensor operations run on.
public enum Backend {
  /// The form of the vector loops in use: "avx512", "avx2" or "portable".
  public static var instructionSet: String { String(cString: gk_instruction_set()) }

  /// The library that multiplies large matrices.
  public static var blas: String { MatrixLibrary.name }

  /// How many threads large operations are divided among; results do not depend on it.
  public static var threadCount: Int {
    get { Int(gk_thread_count()) }
    set {
      require(newValue >= 1, "threadCount: \(newValue); expected 1 or more")
      gk_set_thread_count(Int32(clamping: newValue))
    }
  }
}
