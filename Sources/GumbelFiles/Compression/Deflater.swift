import CGumbelZlib

/// What deflated bytes are wrapped in, as zlib takes it: 15 is the largest window.
package enum DeflateWrapping: Int32 {
  case none = -15
  case zlib = 15
  /// With gzip's checksum and size.
  case gzip = 31
}

/// Deflates bytes that are there as a whole.
package enum Deflater {
  /// The bytes, deflated at zlib's usual level. Traps where there is no memory for them.
  package static func deflate(_ bytes: [UInt8], in wrapping: DeflateWrapping) -> [UInt8] {
    // zlib keeps the address of its stream.
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    defer { stream.deallocate() }
    let start = deflateInit2_(
      stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY,
      ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    precondition(start == Z_OK, "Deflater: zlib fails to start with code \(start)")
    defer { deflateEnd(stream) }
    let bound = Int(deflateBound(stream, UInt(bytes.count)))
    return [UInt8](unsafeUninitializedCapacity: bound) { room, count in
      bytes.withUnsafeBufferPointer { bytes in
        // zlib does not write what it reads, though its declaration does not say so.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: bytes.baseAddress)
        stream.pointee.next_out = room.baseAddress
        var (code, left) = (Z_OK, bytes.count)
        // What is there and what there is room for are told in 32 bits.
        while code == Z_OK {
          let (piece, space) = (UInt32(clamping: left), UInt32(clamping: bound - count))
          (stream.pointee.avail_in, stream.pointee.avail_out) = (piece, space)
          code = CGumbelZlib.deflate(stream, left == Int(piece) ? Z_FINISH : Z_NO_FLUSH)
          left -= Int(piece - stream.pointee.avail_in)
          count += Int(space - stream.pointee.avail_out)
        }
        precondition(code == Z_STREAM_END, "Deflater: zlib fails with code \(code)")
      }
    }
  }
}
