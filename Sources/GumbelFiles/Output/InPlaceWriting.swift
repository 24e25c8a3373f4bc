import GumbelCLibrary

/// Puts the bytes of one file into another that exists, where no new file can take its place.
///
/// What goes beyond the old end is written first. If the disk is full, that shows there, and the
/// file gets its old end back: where the old bytes were, there is room for new ones. A crash in
/// between leaves a mixture, against which nothing can be done without a second file.
enum InPlaceWriting {
  private static let chunk = 1 << 16

  /// - Parameters:
  ///   - source: A readable descriptor of the new bytes.
  ///   - path: The path to name in errors.
  static func copy(_ source: Int32, into target: String, for path: String) throws(OutputError) {
    let descriptor = openDescriptor(target, O_WRONLY | O_CLOEXEC)
    if descriptor < 0 { throw OutputError(path: path) }
    defer { close(descriptor) }
    var (old, new) = (stat(), stat())
    guard fstat(descriptor, &old) == 0, fstat(source, &new) == 0 else {
      throw OutputError(path: path)
    }
    let (oldSize, newSize) = (Int(old.st_size), Int(new.st_size))
    guard copy(source, to: descriptor, min(oldSize, newSize)..<newSize) else {
      let code = errno
      _ = retryingInterrupted { ftruncate(descriptor, old.st_size) }
      throw OutputError(path: path, problem: .system(code: code))
    }
    guard copy(source, to: descriptor, 0..<min(oldSize, newSize)),
      retryingInterrupted({ ftruncate(descriptor, new.st_size) }) == 0,
      retryingInterrupted({ fsync(descriptor) }) == 0
    else { throw OutputError(path: path) }
  }

  private static func copy(_ source: Int32, to target: Int32, _ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    var bytes = [UInt8](repeating: 0, count: min(chunk, max(range.count, 1)))
    while position < range.upperBound {
      let limit = min(bytes.count, range.upperBound - position)
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(source, buffer.baseAddress, limit, off_t(position))
      }
      if count < 0, errno == EINTR { continue }
      if count == 0 { errno = EIO }
      guard count > 0,
        bytes.withUnsafeBytes({
          writeAll(UnsafeRawBufferPointer(rebasing: $0[..<count]), to: target, at: position)
        })
      else { return false }
      position += count
    }
    return true
  }
}
