import CGumbelMath
import GumbelTensors

extension RandomKey {
  /// The two words, for the kernels.
  var kernelWords: [UInt32] { words.int32Scalars.map(UInt32.init(bitPattern:)) }
}

/// The natural logarithm, named so where `log` is also an operation on tensors.
func logarithm(_ x: Double) -> Double { CGumbelMath.log(x) }

/// Draws from `first` on into a new array.
func newDraws(_ count: Int, _ fill: (UnsafeMutableBufferPointer<Int32>) -> Void) -> [Int32] {
  require(count >= 0, "sample: \(count) draws, expected at least 0")
  // What fills an array writes its count even into the one that all empty arrays share.
  if count == 0 { return [] }
  return [Int32](unsafeUninitializedCapacity: count) { buffer, initialized in
    fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    initialized = count
  }
}
