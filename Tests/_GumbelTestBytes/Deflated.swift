import GumbelFiles

/// What zlib makes of bytes.
package func deflated(_ bytes: [UInt8], in wrapping: DeflateWrapping) -> [UInt8] {
  Deflater.deflate(bytes, in: wrapping)
}

/// A member of a gzip file.
package func gzipped(_ bytes: [UInt8]) -> [UInt8] { deflated(bytes, in: .gzip) }

/// The checksum of PNG and ZIP files, bit by bit as in annex D of the PNG Specification.
package func crc(of bytes: some Sequence<UInt8>) -> Int {
  var register: UInt32 = 0xFFFF_FFFF
  for byte in bytes {
    register ^= UInt32(byte)
    for _ in 0..<8 { register = register & 1 == 1 ? register >> 1 ^ 0xEDB8_8320 : register >> 1 }
  }
  return Int(register ^ 0xFFFF_FFFF)
}
