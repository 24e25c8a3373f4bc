/// What stands above the rows of a table, line by line.
struct TableHead {
  /// The comments, unless there are more than can be meant for people.
  private(set) var comments: [LineSample.Line] = []
  /// The line that names the columns.
  var header: LineSample.Line?
  /// The one behind it that gives their widths.
  var widths: LineSample.Line?
  private var commentBytes = 0

  private static let mostCommentBytes = 1 << 20

  /// All of it, from the top.
  var lines: [LineSample.Line] { comments + [header, widths].compactMap { $0 } }

  mutating func add(comment: LineSample.Line) {
    commentBytes += comment.bytes.count
    comments.append(comment)
    if commentBytes > Self.mostCommentBytes { comments = [] }
  }
}

extension SymbolReader {
  /// Reads a table's first row: finds out what separates its fields, finds the chosen columns, and
  /// passes over the row if it is a header.
  func startTable(
    _ alike: [SymbolFormat.Column], texts: [SymbolFormat.Column], _ dialect: TableDialect,
    areNumbers: Bool
  ) throws(InputError) {
    let choices = alike + texts
    for case .name(let name) in choices where dialect.header == .absent {
      throw input.error(.namedColumnWithoutHeader(named: name))
    }
    layout = TableLayout()
    try passLinesBeforeTable(dialect)
    let delimiter =
      if let given = dialect.delimiter {
        given
      } else {
        try foundDelimiter(dialect, areNumbers: areNumbers)
      }
    scanner.delimiter = delimiter
    layout?.delimiter = delimiter
    let first = nextLine
    guard try scanner.scan(input, line: first) else { return }
    if scanner.isBlank { throw error(.blankLine, line: first) }

    firstRow = try fieldTexts(line: first)
    fieldCount = firstRow.count
    let (length, lineCount) = (scanner.length, scanner.lineCount)
    let isHeader: Bool
    switch dialect.header {
    case .present: isHeader = true
    case .absent: isHeader = false
    case .automatic:
      let isNamed = choices.contains { if case .name = $0 { true } else { false } }
      if isNamed {
        isHeader = true
      } else {
        let rows = HeaderRows(
          first: firstRow, second: try row(after: length, line: first + lineCount),
          notation: dialect.notation)
        isHeader =
          rows.namesColumns(alike, areNumbers: areNumbers)
          || rows.namesColumns(texts, areNumbers: false)
        layout?.isHeaderAssumed = isHeader
      }
    }
    for choice in choices {
      positions.append(try position(of: choice, in: firstRow, line: first, isHeader: isHeader))
    }
    column = positions[0]
    guard isHeader else { return }
    columns = firstRow
    layout?.headerLine = first
    head.header = LineSample.Line(
      input.unread, length: length, number: first, source: source.name)
    unconsumed = length
    nextLine = first + lineCount
    if scanner.delimiter == .tab { try passWidths(row(after: length, line: nextLine)) }
  }

  private func fieldTexts(line: Int) throws(InputError) -> [String] {
    var texts: [String] = []
    for field in scanner.fields { texts.append(try text(of: field, origin: 0, line: line)) }
    return texts
  }

  /// The fields of the row that starts at a place or behind comments there, or nil.
  private func row(after origin: Int, line: Int) throws(InputError) -> [String]? {
    var (origin, line) = (origin, line)
    while try isComment(at: origin, line: line) {
      origin += try lineLength(from: origin, line: line)
      line += 1
    }
    guard try scanner.scan(input, from: origin, line: line) else { return nil }
    // Columns that are not asked for need not be text.
    return scanner.fields.map {
      String(decoding: bytes(of: $0, origin: origin), as: UTF8.self)
    }
  }

  /// Passes over a row of widths and types behind the header, such as `5s`, `10d`.
  private func passWidths(_ second: [String]?) throws(InputError) {
    guard let second, second.count == fieldCount, second.allSatisfy(isWidth) else { return }
    layout?.hasWidths = true
    guard try nextRecord() else { return }
    head.widths = LineSample.Line(
      record, length: record.count, number: line, source: source.name)
  }

  /// The position, counted from 1, of a column in a row of names.
  private func position(
    of choice: SymbolFormat.Column, in names: [String], line: Int, isHeader: Bool
  ) throws(InputError) -> Int {
    switch choice {
    case .only where names.count == 1:
      return 1
    case .only:
      throw error(.severalColumns(columns: names), line: line)
    case .number(let number):
      if (1...names.count).contains(number) { return number }
      throw error(.columnOutOfRange(number: number, count: names.count), line: line)
    case .name(let name):
      return try position(ofName: name, in: names, line: line)
    case .nameOrNumber(let text):
      if isHeader, names.contains(text) {
        return try position(ofName: text, in: names, line: line)
      }
      if let number = Int(text), (1...names.count).contains(number) { return number }
      throw error(
        isHeader
          ? .noColumn(named: text, columns: names)
          : .columnOutOfRange(number: Int(text) ?? 0, count: names.count), line: line)
    }
  }

  private func position(
    ofName name: String, in names: [String], line: Int
  ) throws(InputError) -> Int {
    // Compared by their bytes, as symbols are.
    let matches = names.indices.filter { names[$0].utf8.elementsEqual(name.utf8) }
    if matches.count == 1 { return matches[0] + 1 }
    if matches.isEmpty { throw error(.noColumn(named: name, columns: names), line: line) }
    throw error(.ambiguousColumn(named: name, numbers: matches.map { $0 + 1 }), line: line)
  }
}

/// Whether a field of the row behind an RDB header gives a column's width and type.
private func isWidth(_ text: String) -> Bool {
  guard text.utf8.count < 20, let type = text.last, "sdnSDN".contains(type) else { return false }
  return text.count > 1 && text.dropLast().allSatisfy { ("0"..."9").contains($0) }
}

/// The first two rows of a table, of which the first may name the columns.
private struct HeaderRows {
  let first: [String]
  /// Nil where there is none.
  let second: [String]?
  let notation: NumberNotation

  /// Whether the first row is a header, by its looks.
  func namesColumns(_ choices: [SymbolFormat.Column], areNumbers: Bool) -> Bool {
    if let second, !second.isEmpty, second.count == first.count {
      if second.allSatisfy(isWidth) { return true }
      let isOverNumber = zip(first, second).contains { isName($0) && isNumber($1) }
      if isOverNumber { return true }
    }
    for choice in choices {
      switch choice {
      case .only where areNumbers && first.count == 1:
        if isName(first[0]) { return true }
      case .number(let number) where areNumbers && first.indices.contains(number - 1):
        if isName(first[number - 1]) { return true }
      case .nameOrNumber(let text):
        // A position, if there is such a one; a name beyond them cannot be a number of data.
        if let number = Int(text), first.indices.contains(number - 1) {
          if areNumbers, isName(first[number - 1]) { return true }
        } else if first.contains(text) {
          return true
        }
      default: break
      }
    }
    return false
  }

  private func isNumber(_ text: String) -> Bool {
    var text = text
    return text.withUTF8 { notation.reading(withoutSpaces(UnsafeRawBufferPointer($0))) != .none }
  }

  private func isName(_ text: String) -> Bool {
    looksLikeName(text) && !notation.isMissing(text.trimmingSpaces())
  }
}

/// Whether text may name a column of numbers: it has a letter, begins with no digit, sign or point,
/// and stands for no number, not even a missing one. Beside others, as in `label,1x1,1x2`, it may
/// begin with a digit.
func looksLikeName(_ text: String, isBesideOthers: Bool = false) -> Bool {
  let name = text.trimmingSpaces()
  let marks = ("+-.,<>≤≥=~≈±\u{2212}" + (isBesideOthers ? "" : "0123456789")).unicodeScalars
  guard let start = name.unicodeScalars.first, !marks.contains(start) else { return false }
  guard name.unicodeScalars.contains(where: { $0.properties.isAlphabetic }) else { return false }
  return !NumberNotation().isMissing(name)
    && (name.utf8.count > 10 || !notNames.contains(name.lowercased()))
}

/// What stands in columns of numbers for infinity, or for less than can be detected.
private let notNames: Set<String> = ["inf", "infinity", "nd", "n.d.", "bdl", "lod", "loq"]

extension String {
  /// By bytes: a field may have millions of characters.
  fileprivate func trimmingSpaces() -> String {
    let start = utf8.firstIndex { $0 != 0x20 } ?? endIndex
    let end = utf8.lastIndex { $0 != 0x20 }.map { utf8.index(after: $0) } ?? start
    return String(self[start..<end])
  }
}
