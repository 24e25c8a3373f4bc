/// Reads a dictionary as Python would print it, of strings, truth values and tuples of whole
/// numbers.
struct PythonLiteralParser {
  enum Value: Equatable {
    case string(String)
    case bool(Bool)
    case tuple([Int])
    /// Something between brackets that is not read any further.
    case list
  }

  struct Entry: Equatable {
    let key: String
    let value: Value
    /// Where in the file the value starts.
    let byte: Int
  }

  private let text: [UInt8]
  /// Where in the file the text starts.
  private let offset: Int
  private var position = 0

  init(_ text: [UInt8], offset: Int) {
    self.text = text
    self.offset = offset
  }

  /// The whole text: a dictionary with blanks around it and no key twice.
  mutating func dictionary() throws(NPYFailure) -> [Entry] {
    var entries: [Entry] = []
    try expect("{")
    while !accept("}") {
      skipBlanks()
      let start = position
      let key = try string()
      if entries.contains(where: { $0.key == key }) {
        throw NPYFailure(.unexpectedEntry(key), byte: offset + start)
      }
      try expect(":")
      skipBlanks()
      let place = offset + position
      entries.append(Entry(key: key, value: try value(), byte: place))
      if !accept(",") {
        try expect("}")
        break
      }
    }
    skipBlanks()
    if position < text.count { throw failure("its end") }
    return entries
  }

  private mutating func value() throws(NPYFailure) -> Value {
    skipBlanks()
    guard position < text.count else { throw failure("a value") }
    switch text[position] {
    case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "("): return .tuple(try tuple())
    case UInt8(ascii: "["): return try list()
    default:
      if acceptWord("True") { return .bool(true) }
      if acceptWord("False") { return .bool(false) }
      throw failure("a string, True, False or a tuple")
    }
  }

  private mutating func string() throws(NPYFailure) -> String {
    skipBlanks()
    guard position < text.count,
      text[position] == UInt8(ascii: "'") || text[position] == UInt8(ascii: "\""),
      let end = text[(position + 1)...].firstIndex(of: text[position]),
      !text[position..<end].contains(UInt8(ascii: "\\"))
    else { throw failure("a string in quotes") }
    let result = String(decoding: text[(position + 1)..<end], as: UTF8.self)
    position = end + 1
    return result
  }

  private mutating func tuple() throws(NPYFailure) -> [Int] {
    try expect("(")
    var numbers: [Int] = []
    while !accept(")") {
      // NumPy allows no more dimensions either.
      if numbers.count == 64 { throw failure("at most 64 dimensions") }
      numbers.append(try wholeNumber())
      if !accept(",") {
        // One number in brackets is that number and no tuple.
        if numbers.count == 1 { throw failure("a comma") }
        try expect(")")
        break
      }
    }
    return numbers
  }

  private mutating func wholeNumber() throws(NPYFailure) -> Int {
    skipBlanks()
    let start = position
    var number = 0
    while position < text.count, case let digit = text[position] &- UInt8(ascii: "0"), digit < 10 {
      let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
      let (sum, carry) = tens.addingReportingOverflow(Int(digit))
      if overflow || carry {
        position = start
        throw failure("a number below 2^63")
      }
      number = sum
      position += 1
    }
    if position == start { throw failure("a whole number that is not negative") }
    // Python 2 marks long numbers.
    if position < text.count, text[position] == UInt8(ascii: "L") { position += 1 }
    return number
  }

  private mutating func list() throws(NPYFailure) -> Value {
    var depth = 0
    while position < text.count {
      if text[position] == UInt8(ascii: "[") { depth += 1 }
      if text[position] == UInt8(ascii: "]") { depth -= 1 }
      position += 1
      if depth == 0 { return .list }
    }
    throw failure("a closing bracket")
  }

  private mutating func skipBlanks() {
    while position < text.count, [0x20, 0x09, 0x0A, 0x0D].contains(text[position]) {
      position += 1
    }
  }

  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipBlanks()
    guard position < text.count, text[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func acceptWord(_ word: StaticString) -> Bool {
    let matches = word.withUTF8Buffer { text[position...].starts(with: $0) }
    if matches { position += word.utf8CodeUnitCount }
    return matches
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(NPYFailure) {
    if !accept(character) { throw failure("\(character)") }
  }

  private func failure(_ expected: String) -> NPYFailure {
    NPYFailure(.syntax(expected: expected), byte: offset + position)
  }
}
