/// Reads a ``NumberArray`` from text, a line at a time.
struct NumberTextReader {
  private let input: ChunkedInput?
  private let source: String
  private let limit: Int
  private let lineLimit: Int
  private let decimalMark: NumberNotation.DecimalMark
  /// Whether what the decimal mark is was said.
  private let isMarkGiven: Bool

  private var values: [Double] = []
  private var rows = 0
  private var columns = 0
  private var line = 0
  /// The first line, if it has no number: it names the columns, or is a mistake.
  private var names: (line: Int, first: String, count: Int)?

  init(
    input: ChunkedInput, limit: Int, lineLimit: Int, decimalMark: NumberNotation.DecimalMark?
  ) {
    self.input = input
    source = input.source.name
    self.limit = limit
    self.lineLimit = lineLimit
    self.decimalMark = decimalMark ?? .point
    isMarkGiven = decimalMark != nil
  }

  /// A reader of what is given to `addLines`.
  init(source: String, limit: Int, decimalMark: NumberNotation.DecimalMark?) {
    input = nil
    self.source = source
    self.limit = limit
    lineLimit = .max
    self.decimalMark = decimalMark ?? .point
    isMarkGiven = decimalMark != nil
  }

  /// Reads the input to its end.
  mutating func read() throws(InputError) -> NumberArray {
    guard let input else { return try array() }
    try input.forEachLine(limit: lineLimit) { text, _ throws(InputError) in try add(text) }
    return try array()
  }

  /// Adds all the lines of a text.
  mutating func addLines(of text: UnsafeBufferPointer<UInt8>) throws(InputError) {
    var start = 0
    while start < text.count {
      let end = lineFeedIndex(in: text, from: start) ?? text.count
      try add(UnsafeBufferPointer(rebasing: text[start..<end]))
      start = end + 1
    }
  }

  /// What the lines so far hold.
  func array() throws(InputError) -> NumberArray {
    if let names, rows == 0 {
      throw error(.array(.notANumber(found: names.first, entry: 1)), line: names.line)
    }
    if rows == 0 { throw InputError(source: source, problem: .array(.noNumbers)) }
    return NumberArray(values, shape: rows == 1 || columns == 1 ? [values.count] : [rows, columns])
  }

  private mutating func add(_ text: UnsafeBufferPointer<UInt8>) throws(InputError) {
    line += 1
    var cursor = NumberCursor(text, decimalMark: decimalMark)
    cursor.skipBlanks()
    if cursor.isAtEnd || cursor.isComment { return }
    let first = values.count
    var entries = 0
    while true {
      entries += 1
      if let number = cursor.number() {
        values.append(number)
      } else {
        try checkText(text)
        let found = cursor.field()
        if rows == 0, names == nil, entries == 1 {
          names = try namesOfColumns(text, first: found)
          return
        }
        throw error(.array(.notANumber(found: found, entry: entries)))
      }
      if values.count > limit { throw error(.array(.tooManyNumbers(limit: limit))) }
      if !cursor.passSeparator() { break }
    }
    // As in 0,5;0,5.
    if cursor.hasComma, cursor.hasSemicolon, !isMarkGiven {
      let found = text.split(separator: UInt8(ascii: ";")).first { $0.contains(UInt8(ascii: ",")) }
      throw error(
        .uncertainNumber(text: found.map { String(decoding: $0, as: UTF8.self) } ?? "", column: 1))
    }
    if rows == 0 {
      columns = entries
      if let names, names.count != columns {
        throw error(.array(.notANumber(found: names.first, entry: 1)), line: names.line)
      }
    }
    if entries != columns {
      values.removeSubrange(first...)
      throw error(.raggedRow(fields: entries, expected: columns))
    }
    rows += 1
  }

  /// The names in a line of which the first field is no number; none of them may be one.
  private func namesOfColumns(
    _ text: UnsafeBufferPointer<UInt8>, first: String
  ) throws(InputError) -> (line: Int, first: String, count: Int) {
    var cursor = NumberCursor(text, decimalMark: decimalMark)
    cursor.skipBlanks()
    var count = 0
    repeat {
      var ahead = cursor
      if cursor.isAtEnd || ahead.number() != nil {
        throw error(.array(.notANumber(found: first, entry: 1)))
      }
      let name = cursor.field(advancing: true)
      count += 1
      // What is no name, such as <0.5, is a mistake and not a header.
      let isBesideOthers = count > 1 || cursor.isFollowed
      let text = name.utf8.contains(quote) ? name.replacing("\"", with: "") : name
      guard looksLikeName(text, isBesideOthers: isBesideOthers) else {
        throw error(.array(.notANumber(found: name, entry: count)))
      }
    } while cursor.passSeparator()
    return (line, first, count)
  }

  /// Throws where a line that does not hold numbers alone is no text either.
  private func checkText(_ line: UnsafeBufferPointer<UInt8>) throws(InputError) {
    if let nul = line.firstIndex(of: 0) { throw error(.nul(byte: nul + 1)) }
    if let invalid = firstInvalidUTF8(in: UnsafeRawBufferPointer(line)) {
      throw error(.invalidUTF8(byte: invalid + 1))
    }
  }

  private func error(_ problem: DataProblem, line: Int? = nil) -> InputError {
    // A list on the command line has no lines that its reader would count.
    InputError(source: source, line: input == nil ? nil : line ?? self.line, problem: problem)
  }
}
