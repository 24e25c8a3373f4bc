extension Tensor {
  /// The elements' bytes, little-endian, in row-major order; traps inside a compiled function.
  package func withLittleEndianBytes(_ body: (UnsafeRawBufferPointer) -> Void) {
    #if _endian(big)
      #error(
        "tensors are kept in the processor's byte order, which this code takes as little-endian")
    #endif
    requireReadable(elementType)
    withExtendedLifetime(storage) {
      body(UnsafeRawBufferPointer(start: storage.pointer, count: type.byteCount))
    }
  }

  /// The elements of a float32 tensor where they lie, for the call; traps as ``scalars`` does.
  package func withFloats<Result>(_ body: (UnsafeBufferPointer<Float>) -> Result) -> Result {
    requireReadable(.float32)
    return withExtendedLifetime(storage) {
      body(
        UnsafeBufferPointer(
          start: storage.pointer.assumingMemoryBound(to: Float.self), count: count))
    }
  }

  /// Creates a tensor from the bytes of its elements; there have to be as many as the type needs.
  package init(littleEndianBytes bytes: some Collection<UInt8>, type: TensorType) {
    require(bytes.count == type.byteCount, "Tensor: \(bytes.count) bytes for \(type)")
    self.init(uninitialized: type)
    UnsafeMutableRawBufferPointer(start: storage.pointer, count: bytes.count)
      .copyBytes(from: bytes)
  }
}
