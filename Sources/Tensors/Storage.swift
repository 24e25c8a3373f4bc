/// The memory of a tensor: written while the operation that makes the tensor runs, never after.
///
/// The elements follow the object's header, so a tensor costs one allocation. The one exception
/// to immutability is a compiled function, which updates its state in memory that it has proved
/// to be referenced by nothing else (see `Compiled`).
package final class Storage: ManagedBuffer<Int, SIMD4<Float>> {
  /// Memory for `count` elements of four bytes, not initialised.
  @inline(__always)
  static func uninitialized(count: Int) -> Storage {
    let buffer = Storage.create(minimumCapacity: (count + 3) / 4) { _ in count }
    return unsafeDowncast(buffer, to: Storage.self)
  }

  /// What stands for the memory of a value of which there is a type alone; never read or written.
  nonisolated(unsafe) static let none = uninitialized(count: 0)

  /// The same contents in memory of its own.
  func copy() -> Storage {
    let copy = Storage.uninitialized(count: header)
    copy.pointer.copyMemory(from: pointer, byteCount: 4 * header)
    return copy
  }

  @inline(__always)
  var pointer: UnsafeMutableRawPointer {
    withUnsafeMutablePointerToElements { UnsafeMutableRawPointer($0) }
  }
}
