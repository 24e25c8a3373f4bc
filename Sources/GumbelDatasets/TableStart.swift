// What stands before a table's first row, and what separates its fields.

extension SymbolReader {
  /// Passes over the lines that are to be, then over comments and the blank lines among them.
  func passLinesBeforeTable(_ dialect: TableDialect) throws(InputError) {
    var isBeforeTable = false
    for _ in 0..<dialect.skippedLines {
      guard try passLine() else { return }
      isBeforeTable = true
    }
    while isBeforeTable, try isBlankLine() { _ = try passLine() }
    switch dialect.comments {
    case .none: return
    case .prefix(let text): commentPrefix = Array(text.utf8)
    case .automatic:
      commentPrefix = [UInt8(ascii: "#")]
      // A mark that only later lines begin with may be part of their first field.
      guard try isComment(at: 0, line: nextLine) else {
        commentPrefix = nil
        return
      }
    }
    while true {
      let before = nextLine
      try passComments()
      if nextLine > before { isBeforeTable = true }
      guard isBeforeTable, try isBlankLine() else { return }
      _ = try passLine()
    }
  }

  /// Consumes the comment lines that come next.
  func passComments() throws(InputError) {
    while try isComment(at: 0, line: nextLine) {
      if firstRow.isEmpty {
        let length = try lineLength(from: 0, line: nextLine)
        head.add(
          comment: LineSample.Line(
            input.unread, length: length, number: nextLine, source: source.name))
      }
      guard try passLine() else { return }
      layout?.commentLines += 1
    }
  }

  /// Whether a comment begins `origin` bytes into what is unread, perhaps after blanks.
  func isComment(at origin: Int, line: Int) throws(InputError) -> Bool {
    guard let commentPrefix else { return false }
    var cursor = RecordCursor(input: input, origin: origin, limit: scanner.limit, line: line)
    let start = try cursor.passBlanks(from: 0)
    for (index, byte) in commentPrefix.enumerated() {
      guard try cursor.hasByte(at: start + index), cursor[start + index] == byte else {
        return false
      }
    }
    return true
  }

  /// The bytes of a line with its end, 0 if there is none.
  func lineLength(from origin: Int, line: Int) throws(InputError) -> Int {
    var cursor = RecordCursor(input: input, origin: origin, limit: scanner.limit, line: line)
    let end = try cursor.find(lineFeed, from: 0)
    return end.map { $0 + 1 } ?? cursor.available
  }

  private func isBlankLine() throws(InputError) -> Bool {
    var cursor = RecordCursor(input: input, origin: 0, limit: scanner.limit, line: nextLine)
    let end = try cursor.passBlanks(from: 0)
    guard try cursor.hasByte(at: end) else { return false }
    return try cursor.isLineEnd(at: end)
  }

  private func passLine() throws(InputError) -> Bool {
    let length = try lineLength(from: 0, line: nextLine)
    input.consume(length)
    if length > 0 { nextLine += 1 }
    return length > 0 && !input.isStopped
  }

  /// The character that divides the first row, and the second into as many fields.
  ///
  /// Where several do, as in `1990;12,5`, the first of tab, semicolon, comma, bar and blanks; the
  /// last only where they set numbers apart, since a single column of text may have them too.
  func foundDelimiter(
    _ dialect: TableDialect, areNumbers: Bool
  ) throws(InputError) -> Delimiter {
    let isCommaDecimal = dialect.notation.decimalMark == .comma
    let usual: Delimiter = isCommaDecimal ? .semicolon : .comma
    var candidates: [Delimiter] = [.tab, .semicolon, .comma, .bar]
    var counts: [(delimiter: Delimiter, fields: Int, length: Int, lines: Int)] = []
    if areNumbers { candidates.append(.blanks) }
    for candidate in candidates {
      if let row = try fieldCount(by: candidate, from: 0, line: nextLine), row.fields > 1 {
        // A decimal comma among others is in quotes.
        if isCommaDecimal, candidate == .comma {
          let below = try fieldCount(by: candidate, from: row.length, line: nextLine + row.lines)
          guard below?.fields == row.fields, scanner.fields.contains(where: \.isQuoted) else {
            continue
          }
        }
        counts.append((candidate, row.fields, row.length, row.lines))
      }
    }
    guard let first = counts.first else { return usual }
    if counts.count == 1, first.delimiter != .blanks { return first.delimiter }
    for found in counts {
      var (origin, line) = (found.length, nextLine + found.lines)
      while try isComment(at: origin, line: line) {
        origin += try lineLength(from: origin, line: line)
        line += 1
      }
      let second = try fieldCount(by: found.delimiter, from: origin, line: line)
      if let second, second.fields != found.fields { continue }
      return found.delimiter
    }
    return first.delimiter == .blanks ? usual : first.delimiter
  }

  /// The fields of the record at a place, or nil where there is none or it cannot be so divided.
  private func fieldCount(
    by delimiter: Delimiter, from origin: Int, line: Int
  ) throws(InputError) -> (fields: Int, length: Int, lines: Int)? {
    scanner.delimiter = delimiter
    do {
      guard try scanner.scan(input, from: origin, line: line) else { return nil }
    } catch {
      if case .readFailed = error.problem as? FileProblem { throw error }
      return nil
    }
    return (scanner.fields.count, scanner.length, scanner.lineCount)
  }
}
