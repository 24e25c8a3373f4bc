import CGumbelZlib

/// Inflates a stream that comes in pieces. Nothing is allocated by what the stream says of itself:
/// zlib has its window, and what comes out goes where the caller has room.
package final class Inflater {
  package enum Step {
    /// So many bytes were written, at least one.
    case bytes(Int)
    /// All that was supplied is used up.
    case needsInput
    /// The stream is over. Bytes that follow it are left unread.
    case end
    /// This is no such stream: why, in zlib's words.
    case corrupt(String)
  }

  // zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isEnded = false

  package init(_ wrapping: DeflateWrapping) {
    stream.initialize(to: z_stream())
    let size = Int32(MemoryLayout<z_stream>.size)
    let code = inflateInit2_(stream, wrapping.rawValue, ZLIB_VERSION, size)
    precondition(code == Z_OK, "Inflater: zlib fails to start with code \(code)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// How many of the supplied bytes are still to be read.
  var unreadCount: Int { Int(stream.pointee.avail_in) }

  /// Goes on with these bytes, which have to stay where they are until they are read or others are
  /// supplied; what is unread of the last ones is dropped.
  package func supply(_ piece: UnsafeBufferPointer<UInt8>) {
    // zlib does not write what it reads, though its declaration does not say so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.baseAddress)
    stream.pointee.avail_in = UInt32(piece.count)
  }

  /// Writes up to `limit` bytes, of which there has to be room for one.
  package func inflate(into bytes: UnsafeMutablePointer<UInt8>, limit: Int) -> Step {
    precondition(limit > 0, "Inflater: a limit of \(limit) bytes")
    if isEnded { return .end }
    let room = UInt32(clamping: limit)
    stream.pointee.next_out = bytes
    stream.pointee.avail_out = room
    let code = CGumbelZlib.inflate(stream, Z_NO_FLUSH)
    let count = Int(room - stream.pointee.avail_out)
    switch code {
    case Z_STREAM_END:
      isEnded = true
      return count > 0 ? .bytes(count) : .end
    // Where there is room for more, all of the input is used up.
    case Z_OK, Z_BUF_ERROR: return count > 0 ? .bytes(count) : .needsInput
    default: return .corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)")
    }
  }

  /// Passes over zeros behind the end, and begins anew where something else follows: whether it does.
  func restart() -> Bool {
    while stream.pointee.avail_in > 0, stream.pointee.next_in.pointee == 0 {
      stream.pointee.next_in += 1
      stream.pointee.avail_in -= 1
    }
    guard unreadCount > 0 else { return false }
    inflateReset(stream)
    isEnded = false
    return true
  }
}
