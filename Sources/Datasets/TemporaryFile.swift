#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A new file with a name of its own in the directory of the one it is to replace.
struct TemporaryFile {
  private static let prefix = ".gumbel-"
  private static let suffix = ".tmp"
  /// The names of those that exist now.
  private static let names = Locked<Set<String>>([])

  let descriptor: Int32
  private let name: String
  private let path: String

  /// - Parameter path: The path to name in errors.
  init(beside target: String, for path: String) throws(OutputError) {
    self.path = path
    let directory = directory(of: target)
    while true {
      let unique = String(UInt64.random(in: .min ... .max), radix: 36)
      let name = "\(directory)/\(Self.prefix)\(unique)\(Self.suffix)"
      let descriptor = openDescriptor(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC)
      if descriptor >= 0 {
        self.name = name
        self.descriptor = descriptor
        Self.names.withLock { _ = $0.insert(name) }
        // Tells it from a file whose writer was killed. Where it fails, nothing is lost by it.
        _ = flock(descriptor, LOCK_EX | LOCK_NB)
        return
      }
      if errno == ENOENT { throw OutputError(path: path, problem: .missingDirectory(directory)) }
      if errno != EEXIST && errno != EINTR { throw OutputError(path: path) }
    }
  }

  /// Gives the file the owner, if the system allows, and the permissions of another.
  func takeOver(_ existing: stat?) throws(OutputError) {
    guard let existing else { return }
    _ = fchown(descriptor, existing.st_uid, existing.st_gid)
    if fchmod(descriptor, existing.st_mode & 0o777) != 0 { throw OutputError(path: path) }
  }

  /// Flushes the file and puts it in the place of another.
  func replace(_ target: String) throws(OutputError) {
    if retryingInterrupted({ fsync(descriptor) }) != 0
      || retryingInterrupted({ rename(name, target) }) != 0
    {
      throw OutputError(path: path)
    }
    Self.names.withLock { _ = $0.remove(name) }
    close(descriptor)
    // The new file is in place. That its directory is flushed too is worth trying, but some file
    // systems cannot.
    let parent = openDescriptor(directory(of: target), O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      _ = fsync(parent)
      close(parent)
    }
  }

  func discard() {
    close(descriptor)
    unlink(name)
    Self.names.withLock { _ = $0.remove(name) }
  }

  /// Removes those of this process, which is about to end.
  static func discardAll() {
    for name in names.withLock({ $0 }) { unlink(name) }
  }

  /// Removes the files in a directory whose writers have ended without a chance to do it.
  static func removeAbandoned(in directory: String) {
    guard let stream = opendir(directory) else { return }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { continue }
      let descriptor = openDescriptor(directory + "/" + name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      if descriptor < 0 { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(directory + "/" + name) }
      close(descriptor)
    }
  }
}
