/// Columns of numbers from a table: their values in the order of the rows.
public struct NumberColumns: Sendable {
  /// A column to read.
  public struct Choice: Equatable, Sendable {
    public var column: SymbolFormat.Column
    /// What its numbers may be.
    public var range: ClosedRange<Double>

    /// Traps unless the range is finite.
    public init(
      _ column: SymbolFormat.Column = .only,
      in range: ClosedRange<Double> = -.greatestFiniteMagnitude ... .greatestFiniteMagnitude
    ) {
      precondition(
        range.lowerBound.isFinite && range.upperBound.isFinite,
        "NumberColumns: range \(range), expected a finite one")
      self.column = column
      self.range = range
    }
  }

  /// The columns' names in the header, or nil where there is none.
  public let names: [String]?

  /// The values of each column chosen, as many in one as in the others.
  public let values: [[Double]]

  /// The rows that were left out because a number was missing.
  public let skippedRows: Int

  /// Reads a whole source once, holding eight bytes a number.
  ///
  /// Numbers are in decimal notation, such as `-3`, `0.5` or `1e-4`, with spaces around them or
  /// not. A field that is empty, `NA`, `N/A`, `NaN` or `null` has no number, nor has a blank line;
  /// blank lines at the end are nothing.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - choices: The columns, one or more.
  ///   - delimiter: What stands between fields.
  ///   - header: Whether the first row names the columns.
  ///   - skipsMissing: Whether to leave out rows that lack a number, rather than throw.
  ///   - limit: The most rows to accept.
  ///   - shouldStop: Asked before every read and ten times a second while one waits; once true,
  ///     the reading is given up.
  /// - Throws: If the source cannot be read, lacks a column, or holds something other than numbers
  ///   of the range, or no row at all.
  public static func load(
    _ source: InputSource, _ choices: [Choice] = [Choice()], delimiter: Delimiter = .comma,
    header: SymbolFormat.Header = .automatic, skipsMissing: Bool = false, limit: Int = 1 << 28,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> NumberColumns {
    try load(
      source, choices, delimiter: delimiter, header: header, skipsMissing: skipsMissing,
      limit: limit, lineLimit: 1 << 20, chunk: 1 << 16, shouldStop: shouldStop)
  }

  package static func load(
    _ source: InputSource, _ choices: [Choice], delimiter: Delimiter,
    header: SymbolFormat.Header, skipsMissing: Bool, limit: Int, lineLimit: Int, chunk: Int,
    shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> NumberColumns {
    precondition(!choices.isEmpty, "NumberColumns: no columns chosen, expected one or more")
    // A column chosen by name tells the reader that there is a header.
    let named = choices.first { if case .name = $0.column { true } else { false } }
    let format = SymbolFormat.table(
      column: (named ?? choices[0]).column, delimiter: delimiter, header: header)
    let reader: SymbolReader
    do {
      reader = try SymbolReader(
        source, format: format, lineLimit: lineLimit, chunk: chunk, shouldStop: shouldStop)
    } catch {
      guard case .blankLine = error.problem else { throw error }
      throw InputError(
        source: error.source, line: error.line, problem: .missingNumber(text: "", column: 1))
    }
    var columns: [Int] = []
    if !reader.firstRow.isEmpty {
      for choice in choices {
        columns.append(try reader.position(of: choice.column, in: reader.firstRow))
      }
    }
    var rows = NumberRows(reader: reader, columns: columns, ranges: choices.map(\.range))
    try rows.readAll(skipsMissing: skipsMissing, limit: limit)
    return NumberColumns(
      names: reader.columns.map { names in columns.map { names[$0 - 1] } }, values: rows.values,
      skippedRows: rows.skippedRows)
  }
}

/// The rows of a table taken apart into numbers.
private struct NumberRows {
  let reader: SymbolReader
  let columns: [Int]
  let ranges: [ClosedRange<Double>]
  var values: [[Double]]
  var skippedRows = 0
  private var blankLines: (first: Int, count: Int)?
  private var row: [Double]

  init(reader: SymbolReader, columns: [Int], ranges: [ClosedRange<Double>]) {
    self.reader = reader
    self.columns = columns
    self.ranges = ranges
    values = ranges.map { _ in [] }
    row = ranges.map { _ in 0 }
  }

  mutating func readAll(skipsMissing: Bool, limit: Int) throws(InputError) {
    while try reader.nextRecord() {
      if reader.scanner.isBlank {
        // An error only if something follows, which is not known yet.
        let (first, count) = blankLines ?? (reader.line, 0)
        blankLines = (first, count + 1)
        // An endless stream of them would otherwise never be found out.
        if count == 100, !skipsMissing { throw missing("", line: first) }
        continue
      }
      if let blankLines {
        if !skipsMissing { throw missing("", line: blankLines.first) }
        skippedRows += blankLines.count
        self.blankLines = nil
      }
      let found = reader.scanner.fields.count
      guard found == reader.fieldCount else {
        throw reader.error(.raggedRow(fields: found, expected: reader.fieldCount))
      }
      guard try readRow(skipsMissing: skipsMissing) else {
        skippedRows += 1
        continue
      }
      if values[0].count == limit { throw reader.error(.tooManyNumbers(limit: limit)) }
      for index in row.indices { values[index].append(row[index]) }
    }
    if reader.isStopped { throw InputError(source: reader.source.name, problem: .interrupted) }
    if values[0].isEmpty { throw InputError(source: reader.source.name, problem: .noNumbers) }
  }

  /// False if the row lacks a number and may.
  private mutating func readRow(skipsMissing: Bool) throws(InputError) -> Bool {
    var isWhole = true
    for index in columns.indices {
      let field = reader.scanner.fields[columns[index] - 1]
      let bytes = withoutSpaces(reader.bytes(of: field))
      if let number = decimalNumber(bytes) {
        guard ranges[index].contains(number) else {
          throw reader.error(
            .numberOutOfRange(
              text: String(decoding: bytes, as: UTF8.self), column: columns[index],
              range: ranges[index]))
        }
        row[index] = number
        continue
      }
      try reader.validate(field, origin: 0, line: reader.line)
      let text = String(decoding: bytes, as: UTF8.self)
      guard ["", "na", "n/a", "nan", "null"].contains(text.lowercased()) else {
        throw reader.error(.notANumber(text: text, column: columns[index]))
      }
      if !skipsMissing {
        throw reader.error(.missingNumber(text: text, column: columns[index]))
      }
      isWhole = false
    }
    return isWhole
  }

  private func missing(_ text: String, line: Int) -> InputError {
    reader.error(.missingNumber(text: text, column: columns[0]), line: line)
  }
}

private func withoutSpaces(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
  var (start, end) = (0, bytes.count)
  while start < end, isSpace(bytes[start]) { start += 1 }
  while end > start, isSpace(bytes[end - 1]) { end -= 1 }
  return UnsafeRawBufferPointer(rebasing: bytes[start..<end])
}
