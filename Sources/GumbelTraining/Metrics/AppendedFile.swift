import GumbelCLibrary
import GumbelFiles

/// A file that grows by whole records: one that cannot be written in full is taken back.
final class AppendedFile {
  let path: String
  private let descriptor: Int32

  /// Opens a file at its end. A symbolic link is an error, and not followed.
  ///
  /// - Parameter isNew: whether the file may not exist yet.
  init(_ path: String, isNew: Bool) throws(OutputError) {
    self.path = path
    descriptor = open(
      path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (isNew ? O_EXCL : 0), 0o666)
    if descriptor < 0 { throw OutputError(path: path, problem: .system(code: errno)) }
  }

  deinit { close(descriptor) }

  /// Appends a record. It is the system's at once, so that the end of the process cannot lose it.
  func append(_ bytes: [UInt8]) throws(OutputError) {
    let before = lseek(descriptor, 0, SEEK_END)
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        GumbelCLibrary.write(descriptor, $0.baseAddress, $0.count)
      }
      if count >= 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        let code = errno
        if before >= 0 { _ = ftruncate(descriptor, before) }
        throw OutputError(path: path, problem: .system(code: code))
      }
    }
  }

  /// Returns when what was appended is on the disk.
  func flush() throws(OutputError) {
    // Pipes and some devices cannot be flushed, and need not be.
    if retryingInterrupted({ fsync(descriptor) }) != 0, errno != EINVAL, errno != ENOTSUP {
      throw OutputError(path: path, problem: .system(code: errno))
    }
  }
}
