import GumbelCLibrary

/// Writes a file piece by piece, in the manner of ``AtomicFile``: the path holds what it held
/// before until `finish`, and a writer that goes without it leaves nothing behind.
package final class AtomicFileWriter {
  private enum Destination {
    /// A descriptor that is open already, or that of a device.
    case descriptor(Int32, isOwned: Bool)
    case file(TemporaryFile, target: String)
  }

  private let path: String
  private let destination: Destination
  private var isFinished = false
  /// Whether a pipe, a device or standard output is written, rather than a file that is new.
  package var isInPlace: Bool {
    if case .descriptor = destination { true } else { false }
  }
  private var isBegun = false

  /// - Parameter followingLinks: whether what a symbolic link points to is written, and not the link.
  package init(_ path: String, followingLinks: Bool = true) throws(OutputError) {
    self.path = path
    switch try OutputTarget(path, followingLinks: followingLinks) {
    case .descriptor(let descriptor):
      destination = .descriptor(descriptor, isOwned: false)
    case .device:
      let descriptor = openDescriptor(path, O_WRONLY | O_CLOEXEC)
      if descriptor < 0 { throw OutputError(path: path) }
      destination = .descriptor(descriptor, isOwned: true)
    case .file(let target, let existing):
      let temporary = try TemporaryFile(
        beside: target, for: path, isReplacing: existing != nil)
      destination = .file(temporary, target: target)
      do throws(OutputError) {
        try temporary.takeOver(existing)
      } catch {
        temporary.discard()
        isFinished = true
        throw error
      }
    }
  }

  deinit {
    switch destination {
    case .descriptor(let descriptor, let isOwned): if isOwned { close(descriptor) }
    case .file(let temporary, _): if !isFinished { temporary.discard() }
    }
  }

  /// Appends bytes.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(OutputError) {
    var rest = bytes[...]
    if !isBegun, isInPlace, !rest.isEmpty {
      isBegun = true
      HalfWritten.begin(path)
    }
    while !rest.isEmpty {
      let chunk = UnsafeRawBufferPointer(rebasing: rest)
      let count = GumbelCLibrary.write(descriptor, chunk.baseAddress, chunk.count)
      if count >= 0 {
        rest.removeFirst(count)
      } else if errno == EAGAIN {
        var query = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        _ = poll(&query, 1, -1)
      } else if errno != EINTR {
        throw OutputError(path: path)
      }
    }
  }

  /// Cuts a file to `length` bytes and puts others in the place of its first. False, and nothing is
  /// done, where the destination is not a file of ours: a pipe does not go back.
  package func rewrite(start bytes: [UInt8], length: Int) throws(OutputError) -> Bool {
    guard case .file(let temporary, _) = destination else { return false }
    guard bytes.withUnsafeBytes({ writeAll($0, to: temporary.descriptor, at: 0) }),
      retryingInterrupted({ ftruncate(temporary.descriptor, off_t(length)) }) == 0
    else { throw OutputError(path: path) }
    return true
  }

  /// Flushes a file and puts it in the place of the old one.
  package func finish() throws(OutputError) {
    if case .file(let temporary, let target) = destination {
      try temporary.replace(target)
    } else if isBegun {
      HalfWritten.end(path)
    }
    isFinished = true
  }

  /// Flushes files, and only then puts all of them in the places of the old ones: a process that is asked
  /// to end before that leaves the old ones, and one that is ended in between has the rest follow.
  ///
  /// - Parameters:
  ///   - check: called before the first one is put in place; what it throws leaves the old ones.
  ///   - willPlace: called before each is, with its number.
  package static func finish(
    _ writers: [AtomicFileWriter], check: () throws -> Void = {},
    willPlace: (Int) -> Void = { _ in }
  ) throws {
    var files: [(writer: AtomicFileWriter, file: TemporaryFile, target: String)] = []
    for writer in writers {
      guard case .file(let temporary, let target) = writer.destination else { continue }
      try temporary.flush()
      files.append((writer, temporary, target))
    }
    try check()
    TemporaryFile.beginPlacing(files.map { ($0.file, $0.target) })
    defer { TemporaryFile.endPlacing() }
    var failure: OutputError?
    for (i, next) in files.enumerated() {
      willPlace(i)
      do throws(OutputError) {
        try next.file.place(next.target)
        next.writer.isFinished = true
      } catch {
        failure = failure ?? error
        // One alone would not be of a set with the others.
        if i == 0 { break }
      }
    }
    if let failure { throw failure }
    for writer in writers where writer.isInPlace { try writer.finish() }
  }

  private var descriptor: Int32 {
    switch destination {
    case .descriptor(let descriptor, _): descriptor
    case .file(let temporary, _): temporary.descriptor
    }
  }
}
