import CGumbelAtomics
import GumbelFiles
import GumbelPJRT

/// What a tensor's memory begins with.
package struct StorageHeader {
  fileprivate let byteCount: Int
  /// Not 0 while what the device holds is not here yet.
  fileprivate var isBehind: Int32 = 0
  /// The same elements on a device, where one has them.
  fileprivate var remote: PJRTBuffer?

  fileprivate init(byteCount: Int) { self.byteCount = byteCount }
}

/// The memory of a tensor: written while the operation that makes the tensor runs, never after.
///
/// The elements follow the object's header, so a tensor costs one allocation. The one exception
/// to immutability is a compiled function, which updates its state in memory that it has proved
/// to be referenced by nothing else (see `Compiled`).
///
/// What a device computed stays there: the memory here is filled when it is read for the first time.
package final class Storage: ManagedBuffer<StorageHeader, SIMD4<Float>> {
  /// Memory for the elements of a tensor, not initialised.
  @inline(__always)
  static func uninitialized(_ type: TensorType) -> Storage {
    uninitialized(byteCount: type.byteCount)
  }

  /// Memory that is not initialised.
  @inline(__always)
  static func uninitialized(byteCount: Int) -> Storage {
    let unit = MemoryLayout<SIMD4<Float>>.size
    let buffer = Storage.create(minimumCapacity: (byteCount + unit - 1) / unit) { _ in
      StorageHeader(byteCount: byteCount)
    }
    return unsafeDowncast(buffer, to: Storage.self)
  }

  /// What stands for the memory of a value of which there is a type alone; never read or written.
  nonisolated(unsafe) static let none = uninitialized(byteCount: 0)

  /// The same contents in memory of its own.
  func copy() -> Storage {
    let copy = Storage.uninitialized(byteCount: header.byteCount)
    copy.pointer.copyMemory(from: pointer, byteCount: header.byteCount)
    return copy
  }

  @inline(__always)
  var pointer: UnsafeMutableRawPointer {
    withUnsafeMutablePointers { header, elements in
      if atomic_word_value(&header.pointee.isBehind) != 0 { fetch() }
      return UnsafeMutableRawPointer(elements)
    }
  }

  // MARK: - Devices

  /// Guards what storages say of devices: tensors that share memory may be read on several threads.
  private static let remotes = Locked(())

  /// The elements as a device has them; nil where none does.
  var remote: PJRTBuffer? { Self.remotes.withLock { _ in header.remote } }

  /// Says that a device has the same elements.
  func keep(_ buffer: PJRTBuffer) { Self.remotes.withLock { _ in header.remote = buffer } }

  /// Makes this the memory of what a device computes; nothing else may refer to it.
  func take(_ buffer: PJRTBuffer) {
    header.remote = buffer
    atomic_word_set(&header.isBehind, 1)
  }

  /// Forgets what a device has of it, before the memory here is written.
  @inline(__always)
  func becomeLocal() {
    if withUnsafeMutablePointerToHeader({ $0.pointee.remote != nil }) {
      _ = pointer
      header.remote = nil
    }
  }

  @inline(never)
  private func fetch() {
    Self.remotes.withLock { _ in
      withUnsafeMutablePointers { header, elements in
        // Another thread may have come first.
        if atomic_word_value(&header.pointee.isBehind) == 0 { return }
        Device.orFail { () throws(DeviceError) in
          try header.pointee.remote!.download(
            to: UnsafeMutableRawPointer(elements), byteCount: header.pointee.byteCount)
        }
        atomic_word_set(&header.pointee.isBehind, 0)
      }
    }
  }
}
