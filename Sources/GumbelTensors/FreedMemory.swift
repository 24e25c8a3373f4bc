import GumbelKernels

/// Memory that was freed and that the C library holds back for later.
package enum FreedMemory {
  /// Returns it to the system.
  ///
  /// The GNU library keeps freed blocks of up to 32 MB, so that after the reading of a data set or
  /// the writing of a checkpoint a process would stay larger than what it holds by several times
  /// the model's size.
  package static func giveBack() { gk_give_back_freed_memory() }
}
