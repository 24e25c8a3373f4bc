import GumbelCLibrary

/// Memory that is asked for where a refusal has an answer.
package enum RefusableMemory {
  /// `realloc`, or what stands for it in a program whose own one ends the process where there is no
  /// memory.
  // Safe: a command sets it once, before any memory is asked for.
  nonisolated(unsafe) package static var reallocate:
    (UnsafeMutableRawPointer?, Int) -> UnsafeMutableRawPointer? = { realloc($0, $1) }
}
