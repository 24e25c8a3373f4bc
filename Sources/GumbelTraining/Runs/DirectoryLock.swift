import GumbelCLibrary

/// A lock that goes with the process that holds it, however that ends.
///
/// The file `.lock` of a directory stays where it is. What is opened is never cut off, nor is a link
/// followed: the file may be somebody else's.
package final class DirectoryLock {
  private let descriptor: Int32

  /// Locks a directory.
  init(_ path: String) throws(RunError) {
    let file = path + "/.lock"
    func failure(_ reason: String) -> RunError {
      RunError(path: path, problem: "cannot be locked: \(reason)")
    }
    while true {
      let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o666)
      guard descriptor >= 0 else {
        if errno == EINTR { continue }
        throw failure(
          errno == ELOOP
            ? "\(file) is a symbolic link, expected a file of its own"
            : "\(file): \(String(cString: strerror(errno)))")
      }
      var (held, named) = (stat(), stat())
      guard fstat(descriptor, &held) == 0, held.st_mode & S_IFMT == S_IFREG else {
        close(descriptor)
        throw failure("\(file) is not a regular file")
      }
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
        let (isHeld, reason) = (errno == EWOULDBLOCK, String(cString: strerror(errno)))
        let holder = Self.holder(descriptor)
        close(descriptor)
        if !isHeld { throw failure(reason) }
        throw RunError(
          path: path,
          problem: "is in use by \(holder); expected a directory that no other process trains in")
      }
      // Another process may have removed the file that was opened before it let it go.
      if lstat(file, &named) == 0, named.st_ino == held.st_ino, named.st_dev == held.st_dev {
        self.descriptor = descriptor
        break
      }
      close(descriptor)
    }
    writeHolder()
  }

  deinit {
    // Closing alone would leave the lock to a child that is between fork and exec just now.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Writes this process's number, for the message above only, where there is nothing or such a
  /// number.
  private func writeHolder() {
    var bytes = [UInt8](repeating: 0, count: 21)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let isOurs = bytes.prefix(max(0, count)).allSatisfy { (0x30...0x39).contains($0) || $0 == 0x0A }
    guard count >= 0, count < bytes.count, isOurs else { return }
    let text = Array("\(getpid())\n".utf8)
    _ = pwrite(descriptor, text, text.count, 0)
    if count > text.count { _ = ftruncate(descriptor, off_t(text.count)) }
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty
      ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
  }
}
