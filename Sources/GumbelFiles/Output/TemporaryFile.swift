import GumbelCLibrary

/// A new file with a name of its own in the directory of the one it is to replace; where nothing can
/// be made there, one without a name in the directory of temporary files.
struct TemporaryFile {
  private static let prefix = ".gumbel-"
  private static let suffix = ".tmp"
  /// The names of those that exist now.
  private static let names = Locked<Set<String>>([])
  /// Those that belong together, and are being put in the places of others one after another.
  private static let placed = Locked<[(name: String, target: String)]>([])

  let descriptor: Int32
  /// nil where it has none any more.
  private let name: String?
  private let path: String

  /// - Parameters:
  ///   - path: The path to name in errors.
  ///   - isReplacing: Whether there is a file at `target`, which could be written in place.
  init(beside target: String, for path: String, isReplacing: Bool) throws(OutputError) {
    do throws(OutputError) {
      try self.init(in: directory(of: target), for: path)
    } catch {
      let inPlace = [EACCES, EPERM, EROFS].contains { error.problem == .system(code: $0) }
      guard isReplacing, inPlace else { throw error }
      let folder = getenv("TMPDIR").map { String(cString: $0) } ?? ""
      do throws(OutputError) {
        let elsewhere = try TemporaryFile(in: folder.isEmpty ? "/tmp" : folder, for: path)
        self.init(unnaming: elsewhere)
      } catch _ {
        throw error
      }
    }
  }

  private init(unnaming file: TemporaryFile) {
    file.forget()
    (descriptor, name, path) = (file.descriptor, nil, file.path)
  }

  private init(in directory: String, for path: String) throws(OutputError) {
    self.path = path
    while true {
      let unique = String(UInt64.random(in: .min ... .max), radix: 36)
      let name = "\(directory)/\(Self.prefix)\(unique)\(Self.suffix)"
      let descriptor = openDescriptor(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)
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

  /// Flushes the file and puts it in the place of another, or its bytes into that one where the
  /// system does not let a file be replaced: one that is mounted by itself, or that is in a
  /// directory that cannot be written.
  func replace(_ target: String) throws(OutputError) {
    try flush()
    try place(target)
  }

  /// Sees to it that the file is on the disk.
  func flush() throws(OutputError) {
    if retryingInterrupted({ fsync(descriptor) }) != 0 { throw OutputError(path: path) }
  }

  /// Says that files are about to be put in the places of others, of which all are to be new or none:
  /// should the process end all of a sudden meanwhile, ``discardAll()`` goes on with it.
  static func beginPlacing(_ files: [(file: TemporaryFile, target: String)]) {
    placed.withLock { $0 = files.compactMap { file in file.file.name.map { ($0, file.target) } } }
  }

  static func endPlacing() { placed.withLock { $0 = [] } }

  /// Puts the file, which has been flushed, in the place of another.
  func place(_ target: String) throws(OutputError) {
    guard let name else { return try writeInto(target) }
    if retryingInterrupted({ rename(name, target) }) != 0 {
      let code = errno
      // A directory with the sticky bit lets nobody replace what is another's.
      guard [EBUSY, EXDEV, EACCES, EPERM, EROFS].contains(code), access(target, W_OK) == 0 else {
        throw OutputError(path: path, problem: .system(code: code))
      }
      return try writeInto(target)
    }
    Self.names.withLock { _ = $0.remove(name) }
    close(descriptor)
    // The new file is in place. That its directory is flushed too is worth trying, but some file
    // systems cannot.
    let parent = openDescriptor(directory(of: target), O_RDONLY | O_CLOEXEC)
    if parent >= 0 {
      _ = retryingInterrupted { fsync(parent) }
      close(parent)
    }
  }

  private func writeInto(_ target: String) throws(OutputError) {
    AtomicFile.onWritingInPlace?(path)
    HalfWritten.begin(path)
    try InPlaceWriting.copy(descriptor, into: target, for: path)
    HalfWritten.end(path)
    discard()
  }

  func discard() {
    close(descriptor)
    forget()
  }

  private func forget() {
    guard let name else { return }
    unlink(name)
    Self.names.withLock { _ = $0.remove(name) }
  }

  /// Removes those of this process, which is about to end; but those of which some are in their places
  /// already follow these.
  static func discardAll() {
    for file in placed.withLockSoon({ $0 }) ?? [] { _ = rename(file.name, file.target) }
    for name in names.withLockSoon({ $0 }) ?? [] { unlink(name) }
  }

  /// Removes the files in a directory whose writers have ended without a chance to do it.
  static func removeAbandoned(in directory: String) {
    for name in allEntries(directory) ?? [] {
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { continue }
      let descriptor = openDescriptor(directory + "/" + name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
      if descriptor < 0 { continue }
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { unlink(directory + "/" + name) }
      close(descriptor)
    }
  }
}
