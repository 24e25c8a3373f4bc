import GumbelCLibrary

/// Writes files so that a path holds either what it held before or all that is new, also after a
/// crash.
///
/// Of an existing file the permissions and, where the system allows, the owner are kept; what a
/// symbolic link points to is written, not the link. Devices, pipes and `/dev/stdout` are written
/// straight, since there is nothing to replace. A file that cannot be replaced, because it is mounted
/// by itself or its directory cannot be written, is written in place once all that is new is on a
/// disk.
public enum AtomicFile {
  /// Told of the path before a file is written in place, which a crash could leave half done.
  // Safe: a command sets it once, before anything is written.
  nonisolated(unsafe) package static var onWritingInPlace: ((String) -> Void)?

  /// Writes bytes to a file beside `path`, flushes it to the disk and renames it to `path`.
  ///
  /// - Throws: If any of that fails; `path` is then as before, and nothing is left beside it.
  public static func write(_ bytes: [UInt8], to path: String) throws(OutputError) {
    try bytes.withUnsafeBufferPointer { buffer throws(OutputError) in
      try write(UnsafeRawBufferPointer(buffer), to: path)
    }
  }

  /// The same, but that a symbolic link is replaced, and what it points to is left alone: for
  /// directories of ours, where nothing is a link.
  package static func replace(_ path: String, with bytes: [UInt8]) throws(OutputError) {
    try bytes.withUnsafeBufferPointer { buffer throws(OutputError) in
      let writer = try AtomicFileWriter(path, followingLinks: false)
      try writer.write(UnsafeRawBufferPointer(buffer))
      try writer.finish()
    }
  }

  /// Writes text as UTF-8.
  ///
  /// - Throws: As for bytes.
  public static func write(_ text: String, to path: String) throws(OutputError) {
    try write(Array(text.utf8), to: path)
  }

  /// Fails where `write` would, as far as that can be told beforehand; for use ahead of long work.
  ///
  /// Makes an empty file beside `path` and removes it, which is the only sure test.
  public static func checkWritable(_ path: String) throws(OutputError) {
    switch try OutputTarget(path) {
    case .descriptor(let descriptor):
      let flags = fcntl(descriptor, F_GETFL)
      if flags < 0 { throw OutputError(path: path) }
      // As where it was closed when the process began.
      if flags & O_ACCMODE == O_RDONLY {
        throw OutputError(path: path, problem: .system(code: EBADF))
      }
    case .device:
      if access(path, W_OK) != 0 { throw OutputError(path: path) }
    case .file(let target, let existing):
      let temporary = try TemporaryFile(
        beside: target, for: path, isReplacing: existing != nil)
      temporary.discard()
    }
  }

  /// Removes what processes that were killed while they wrote have left in the directory of a file.
  package static func removeAbandoned(beside path: String) {
    TemporaryFile.removeAbandoned(in: directory(of: path))
  }

  /// Removes what this process has begun to write and not finished, before it ends all of a sudden.
  package static func discardUnfinished() { TemporaryFile.discardAll() }

  /// The paths of devices, pipes and files written in place that may have a part of what they are to
  /// have, where this process ends all of a sudden.
  package static var halfWritten: [String] { HalfWritten.all }

  private static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(OutputError) {
    let writer = try AtomicFileWriter(path)
    try writer.write(bytes)
    try writer.finish()
  }
}
