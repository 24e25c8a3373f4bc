/// A stretch of a record, in bytes from the record's start, without its quotes.
struct Field {
  var start: Int
  var count: Int
  var isQuoted = false
  /// Whether quotes inside are doubled and so must be halved.
  var hasDoubledQuotes = false
}

/// Finds where records and their fields end in unread input, without consuming any of it.
struct RecordScanner {
  /// What stands between the fields of a table; nil for lines.
  var delimiter: Delimiter?

  /// The most bytes that a record may have, its line feed aside.
  let limit: Int

  /// What ends lines that are no rows of a table.
  private let terminator: LineTerminator

  /// The fields of the last record scanned; for lines, always one.
  private(set) var fields: [Field] = []

  /// The bytes of the last record scanned, its line end included.
  private(set) var length = 0

  /// The lines of the last record scanned: more than one if quotes enclose line feeds.
  private(set) var lineCount = 0

  /// A scanner of lines, or of a table's rows, between whose fields a comma stands where it is to
  /// be found out what does.
  init(format: SymbolFormat, limit: Int, terminator: LineTerminator = .lineFeed) {
    if case .table(_, let dialect) = format { delimiter = dialect.delimiter ?? .comma }
    self.limit = limit
    self.terminator = terminator
  }

  /// Whether the last record scanned has nothing before its line end.
  var isBlank: Bool { fields.count == 1 && fields[0].count == 0 && !fields[0].isQuoted }

  /// Scans the record that starts `origin` bytes into what is unread; false if there is none.
  ///
  /// `line` is the record's first, for errors.
  mutating func scan(
    _ input: ChunkedInput, from origin: Int = 0, line: Int
  ) throws(InputError) -> Bool {
    fields.removeAll(keepingCapacity: true)
    lineCount = 1
    var cursor = RecordCursor(input: input, origin: origin, limit: limit, line: line)
    guard try cursor.hasByte(at: 0) else { return false }
    length =
      switch delimiter {
      case nil: try scanLine(&cursor)
      case .blanks?: try scanWords(&cursor)
      case let delimiter?: try scanRow(&cursor, delimiter: delimiter)
      }
    // What was read of a record before being told to stop is not a record.
    return !input.isStopped
  }

  private mutating func scanLine(_ cursor: inout RecordCursor) throws(InputError) -> Int {
    let end = try cursor.find(terminator.byte, from: 0)
    let stop = end ?? cursor.available
    fields.append(Field(start: 0, count: cursor.withoutCarriageReturn(from: 0, to: stop)))
    return end == nil ? stop : stop + 1
  }

  private mutating func scanRow(
    _ cursor: inout RecordCursor, delimiter: Delimiter
  ) throws(InputError) -> Int {
    var position = 0
    while true {
      if try cursor.hasByte(at: position), cursor[position] == quote {
        position = try scanQuoted(&cursor, openedAt: position, delimiter: delimiter)
      } else {
        let start = position
        position = try cursor.find(delimiter, orLineEndFrom: start)
        let isLineEnd = position == cursor.available || cursor[position] == lineFeed
        let count =
          isLineEnd
          ? cursor.withoutCarriageReturn(from: start, to: position) : position - start
        fields.append(Field(start: start, count: count))
      }
      if position == cursor.available { return position }
      if cursor[position] == lineFeed { return position + 1 }
      position += 1
    }
  }

  /// Scans fields with runs of blanks between them, and perhaps before and behind.
  private mutating func scanWords(_ cursor: inout RecordCursor) throws(InputError) -> Int {
    var position = try cursor.passBlanks(from: 0)
    while try cursor.hasByte(at: position), try !cursor.isLineEnd(at: position) {
      if cursor[position] == quote {
        position = try scanQuoted(&cursor, openedAt: position, delimiter: .blanks)
      } else {
        let start = position
        while try cursor.hasByte(at: position), !isSpaceOrTab(cursor[position]),
          try !cursor.isLineEnd(at: position)
        { position += 1 }
        fields.append(Field(start: start, count: position - start))
      }
      position = try cursor.passBlanks(from: position)
    }
    if fields.isEmpty { fields.append(Field(start: 0, count: 0)) }
    if try cursor.hasByte(at: position), cursor[position] == carriageReturn { position += 1 }
    return try cursor.hasByte(at: position) ? position + 1 : position
  }

  /// Scans a field in quotes; returns where the delimiter, line feed or end after it is.
  private mutating func scanQuoted(
    _ cursor: inout RecordCursor, openedAt opening: Int, delimiter: Delimiter
  ) throws(InputError) -> Int {
    var field = Field(start: opening + 1, count: 0, isQuoted: true)
    var position = opening + 1
    while true {
      guard let closing = try cursor.find(quote, from: position, openedAt: opening) else {
        throw cursor.error(at: opening) { .unterminatedQuote(byte: $0, limit: nil) }
      }
      position = closing + 1
      guard try cursor.hasByte(at: position), cursor[position] == quote else {
        field.count = closing - field.start
        break
      }
      field.hasDoubledQuotes = true
      position += 1
    }
    fields.append(field)
    lineCount += cursor.lineFeeds(in: field)

    let after = position
    if try cursor.hasByte(at: after), cursor[after] == carriageReturn { position += 1 }
    guard try cursor.hasByte(at: position) else { return position }
    switch cursor[position] {
    case lineFeed: return position
    case delimiter.byte where position == after: return position
    case let byte where delimiter == .blanks && isSpaceOrTab(byte) && position == after:
      return position
    default:
      throw cursor.error(at: after) { .textAfterQuote(byte: $0, delimiter: delimiter) }
    }
  }
}

/// Whether a byte is a space or a tab.
func isSpaceOrTab(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
