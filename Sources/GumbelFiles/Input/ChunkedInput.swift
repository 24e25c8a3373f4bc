import GumbelCLibrary

/// Bytes of a file or pipe, read a chunk at a time into one buffer that grows only while nothing
/// is consumed from it. Those of a gzip file are the ones inside, found by its first bytes.
package final class ChunkedInput {
  package private(set) var source: InputSource
  private let descriptor: Int32
  private let isOwned: Bool
  private let shouldStop: (@Sendable () -> Bool)?
  private let chunk: Int
  /// Whether it is still to be found out if this is a compressed file.
  private var looksForForm: Bool
  private var inflater: GzipInflater?
  private var member: ZIPMemberReader?

  // What a line or a record asks for is inlined where it is asked for, and not checked there for
  // accesses that overlap: each is over before another begins.
  @exclusivity(unchecked) @usableFromInline var buffer: UnsafeMutablePointer<UInt8>
  package private(set) var capacity: Int
  @exclusivity(unchecked) @usableFromInline var start = 0
  @exclusivity(unchecked) @usableFromInline var end = 0

  /// The bytes before the first line's text.
  package var markLength = 0

  /// Whether everything has been read, though perhaps not yet consumed.
  package private(set) var isAtEnd = false

  /// Whether `shouldStop` asked for the reading to end.
  @inlinable @inline(__always) package var isStopped: Bool { wasStopped }
  @exclusivity(unchecked) @usableFromInline var wasStopped = false

  package init(
    _ source: InputSource, chunk: Int, inflatingGzip: Bool = true,
    shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) {
    (descriptor, isOwned) = try source.open(shouldStop: shouldStop)
    self.source = source
    self.shouldStop = shouldStop
    self.chunk = chunk
    looksForForm = inflatingGzip
    // Room for the first bytes that tell the form, however small the chunks.
    capacity = max(2 * chunk, 16)
    buffer = .allocate(capacity: capacity)
  }

  deinit {
    buffer.deallocate()
    if isOwned { close(descriptor) }
  }

  /// What has been read and not consumed, valid until the next `readMore` or `consume`.
  @inlinable @inline(__always) package var unread: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(start: buffer + start, count: end - start)
  }

  @inlinable @inline(__always) package func consume(_ count: Int) {
    start += count
  }

  /// Appends what one read yields to `unread`, waiting for at least one byte. False at the end,
  /// and when stopped.
  package func readMore() throws(InputError) -> Bool {
    if isAtEnd || isStopped { return false }
    makeRoom()
    let count =
      if looksForForm {
        try readFirstBytes(into: buffer + end)
      } else if let member {
        try member.read(into: buffer + end, limit: min(chunk, capacity - end), from: self)
      } else if let inflater {
        try inflater.read(into: buffer + end, limit: min(chunk, capacity - end), from: self)
      } else {
        try readRaw(into: buffer + end, limit: min(chunk, capacity - end))
      }
    end += count
    if count == 0, !isStopped { isAtEnd = true }
    return count > 0
  }

  /// The bytes of the file as it is: as many as one read yields, 0 at the end and when stopped.
  func readRaw(into bytes: UnsafeMutablePointer<UInt8>, limit: Int) throws(InputError) -> Int {
    while try waitForInput() {
      let count = read(descriptor, bytes, limit)
      if count >= 0 { return count }
      switch errno {
      case EINTR, EAGAIN: continue
      case let code: throw error(.readFailed(code: code))
      }
    }
    return 0
  }

  /// The first bytes, of what a gzip file holds if it is one. No more is waited for than tells
  /// whether it is: the source may be someone typing.
  private func readFirstBytes(into bytes: UnsafeMutablePointer<UInt8>) throws(InputError) -> Int {
    let room = capacity - end
    var count = 0
    repeat {
      let more = try readRaw(into: bytes + count, limit: min(chunk, room - count))
      if more == 0 { break }
      count += more
    } while CompressedForm.isUndecided(head: UnsafeBufferPointer(start: bytes, count: count))
    looksForForm = false
    let head = UnsafeBufferPointer(start: bytes, count: count)
    guard let form = CompressedForm(head: head) else { return count }
    guard form == .gzip else {
      throw error(.compressed(program: form.program))
    }
    let inflater = GzipInflater(chunk: max(chunk, 1 << 14), head: head)
    self.inflater = inflater
    return try inflater.read(into: bytes, limit: min(chunk, room), from: self)
  }

  /// The whole file, mapped, where it is a regular one whose bytes are these; nil elsewhere.
  package func mapped() -> MappedFile? {
    guard case .file(let path) = source, !looksForForm, inflater == nil, member == nil else {
      return nil
    }
    return MappedFile(descriptor, path: path)
  }

  /// What the ZIP archive that the file is holds.
  package func archive() throws(InputError) -> ZIPArchive {
    do throws(ZIPProblem) {
      // Inside a gzip file there is no end to begin from.
      if inflater != nil { throw .noFile }
      return try ZIPArchive(descriptor: descriptor)
    } catch {
      throw self.error(.zip(error))
    }
  }

  /// Goes on with a member of the archive in place of the file, under a name of its own.
  package func enter(_ member: ZIPArchive.Member, named name: String) throws(InputError) {
    do throws(ZIPProblem) {
      if member.isEncrypted { throw .method("encrypted", member: member.name) }
      if member.method != 0, member.method != 8 {
        throw .method("packed by method \(member.method)", member: member.name)
      }
      let offset = try ZIPArchive.dataOffset(of: member, descriptor: descriptor)
      guard lseek(descriptor, off_t(offset), SEEK_SET) == off_t(offset) else { throw .noFile }
    } catch {
      throw self.error(.zip(error))
    }
    self.member = ZIPMemberReader(member)
    source = .descriptor(descriptor, name: name)
    (start, end, isAtEnd) = (0, 0, false)
  }

  private func makeRoom() {
    if end < capacity { return }
    if start >= capacity / 2 {
      buffer.update(from: buffer + start, count: end - start)
    } else {
      let grown = UnsafeMutablePointer<UInt8>.allocate(capacity: 2 * capacity)
      grown.update(from: buffer + start, count: end - start)
      buffer.deallocate()
      buffer = grown
      capacity *= 2
    }
    end -= start
    start = 0
  }

  /// True once a read would not block; false when asked to stop.
  ///
  /// Waits in short slices, because a signal may well arrive on another thread and interrupt
  /// nothing here.
  private func waitForInput() throws(InputError) -> Bool {
    while true {
      if shouldStop?() == true {
        wasStopped = true
        return false
      }
      var query = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      let ready = poll(&query, 1, shouldStop == nil ? -1 : 100)
      if ready > 0 { return true }
      if ready < 0, errno != EINTR {
        throw error(.readFailed(code: errno))
      }
    }
  }
}
