#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A lock on a directory that goes with the process that holds it, however that ends.
///
/// The file `.lock` stays where it is: to remove it would let two processes lock two files of the
/// same name.
final class DirectoryLock {
  private let descriptor: Int32

  init(_ directory: String) throws(RunError) {
    descriptor = open(directory + "/.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw RunError(
        path: directory, problem: "cannot be locked: \(String(cString: strerror(errno)))")
    }
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      let isHeld = errno == EWOULDBLOCK
      let reason = isHeld ? Self.holder(descriptor) : String(cString: strerror(errno))
      close(descriptor)
      throw RunError(
        path: directory,
        problem: isHeld
          ? "is in use by \(reason); expected a directory that no other process trains in"
          : "cannot be locked: \(reason)")
    }
    // For the message above only.
    let text = Array("\(getpid())\n".utf8)
    if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
  }

  deinit {
    // Closing alone would leave the lock to a child that is between fork and exec just now.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  private static func holder(_ descriptor: Int32) -> String {
    var bytes = [UInt8](repeating: 0, count: 20)
    let count = pread(descriptor, &bytes, bytes.count, 0)
    let digits = bytes.prefix(max(0, count)).prefix { (0x30...0x39).contains($0) }
    return digits.isEmpty
      ? "another process" : "process \(String(decoding: digits, as: UTF8.self))"
  }
}
