/// SipHash-2-4, a hash with a key whose values cannot be told from random ones without it.
///
/// Aumasson & Bernstein, "SipHash: a fast short-input PRF", INDOCRYPT 2012.
struct SipHash {
  private var v0, v1, v2, v3: UInt64

  /// The hash of bytes under a key of two words, the lower one first.
  static func hash(_ bytes: UnsafeRawBufferPointer, key: (UInt64, UInt64)) -> UInt64 {
    var state = SipHash(key)
    let words = bytes.count / 8
    for i in 0..<words {
      state.add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)))
    }
    var last = UInt64(truncatingIfNeeded: bytes.count) << 56
    for i in 8 * words..<bytes.count { last |= UInt64(bytes[i]) << (8 * (i - 8 * words)) }
    state.add(last)
    state.v2 ^= 0xff
    for _ in 0..<4 { state.mix() }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3
  }

  private init(_ key: (UInt64, UInt64)) {
    v0 = key.0 ^ 0x736f_6d65_7073_6575
    v1 = key.1 ^ 0x646f_7261_6e64_6f6d
    v2 = key.0 ^ 0x6c79_6765_6e65_7261
    v3 = key.1 ^ 0x7465_6462_7974_6573
  }

  private mutating func add(_ word: UInt64) {
    v3 ^= word
    mix()
    mix()
    v0 ^= word
  }

  @inline(__always)
  private mutating func mix() {
    func rotated(_ x: UInt64, _ by: UInt64) -> UInt64 { x << by | x >> (64 - by) }
    v0 &+= v1
    v1 = rotated(v1, 13) ^ v0
    v0 = rotated(v0, 32)
    v2 &+= v3
    v3 = rotated(v3, 16) ^ v2
    v0 &+= v3
    v3 = rotated(v3, 21) ^ v0
    v2 &+= v1
    v1 = rotated(v1, 17) ^ v2
    v2 = rotated(v2, 32)
  }
}
