import GumbelCLibrary

/// The bytes of a file, read by the system as they are looked at, and forgotten where memory is short.
///
/// A file that becomes shorter ends a process that looks at what was there, by SIGBUS: ``check()`` is to be
/// asked right before. What can happen between the two is that short.
package final class MappedFile: @unchecked Sendable {
  // Safe: nothing of it is changed.

  /// Called where a file has become shorter, since that cannot be gone on from.
  // Safe: a command sets it once, before anything is read.
  nonisolated(unsafe) package static var onShortened: (InputError) -> Never = {
    fatalError("\($0)")
  }

  package let path: String
  package let bytes: UnsafeBufferPointer<UInt8>
  private let device: dev_t
  private let inode: ino_t

  /// Nil where a descriptor is not one of a regular file with something in it, or the system does not map
  /// it. The descriptor may be closed.
  init?(_ descriptor: Int32, path: String) {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 0
    else { return nil }
    let count = Int(status.st_size)
    guard let start = mmap(nil, count, PROT_READ, MAP_SHARED, descriptor, 0),
      start != UnsafeMutableRawPointer(bitPattern: -1)
    else { return nil }
    bytes = UnsafeBufferPointer(start: start.assumingMemoryBound(to: UInt8.self), count: count)
    (device, inode) = (status.st_dev, status.st_ino)
    self.path = path
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count) }

  /// Ends the process with words if the file is now shorter. One that was put in its place does not
  /// matter: the old one is mapped.
  package func check() {
    var status = stat()
    guard stat(path, &status) == 0, status.st_dev == device, status.st_ino == inode,
      status.st_size < bytes.count
    else { return }
    Self.onShortened(
      InputError(
        source: path, problem: .shortened(found: Int(status.st_size), expected: bytes.count)))
  }

  /// Says that what was looked at so far is not soon looked at again.
  package func release() {
    madvise(UnsafeMutableRawPointer(mutating: bytes.baseAddress!), bytes.count, MADV_DONTNEED)
  }
}
