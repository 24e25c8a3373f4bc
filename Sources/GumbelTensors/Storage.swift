/// The memory of a tensor: written while the operation that makes the tensor runs, never after.
///
/// The elements follow the object's header, so a tensor costs one allocation. The one exception
/// to immutability is a compiled function, which updates its state in memory that it has proved
/// to be referenced by nothing else (see `Compiled`).
package final class Storage: ManagedBuffer<Int, SIMD4<Float>> {
  /// Memory for the elements of a tensor, not initialised.
  @inline(__always)
  static func uninitialized(_ type: TensorType) -> Storage {
    uninitialized(byteCount: type.byteCount)
  }

  /// Memory that is not initialised.
  @inline(__always)
  static func uninitialized(byteCount: Int) -> Storage {
    let unit = MemoryLayout<SIMD4<Float>>.size
    let buffer = Storage.create(minimumCapacity: (byteCount + unit - 1) / unit) { _ in byteCount }
    return unsafeDowncast(buffer, to: Storage.self)
  }

  /// What stands for the memory of a value of which there is a type alone; never read or written.
  nonisolated(unsafe) static let none = uninitialized(byteCount: 0)

  /// The same contents in memory of its own.
  func copy() -> Storage {
    let copy = Storage.uninitialized(byteCount: header)
    copy.pointer.copyMemory(from: pointer, byteCount: header)
    return copy
  }

  @inline(__always)
  var pointer: UnsafeMutableRawPointer {
    withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
  }
}
