extension ImageSet {
  /// A number that tells sets with other pixels apart.
  package var fingerprint: UInt64 {
    func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
      var hash = Fingerprint()
      let wholeWords = bytes.count & ~7
      for place in stride(from: 0, to: wholeWords, by: 8) {
        hash.add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      }
      for byte in bytes[wholeWords...] { hash.add(UInt64(byte)) }
      hash.add(UInt64(bytes.count))
      return hash.value
    }
    switch pixels {
    case .bytes(let bytes): return bytes.withUnsafeBytes(hash)
    case .floats(let floats): return floats.withUnsafeBytes(hash)
    }
  }
}
