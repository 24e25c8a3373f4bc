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
  let format: SymbolFormat

  /// The most bytes that a record may have, its line feed aside.
  let limit: Int

  /// The fields of the last record scanned; for lines, always one.
  private(set) var fields: [Field] = []

  /// The bytes of the last record scanned, its line end included.
  private(set) var length = 0

  /// The lines of the last record scanned: more than one if quotes enclose line feeds.
  private(set) var lineCount = 0

  init(format: SymbolFormat, limit: Int) {
    self.format = format
    self.limit = limit
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
    switch format {
    case .lines: length = try scanLine(&cursor)
    case .table(_, let delimiter, _): length = try scanRow(&cursor, delimiter: delimiter)
    }
    // What was read of a record before being told to stop is not a record.
    return !input.isStopped
  }

  private mutating func scanLine(_ cursor: inout RecordCursor) throws(InputError) -> Int {
    let end = try cursor.find(lineFeed, from: 0)
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
    default:
      throw cursor.error(at: after) { .textAfterQuote(byte: $0, delimiter: delimiter) }
    }
  }
}
