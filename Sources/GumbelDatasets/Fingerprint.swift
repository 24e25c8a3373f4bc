/// A number that tells data apart: an FNV-1a hash of eight bytes at a time.
struct Fingerprint {
  private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ word: UInt64) {
    value = (value ^ word) &* 0x0000_0100_0000_01b3
    // A product carries upwards only.
    value ^= value &>> 32
  }
}
