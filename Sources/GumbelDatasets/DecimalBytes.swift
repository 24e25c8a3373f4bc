/// The value of bytes that are a number in decimal notation; nil for any other. The same as for
/// text, many times faster for the usual few digits.
func decimalNumber(_ bytes: UnsafeRawBufferPointer) -> Double? {
  var position = 0
  var isNegative = false
  if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
    isNegative = first == UInt8(ascii: "-")
    position = 1
  }
  var mantissa: UInt64 = 0
  var digits = 0
  var decimals = 0
  var isFraction = false
  while position < bytes.count {
    let byte = bytes[position]
    if byte == UInt8(ascii: "."), !isFraction {
      isFraction = true
    } else if UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte {
      mantissa = mantissa &* 10 &+ UInt64(byte - UInt8(ascii: "0"))
      digits += 1
      if isFraction { decimals += 1 }
    } else {
      break
    }
    position += 1
  }
  // A mantissa and a power of ten that a Double holds exactly: one operation rounds correctly.
  guard position == bytes.count, digits > 0, digits <= 15 else {
    return decimalNumber(String(decoding: bytes, as: UTF8.self))
  }
  let magnitude = Double(mantissa) / exactPowersOfTen[decimals]
  return isNegative ? -magnitude : magnitude
}

private let exactPowersOfTen: [Double] = [
  1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
]
