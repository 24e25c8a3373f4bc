/// A number that tells data apart: an FNV-1a hash of eight bytes at a time. Against chance, not against
/// forgery.
package struct Fingerprint {
  package private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  package init() {}

  package mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x0000_0100_0000_01b3
    // A product carries upwards only.
    value ^= value &>> 32
  }

  /// Adds whole words, what is left of bytes one by one, and how many bytes there were.
  package mutating func add(_ bytes: UnsafeRawBufferPointer) {
    let wholeWords = bytes.count & ~7
    for place in stride(from: 0, to: wholeWords, by: 8) {
      add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)))
    }
    for byte in bytes[wholeWords...] { add(UInt64(byte)) }
    add(UInt64(bytes.count))
  }
}
