import CGumbelZlib

/// What deflated bytes are wrapped in, as zlib takes it: 15 is the largest window.
public enum DeflateWrapping: Int32 {
  case none = -15
  case zlib = 15
  case gzip = 31
}

/// What zlib makes of bytes.
public func deflated(_ bytes: [UInt8], in wrapping: DeflateWrapping) -> [UInt8] {
  var stream = z_stream()
  let code = deflateInit2_(
    &stream, 6, Z_DEFLATED, wrapping.rawValue, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  precondition(code == Z_OK, "zlib does not start")
  defer { deflateEnd(&stream) }
  var input = bytes
  var output = [UInt8](repeating: 0, count: bytes.count + 1000)
  let count = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      stream.next_in = input.baseAddress
      stream.avail_in = UInt32(input.count)
      stream.next_out = output.baseAddress
      stream.avail_out = UInt32(output.count)
      precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "zlib does not end")
      return output.count - Int(stream.avail_out)
    }
  }
  return Array(output[..<count])
}

/// A member of a gzip file.
public func gzipped(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, in: .gzip) }

/// The checksum of PNG and ZIP files.
public func crc(of bytes: some Sequence<UInt8>) -> Int {
  let bytes = Array(bytes)
  return Int(crc32(0, bytes, UInt32(bytes.count)))
}
