/// Steps through the numbers of one line.
struct NumberCursor {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private let decimalMark: NumberNotation.DecimalMark
  /// Whether a comma between two digits, and whether a semicolon, separated numbers so far.
  private(set) var hasComma = false, hasSemicolon = false

  init(
    _ bytes: UnsafeBufferPointer<UInt8>, decimalMark: NumberNotation.DecimalMark = .point
  ) {
    self.decimalMark = decimalMark
    self.bytes = bytes.last == carriageReturn ? .init(rebasing: bytes.dropLast()) : bytes
  }

  var isAtEnd: Bool { position == bytes.count }
  var isComment: Bool { !isAtEnd && bytes[position] == UInt8(ascii: "#") }

  /// Whether anything but blanks follows.
  var isFollowed: Bool {
    var cursor = self
    cursor.skipBlanks()
    return !cursor.isAtEnd
  }

  mutating func skipBlanks() {
    while !isAtEnd, Self.isBlank(bytes[position]) { position += 1 }
  }

  /// Passes what stands between two numbers: blanks, or one comma or semicolon with blanks around.
  /// False at the end of the line.
  mutating func passSeparator() -> Bool {
    let end = position
    skipBlanks()
    if isAtEnd { return false }
    if isMark(bytes[position]) {
      if bytes[position] == UInt8(ascii: ";") {
        hasSemicolon = true
      } else if position == end, position + 1 < bytes.count {
        hasComma = hasComma || UInt8(ascii: "0")...UInt8(ascii: "9") ~= bytes[position + 1]
      }
      position += 1
      skipBlanks()
    }
    return true
  }

  /// The number that comes next, or nil, without moving, if there is none.
  mutating func number() -> Double? {
    let end = fieldEnd()
    guard end > position else { return nil }
    let field = UnsafeBufferPointer(rebasing: bytes[position..<end])
    guard let value = number(field) else { return nil }
    position = end
    return value
  }

  /// The text that comes next, up to a separator.
  mutating func field(advancing: Bool = false) -> String {
    let end = fieldEnd()
    let text = String(decoding: bytes[position..<end], as: UTF8.self)
    if advancing { position = end }
    return text
  }

  /// Passes what `field` would give.
  mutating func passField() { position = fieldEnd() }

  private func fieldEnd() -> Int {
    var end = position
    while end < bytes.count, !Self.isBlank(bytes[end]), !isMark(bytes[end]) { end += 1 }
    return end
  }

  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
  private func isMark(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ";") || byte == UInt8(ascii: ",") && decimalMark == .point
  }

  private func number(_ field: UnsafeBufferPointer<UInt8>) -> Double? {
    let raw = UnsafeRawBufferPointer(field)
    if decimalMark == .point {
      if let value = decimalNumber(raw) { return value }
    } else if case .number(let value) = NumberNotation(decimalMark: .comma).reading(raw) {
      return value
    }
    if field.count > "+infinity".utf8.count { return nil }
    return switch String(decoding: field, as: UTF8.self).lowercased() {
    case "inf", "+inf", "infinity", "+infinity": .infinity
    case "-inf", "-infinity": -.infinity
    case "nan", "+nan", "-nan": .nan
    default: nil
    }
  }
}
