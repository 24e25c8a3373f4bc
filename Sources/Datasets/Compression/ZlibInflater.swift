import CZlib

/// Inflates a zlib stream that comes in pieces, as in the chunks of a PNG file.
final class ZlibInflater {
  // zlib keeps the address of its stream.
  private let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
  private var isEnded = false

  init() {
    stream.initialize(to: z_stream())
    let code = inflateInit_(stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(code == Z_OK, "ZlibInflater: zlib fails to start with code \(code)")
  }

  deinit {
    inflateEnd(stream)
    stream.deallocate()
  }

  /// Hands on what the next piece holds, some bytes at a time, until there is no more or the
  /// receiver returns false. A failure's byte is the one in the piece.
  func inflate(
    _ piece: UnsafeBufferPointer<UInt8>, to receive: (UnsafeBufferPointer<UInt8>) -> Bool
  ) throws(PNGFailure) {
    if isEnded || piece.isEmpty { return }
    var failure: PNGFailure?
    // zlib does not write what it reads, though its declaration does not say so.
    stream.pointee.next_in = UnsafeMutablePointer(mutating: piece.baseAddress)
    stream.pointee.avail_in = UInt32(piece.count)
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 15) { room in
      var goesOn = true
      repeat {
        stream.pointee.next_out = room.baseAddress
        stream.pointee.avail_out = UInt32(room.count)
        let code = CZlib.inflate(stream, Z_NO_FLUSH)
        let count = room.count - Int(stream.pointee.avail_out)
        if count > 0 { goesOn = receive(UnsafeBufferPointer(rebasing: room[..<count])) }
        switch code {
        case Z_OK, Z_BUF_ERROR: break
        case Z_STREAM_END: isEnded = true
        default:
          let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(code)"
          failure = PNGFailure(
            .compression(reason), byte: piece.count - Int(stream.pointee.avail_in))
        }
      } while goesOn && !isEnded && failure == nil
        && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
    }
    if let failure { throw failure }
  }
}
