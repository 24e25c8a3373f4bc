/// A message of Protocol Buffers, written field by field.
struct ProtocolBuffer {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ field: Int, integer value: Int) {
    appendTag(field, wireType: 0)
    appendVarint(UInt64(bitPattern: Int64(value)))
  }

  mutating func append(_ field: Int, double value: Double) {
    appendTag(field, wireType: 1)
    appendLittleEndian(value.bitPattern)
  }

  mutating func append(_ field: Int, float value: Float) {
    appendTag(field, wireType: 5)
    appendLittleEndian(value.bitPattern)
  }

  /// Numbers one behind the other, as repeated fields of numbers are written.
  mutating func append(_ field: Int, doubles values: [Double]) {
    appendTag(field, wireType: 2)
    appendVarint(UInt64(8 * values.count))
    for value in values { appendLittleEndian(value.bitPattern) }
  }

  mutating func append(_ field: Int, bytes value: [UInt8]) {
    appendTag(field, wireType: 2)
    appendVarint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  mutating func append(_ field: Int, string value: String) {
    append(field, bytes: Array(value.utf8))
  }

  mutating func append(_ field: Int, message build: (inout ProtocolBuffer) -> Void) {
    var message = ProtocolBuffer()
    build(&message)
    append(field, bytes: message.bytes)
  }

  private mutating func appendTag(_ field: Int, wireType: UInt64) {
    appendVarint(UInt64(field) << 3 | wireType)
  }

  private mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func appendLittleEndian<T: FixedWidthInteger>(_ value: T) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
