import CZlib

/// What the members of a gzip file hold, one after the other, a piece at a time.
///
/// Nothing is allocated by what the file says of itself: one buffer of compressed bytes, and the
/// window of zlib. Zeros after a member, with which tapes are filled up, are passed over.
/// Source: RFC 1952.
final class GzipInflater {
  /// What little data may become: only beyond so many bytes is more than `mostGrowth` times the
  /// compressed size refused. Tables and texts shrink to a tenth, repeated bytes to a thousandth.
  static let freeSize = 1 << 26
  static let mostGrowth = 250

  // zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private let compressed: UnsafeMutablePointer<UInt8>
  private let chunk: Int
  /// The bytes of the file that were taken into `compressed`.
  private var position: Int
  private var isInMember = true
  private var inflated = 0

  /// An inflater of a file whose first bytes, no more than a chunk, have been read already.
  init(chunk: Int, head: UnsafeBufferPointer<UInt8>) {
    self.chunk = chunk
    compressed = .allocate(capacity: chunk)
    stream.initialize(to: z_stream())
    // 16 asks for gzip's wrapping with its checksum, 15 for the largest window.
    let code = inflateInit2_(stream, 16 + 15, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "GzipInflater: zlib fails to start with code \(code)")
    compressed.update(from: head.baseAddress!, count: head.count)
    stream.pointee.next_in = compressed
    stream.pointee.avail_in = UInt32(head.count)
    position = head.count
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
    compressed.deallocate()
  }

  /// Writes up to `limit` bytes and returns how many: 0 at the end and when stopped.
  func read(
    into bytes: UnsafeMutablePointer<UInt8>, limit: Int, from input: ChunkedInput
  ) throws(InputError) -> Int {
    stream.pointee.next_out = bytes
    stream.pointee.avail_out = UInt32(clamping: limit)
    let room = stream.pointee.avail_out
    while true {
      if stream.pointee.avail_in == 0 {
        let count = try input.readRaw(into: compressed, limit: chunk)
        if count == 0 {
          if input.isStopped || !isInMember { return 0 }
          throw InputError(source: input.source.name, problem: .gzipTruncated(byte: position))
        }
        stream.pointee.next_in = compressed
        stream.pointee.avail_in = UInt32(count)
        position += count
      }
      guard isInMember || startsMember() else { continue }
      let code = inflate(stream, Z_NO_FLUSH)
      switch code {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END:
        isInMember = false
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
        throw InputError(
          source: input.source.name,
          problem: .gzipCorrupt(
            byte: position - Int(stream.pointee.avail_in), reason: reason))
      }
      let count = Int(room - stream.pointee.avail_out)
      if count > 0 {
        inflated += count
        if inflated > Self.freeSize, inflated / Self.mostGrowth > position {
          throw InputError(
            source: input.source.name,
            problem: .inflatesTooMuch(limit: Self.freeSize, growth: Self.mostGrowth))
        }
        return count
      }
    }
  }

  /// Passes over zeros; true at the first byte that may start a member.
  private func startsMember() -> Bool {
    while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    guard stream.pointee.avail_in > 0 else { return false }
    inflateReset(stream)
    isInMember = true
    return true
  }
}
