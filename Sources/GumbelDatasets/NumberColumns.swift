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

  /// What becomes of rows that lack a number.
  public enum MissingNumbers: Sendable {
    /// They are an error.
    case refused
    /// They are left out and counted.
    case leftOut
    /// They stay in their places with NaN in all columns, and are counted.
    case kept
  }

  /// The columns' names in the header, or nil where there is none.
  public let names: [String]?

  /// The columns' positions, counted from 1; none where there is no row at all.
  public let positions: [Int]

  /// The values of each column chosen, as many in one as in the others.
  public let values: [[Double]]

  /// What each row has in the column of groups, if one was chosen.
  public let groups: RowGroups?

  /// The rows that lack a number, whether they were left out or kept.
  public let skippedRows: Int

  /// What was found out about the table.
  public let layout: TableLayout

  /// Reads a whole source once, holding eight bytes a number.
  ///
  /// Numbers are in decimal notation, such as `-3`, `0.5` or `1e-4`, with spaces around them or
  /// not. A field that is empty, `NA`, `NaN`, `null` or the like has no number, nor has a blank
  /// line; blank lines at the end are nothing. See ``NumberNotation/usualMissing``.
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
      source, choices,
      dialect: TableDialect(delimiter: delimiter, header: header, comments: .none),
      missing: skipsMissing ? .leftOut : .refused, limit: limit, shouldStop: shouldStop)
  }

  /// Reads a whole source once, as above, of a table in a dialect.
  ///
  /// - Parameters:
  ///   - source: What to read.
  ///   - choices: The columns, one or more.
  ///   - groups: A further column, of text, that says which group each row belongs to. Rows that
  ///     have nothing there are treated as if they lacked a number, and belong to no group.
  ///   - dialect: How the table is written.
  ///   - missing: What becomes of rows that lack a number.
  ///   - limit: The most rows to accept.
  ///   - lineLimit: The most bytes that a row may have.
  ///   - shouldStop: Asked before every read and ten times a second while one waits; once true,
  ///     the reading is given up.
  /// - Throws: If the source cannot be read, lacks a column, or holds something other than numbers
  ///   of the range, or no row with a number at all; and where `1,234` may be a number with a
  ///   decimal comma, and nothing in its column shows that it is none.
  public static func load(
    _ source: InputSource, _ choices: [Choice] = [Choice()],
    groups: SymbolFormat.Column? = nil, dialect: TableDialect,
    missing: MissingNumbers = .refused, limit: Int = 1 << 28, lineLimit: Int = 1 << 20,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> NumberColumns {
    try load(
      source, choices, groups: groups, dialect: dialect, missing: missing, limit: limit,
      lineLimit: lineLimit, chunk: 1 << 16, shouldStop: shouldStop)
  }

  package static func load(
    _ source: InputSource, _ choices: [Choice], groups: SymbolFormat.Column? = nil,
    dialect: TableDialect, missing: MissingNumbers, limit: Int, lineLimit: Int, chunk: Int,
    shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> NumberColumns {
    precondition(!choices.isEmpty, "NumberColumns: no columns chosen, expected one or more")
    let columns = choices.map(\.column)
    let reader: SymbolReader
    do {
      reader = try SymbolReader(
        source, format: .table(column: columns[0], dialect: dialect),
        others: Array(columns.dropFirst()) + (groups.map { [$0] } ?? []), areNumbers: true,
        lineLimit: lineLimit, chunk: chunk, shouldStop: shouldStop)
    } catch {
      guard error.problem as? DataProblem == .blankLine else { throw error }
      throw InputError(
        source: error.source, line: error.line, problem: .missingNumber(text: "", column: 1))
    }
    var rows = NumberRows(
      reader: reader, ranges: choices.map(\.range), hasGroups: groups != nil,
      notation: dialect.notation)
    try rows.readAll(missing, limit: limit)
    let positions = Array(reader.positions.prefix(choices.count))
    return NumberColumns(
      names: reader.columns.map { names in positions.map { names[$0 - 1] } },
      positions: positions, values: rows.values,
      groups: rows.groups.map { table in
        RowGroups(
          column: reader.positions.last.flatMap { position in
            reader.columns.map { $0[position - 1] }
          }, names: (0..<table.count).map { table.name(at: $0) }, lines: rows.groupLines,
          indices: rows.groupIndices)
      }, skippedRows: rows.skippedRows, layout: reader.layout ?? TableLayout())
  }
}

/// The groups that the rows of a table belong to by the text in one of its columns.
public struct RowGroups: Equatable, Sendable {
  /// The column's name in the header, or nil where there is none.
  public let column: String?
  /// The different texts, in the order in which they occur first.
  public let names: [String]
  /// The lines, counted from 1, of the rows in which they occur first.
  public let lines: [Int]
  /// The place in `names` of each row's text; -1 where it has none.
  public let indices: [Int32]
}
