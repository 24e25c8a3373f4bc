/// Forms of compressed files, told by their first bytes. Gzip is read, the others are named.
enum CompressedForm: String {
  case gzip, bzip2, xz, lz4, compress
  case zstandard = "zstd"

  /// The program that unpacks it.
  var program: String { rawValue }

  /// The bytes that files of each form begin with. Those of bzip2 would be printable but for the
  /// mark of its first block.
  private static let signatures: [(form: CompressedForm, bytes: [UInt8])] =
    [
      (.gzip, [0x1F, 0x8B]), (.zstandard, [0x28, 0xB5, 0x2F, 0xFD]),
      (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]), (.lz4, [0x04, 0x22, 0x4D, 0x18]),
      (.compress, [0x1F, 0x9D]),
    ]
    + (1...9).map { (.bzip2, Array("BZh\($0)".utf8) + [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) }

  /// The form of a file with these first bytes, or nil.
  init?(head: UnsafeBufferPointer<UInt8>) {
    guard let found = Self.signatures.first(where: { head.starts(with: $0.bytes) }) else {
      return nil
    }
    self = found.form
  }

  /// Whether more bytes are needed to tell.
  static func isUndecided(head: UnsafeBufferPointer<UInt8>) -> Bool {
    signatures.contains { head.count < $0.bytes.count && $0.bytes.starts(with: head) }
  }
}
