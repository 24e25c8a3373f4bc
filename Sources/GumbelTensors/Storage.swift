import CGumbelAtomics
import GumbelFiles
import GumbelPJRT

/// What a tensor's memory begins with.
///
/// It holds no reference, so that releasing a tensor of the host costs what it would without devices.
package struct StorageHeader {
  fileprivate let byteCount: Int
  /// The address of the buffer in which a device has the same elements, retained; 0 where none has. It
  /// is odd while they are not here yet.
  fileprivate var remote = 0

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
    let byteCount = withUnsafeMutablePointerToHeader { $0.pointee.byteCount }
    let copy = Storage.uninitialized(byteCount: byteCount)
    copy.pointer.copyMemory(from: pointer, byteCount: byteCount)
    return copy
  }

  deinit { if remoteAddress != 0 { release() } }

  @inline(__always)
  var pointer: UnsafeMutableRawPointer {
    withUnsafeMutablePointers { header, elements in
      if atomic_address_value(&header.pointee.remote) & 1 != 0 { fetch() }
      return UnsafeMutableRawPointer(elements)
    }
  }

  // MARK: - Devices

  /// Guards what storages say of devices: tensors that share memory may be read on several threads. It
  /// holds a lock for each storage that is being filled, so that nobody else waits for that.
  private static let remotes = Locked<[ObjectIdentifier: Locked<Void>]>([:])

  /// The elements as a device has them; nil where none does.
  var remote: PJRTBuffer? { Self.remotes.withLock { _ in buffer } }

  /// Says that a device has the same elements.
  func keep(_ buffer: PJRTBuffer) { Self.remotes.withLock { _ in set(buffer, isBehind: false) } }

  /// Makes this the memory of what a device computes; nothing else may refer to it.
  func take(_ buffer: PJRTBuffer) { set(buffer, isBehind: true) }

  /// The memory here, to be written: what a device has of it is forgotten.
  @inline(__always)
  var writablePointer: UnsafeMutableRawPointer {
    withUnsafeMutablePointers { header, elements in
      if header.pointee.remote != 0 { becomeLocal() }
      return UnsafeMutableRawPointer(elements)
    }
  }

  @inline(never)
  private func becomeLocal() {
    _ = pointer
    release()
  }

  /// By a pointer: `header` itself is checked for overlapping accesses, which the end of each tensor of
  /// the host would notice.
  @inline(__always)
  private var remoteAddress: Int { withUnsafeMutablePointerToHeader { $0.pointee.remote } }

  private var buffer: PJRTBuffer? {
    guard let address = UnsafeRawPointer(bitPattern: remoteAddress & ~1) else { return nil }
    return Unmanaged<PJRTBuffer>.fromOpaque(address).takeUnretainedValue()
  }

  private func set(_ buffer: PJRTBuffer, isBehind: Bool) {
    release()
    let address = Int(bitPattern: Unmanaged.passRetained(buffer).toOpaque())
    withUnsafeMutablePointerToHeader {
      atomic_address_set(&$0.pointee.remote, address | (isBehind ? 1 : 0))
    }
  }

  @inline(never)
  private func release() {
    guard let address = UnsafeRawPointer(bitPattern: remoteAddress & ~1) else { return }
    withUnsafeMutablePointerToHeader { atomic_address_set(&$0.pointee.remote, 0) }
    Unmanaged<PJRTBuffer>.fromOpaque(address).release()
  }

  /// Brings the elements here. It releases nothing that a caller holds; the compiler, told so, retains no
  /// tensor around its operations on their account.
  @inline(never) @_effects(releasenone)
  private func fetch() {
    let filling = Self.remotes.withLock { filling in
      let known = filling[ObjectIdentifier(self)] ?? Locked(())
      filling[ObjectIdentifier(self)] = known
      return known
    }
    filling.withLock { _ in
      withUnsafeMutablePointers { header, elements in
        // Another thread may have come first.
        let address = atomic_address_value(&header.pointee.remote)
        if address & 1 == 0 { return }
        Device.orFail { () throws(DeviceError) in
          try buffer!.download(
            to: UnsafeMutableRawPointer(elements), byteCount: header.pointee.byteCount)
        }
        atomic_address_set(&header.pointee.remote, address & ~1)
      }
    }
    Self.remotes.withLock { $0[ObjectIdentifier(self)] = nil }
  }
}
