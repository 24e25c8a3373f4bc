import GumbelKernels

/// Calls the body with two operands of a product rounded to bfloat16.
func withRounded(
  _ a: UnsafePointer<Float>, _ aCount: Int, _ b: UnsafePointer<Float>, _ bCount: Int,
  _ body: (UnsafePointer<UInt16>, UnsafePointer<UInt16>) -> Void
) {
  // Each begins a line of the cache.
  let line = 64 / MemoryLayout<UInt16>.size
  let start = (aCount + line - 1) / line * line
  let memory = UnsafeMutableRawPointer.allocate(byteCount: 2 * (start + bCount), alignment: 64)
  defer { memory.deallocate() }
  let rounded = memory.bindMemory(to: UInt16.self, capacity: start + bCount)
  gk_round_to_bfloat16(a, rounded, aCount)
  gk_round_to_bfloat16(b, rounded + start, bCount)
  body(rounded, rounded + start)
}
