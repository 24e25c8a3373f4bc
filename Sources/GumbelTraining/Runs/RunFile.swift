import GumbelCLibrary
import GumbelFiles

/// Reading of our own files, whose size is asked before memory is taken: a damaged file must not
/// take the machine's memory, and a pipe in its place must not be waited for.
package enum RunFile {
  /// The bytes of the files that a run has, at most.
  package enum Limit {
    /// Of settings, with a vocabulary and a grammar.
    package static let settings = 64 << 20
    /// Of measurements, and of what another command's file holds of a run's results.
    package static let measurements = 1 << 30
    /// Of a checkpoint's header, which may hold a history.
    package static let header = 1 << 30
  }

  /// The bytes of a regular file.
  ///
  /// - Parameters:
  ///   - limit: the most bytes that it may have.
  ///   - expected: what the file should be, for messages.
  ///   - count: how many of its first bytes are read; nil for all.
  /// - Throws: ``RunError`` if it is missing, no regular file, or larger.
  package static func bytes(
    of path: String, limit: Int, expected: String, first count: Int? = nil
  ) throws(RunError) -> [UInt8] {
    func failure(_ problem: String) -> RunError { RunError(path: path, problem: problem) }
    func unreadable(_ code: Int32) -> RunError {
      failure("cannot be read (\(String(cString: strerror(code)))); expected \(expected)")
    }
    // A pipe is not waited for.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw unreadable(errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw failure("is not a regular file; expected \(expected)")
    }
    let whole = Int(status.st_size)
    guard whole <= limit else {
      throw failure("has \(whole) bytes; expected \(expected), of at most \(limit)")
    }
    let (bytes, code) = readBytes(from: descriptor, count: min(whole, count ?? whole))
    if code != 0 { throw unreadable(code) }
    return bytes
  }

  /// Whether a path itself, and not what it leads to, is a symbolic link.
  static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
