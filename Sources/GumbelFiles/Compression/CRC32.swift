import CGumbelZlib

/// The checksum of PNG files and ZIP archives: a cyclic redundancy check of 32 bits (ISO/IEC 15948,
/// annex D), here of bytes that come in pieces.
package struct CRC32 {
  /// The checksum of the bytes so far.
  package private(set) var value: UInt32 = 0

  package init() {}

  /// The checksum of bytes that are there as a whole.
  package init(of bytes: [UInt8]) { bytes.withUnsafeBufferPointer { update($0) } }

  package mutating func update(_ bytes: UnsafeBufferPointer<UInt8>) {
    // Without an address zlib gives the checksum of no bytes.
    guard let base = bytes.baseAddress else { return }
    value = UInt32(truncatingIfNeeded: crc32(UInt(value), base, UInt32(bytes.count)))
  }
}
