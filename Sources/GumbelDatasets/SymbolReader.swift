/// Reads symbols one by one from a file or a pipe, in bounded memory.
///
/// A byte-order mark of UTF-8 at the start is passed over, and of a table only the header and the
/// chosen column must be text. Bytes are read in chunks; a symbol is delivered once its line's
/// end has been read, however slowly it arrives. After an error there is no more to read.
public final class SymbolReader {
  /// Where the symbols come from.
  public let source: InputSource

  /// How they stand in the text.
  public let format: SymbolFormat

  /// The fields of a table's header, or nil where there is none.
  public internal(set) var columns: [String]?

  /// What was found out about a table; nil for lines.
  public internal(set) var layout: TableLayout?

  /// What stands above a table's rows.
  var head = TableHead()

  /// The chosen column, counted from 1; nil for lines.
  public internal(set) var column: Int?

  /// The line that the last symbol's line or row starts at, counted from 1.
  @exclusivity(unchecked) public private(set) var line = 0

  /// The symbols delivered.
  public private(set) var symbolCount = 0

  /// The lines or rows left out, since they lack a symbol and may.
  public private(set) var skippedRows = 0

  let input: ChunkedInput
  // What changes at every row is changed by one caller after the other, and not checked for accesses
  // that overlap: that would cost a good part of the time of reading.
  @exclusivity(unchecked) var scanner: RecordScanner
  /// What comment lines begin with, if there may be any.
  var commentPrefix: [UInt8]?
  /// The positions, counted from 1, of the columns asked for, if there is a row.
  var positions: [Int] = []
  /// The fields of a table's first row, whether or not it is a header.
  var firstRow: [String] = []
  /// The fields that each row must have.
  var fieldCount = 1
  /// The bytes to consume, and the line to come to, when reading on.
  @exclusivity(unchecked) var unconsumed = 0
  @exclusivity(unchecked) var nextLine = 1
  @exclusivity(unchecked) private var blankLines = BlankLines()
  private let halver = QuoteUnescaper()
  /// What stands for a symbol that is missing; nil where none may be.
  private let missing: NumberNotation?

  /// Opens the source and, for a table, waits for its first row, and its second if the header is
  /// to be found out.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - format: Where the symbols are.
  ///   - missing: What stands for a symbol that is missing, beside nothing and
  ///     ``NumberNotation/usualMissing``, in lines or rows that are then left out; nil where none
  ///     may be missing.
  ///   - lineLimit: The most bytes that a line, or a row of a table, may have.
  ///   - shouldStop: Asked before every read and ten times a second while one waits; once true,
  ///     `next` returns nil as if at the end.
  /// - Throws: If the source cannot be read or the table lacks the column.
  public convenience init(
    _ source: InputSource, format: SymbolFormat = .lines, missing: [String]? = nil,
    lineLimit: Int = 1 << 20, shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    try self.init(
      source, format: format, missing: missing, lineLimit: lineLimit, chunk: 1 << 16,
      shouldStop: shouldStop)
  }

  /// A reader that also finds other columns of the table: those of numbers where so said, and those
  /// of text whatever is said.
  package init(
    _ source: InputSource, format: SymbolFormat, others: [SymbolFormat.Column] = [],
    texts: [SymbolFormat.Column] = [], areNumbers: Bool = false, missing: [String]? = nil,
    lineLimit: Int = 1 << 20, chunk: Int,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    precondition(lineLimit > 0 && chunk > 0, "SymbolReader: lineLimit and chunk must be positive")
    self.source = source
    self.format = format
    self.missing = missing.map { NumberNotation(missing: $0) }
    input = try ChunkedInput(source, chunk: chunk, shouldStop: shouldStop)
    scanner = RecordScanner(format: format, limit: lineLimit)
    try input.refuseOtherKinds(expected: "text", isMarkup: areNumbers)
    try input.passByteOrderMark()
    if case .table(let column, let dialect) = format {
      try startTable([column] + others, texts: texts, dialect, areNumbers: areNumbers)
    }
  }

  /// Whether `shouldStop` ended the reading.
  public var isStopped: Bool { input.isStopped }

  /// The bytes that are held at a time.
  package var bufferSize: Int { input.capacity }

  /// The next symbol, or nil at the end.
  ///
  /// - Throws: If what comes next is not a symbol, or cannot be read.
  public func next() throws(InputError) -> String? {
    guard let bytes = try nextBytes() else { return nil }
    try validate(bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The next symbol's bytes, or nil at the end; valid until the next call. They are not yet
  /// checked: `validate` them unless they equal others that were.
  func nextBytes() throws(InputError) -> UnsafeRawBufferPointer? {
    while let field = try nextField() {
      if missing != nil, isMissing(field) {
        skippedRows += 1
        continue
      }
      if field.count == 0 { throw error(.emptyField(column: column ?? 1)) }
      symbolCount += 1
      return bytes(of: field)
    }
    return nil
  }

  /// Whether a field stands for a symbol that is missing and may be, with spaces around it or not.
  private func isMissing(_ field: Field) -> Bool {
    guard let missing else { return false }
    let text = String(decoding: withoutSpaces(bytes(of: field)), as: UTF8.self)
    return missing.isMissing(text) || decimalNumber(text).map(missing.isMissing) ?? false
  }

  /// The chosen field of the next line or row, or nil at the end.
  func nextField() throws(InputError) -> Field? {
    while try nextRecord() {
      let isBlank = scanner.isBlank
      if isBlank || blankLines.areThere,
        let blank = blankLines.passed(line, isBlank: isBlank, areRefused: missing == nil)
      {
        if missing == nil { throw error(.blankLine, line: blank.first) }
        skippedRows += blank.count
      }
      if isBlank { continue }
      guard scanner.fields.count == fieldCount else {
        throw error(.raggedRow(fields: scanner.fields.count, expected: fieldCount))
      }
      return chosenField
    }
    return nil
  }

  /// The last line or row as it stands, its end included, valid until the next.
  var record: UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: input.unread[..<unconsumed])
  }

  /// Throws if the last symbol is not text.
  func validate(_ symbol: UnsafeRawBufferPointer) throws(InputError) {
    if firstInvalidUTF8(in: symbol) == nil && !symbol.contains(0) { return }
    // The symbol may have had its quotes halved; its place is that in the record as it was read.
    try validate(chosenField, origin: 0, line: line)
  }

  /// An error in the last symbol's line, or another.
  func error(_ problem: DataProblem, line: Int? = nil) -> InputError {
    InputError(source: source.name, line: line ?? self.line, problem: problem)
  }

  var chosenField: Field { scanner.fields[(column ?? 1) - 1] }

  /// Goes on to the next line or row, which may be blank or ragged; false at the end.
  func nextRecord() throws(InputError) -> Bool {
    input.consume(unconsumed)
    unconsumed = 0
    if commentPrefix != nil { try passComments() }
    guard try scanner.scan(input, line: nextLine) else { return false }
    line = nextLine
    unconsumed = scanner.length
    nextLine += scanner.lineCount
    return true
  }
}

/// Empty lines that stand one after the other, which count only if something follows.
struct BlankLines {
  private var first = 0
  private var count = 0

  var areThere: Bool { count > 0 }

  /// Goes on to a line: the empty ones before it, if now it is known that they count.
  mutating func passed(
    _ line: Int, isBlank: Bool, areRefused: Bool
  ) -> (first: Int, count: Int)? {
    if isBlank {
      if count == 0 { first = line }
      count += 1
      // An endless stream of them would otherwise never be found out.
      return areRefused && count > 100 ? (first, count) : nil
    }
    if count == 0 { return nil }
    defer { count = 0 }
    return (first, count)
  }
}

// MARK: - Fields

extension SymbolReader {
  /// The text of a field in the record that starts `origin` bytes into what is unread.
  func text(of field: Field, origin: Int, line: Int) throws(InputError) -> String {
    try validate(field, origin: origin, line: line)
    return String(decoding: bytes(of: field, origin: origin), as: UTF8.self)
  }

  func bytes(of field: Field, origin: Int = 0) -> UnsafeRawBufferPointer {
    let raw = rawBytes(of: field, origin: origin)
    return field.hasDoubledQuotes ? halver.halve(raw) : raw
  }

  private func rawBytes(of field: Field, origin: Int) -> UnsafeRawBufferPointer {
    let start = origin + field.start
    let bytes = UnsafeBufferPointer(rebasing: input.unread[start..<(start + field.count)])
    return UnsafeRawBufferPointer(bytes)
  }

  func validate(_ field: Field, origin: Int, line: Int) throws(InputError) {
    let raw = rawBytes(of: field, origin: origin)
    let nul = raw.firstIndex(of: 0)
    guard let first = [firstInvalidUTF8(in: raw), nul].compactMap(\.self).min() else { return }
    let place = input.location(of: field.start + first, inRecordAt: origin, line: line)
    throw error(
      first == nul ? .nul(byte: place.byte) : .invalidUTF8(byte: place.byte), line: place.line)
  }
}
