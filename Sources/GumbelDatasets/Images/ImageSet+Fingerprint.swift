extension ImageSet {
  /// A number that tells sets with other pixels apart: an FNV-1a hash of eight bytes at a time.
  package var fingerprint: UInt64 {
    func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
      var state: UInt64 = 0xcbf2_9ce4_8422_2325
      func add(_ word: UInt64) {
        state = (state ^ word) &* 0x0000_0100_0000_01b3
        // A product carries upwards only.
        state ^= state &>> 32
      }
      let wholeWords = bytes.count & ~7
      for place in stride(from: 0, to: wholeWords, by: 8) {
        add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
      }
      for byte in bytes[wholeWords...] { add(UInt64(byte)) }
      add(UInt64(bytes.count))
      return state
    }
    switch pixels {
    case .bytes(let bytes): return bytes.withUnsafeBytes(hash)
    case .floats(let floats): return floats.withUnsafeBytes(hash)
    }
  }
}
