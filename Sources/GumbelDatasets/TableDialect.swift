/// How a table is written: what stands between its fields, whether its first row names the columns,
/// and what else is in the file.
///
/// ```swift
/// var dialect = TableDialect()
/// dialect.comments = .prefix("#")
/// let format = SymbolFormat.table(column: .name("species"), dialect: dialect)
/// ```
public struct TableDialect: Equatable, Sendable {
  /// Which lines are no rows.
  public enum Comments: Equatable, Sendable {
    /// None.
    case none
    /// Those that begin with this text, perhaps after blanks. Traps if it is empty.
    case prefix(String)
    /// Those that begin with `#`, if the first line does.
    case automatic
  }

  /// What stands between fields, or nil to find it out from the first rows: a tab, a semicolon, a
  /// comma, a vertical bar, or in a table of numbers runs of blanks.
  public var delimiter: Delimiter?

  /// Whether the first row names the columns.
  public var header: SymbolFormat.Header

  /// Which lines are no rows. Blank lines among comments before the first row are passed over too.
  public var comments: Comments

  /// How many lines to pass over at the start.
  public var skippedLines: Int

  /// How numbers are written.
  public var notation: NumberNotation

  /// The usual table: everything is found out. Traps if `skippedLines` is negative.
  public init(
    delimiter: Delimiter? = nil, header: SymbolFormat.Header = .automatic,
    comments: Comments = .automatic, skippedLines: Int = 0,
    notation: NumberNotation = NumberNotation()
  ) {
    precondition(
      skippedLines >= 0, "TableDialect: skippedLines \(skippedLines), expected 0 or more")
    precondition(comments != .prefix(""), "TableDialect: an empty prefix, expected a character")
    self.delimiter = delimiter
    self.header = header
    self.comments = comments
    self.skippedLines = skippedLines
    self.notation = notation
  }
}

/// What was found out about a table while its first rows were read.
public struct TableLayout: Equatable, Sendable {
  /// What stands between fields.
  public internal(set) var delimiter = Delimiter.comma
  /// The line of the row that names the columns, counted from 1; nil where there is none.
  public internal(set) var headerLine: Int?
  /// Whether that row was taken for a header by its looks, and not because it was said to be one.
  public internal(set) var isHeaderAssumed = false
  /// Whether the row behind the header gives the columns' widths, as in the RDB files of the USGS.
  public internal(set) var hasWidths = false
  /// The comment lines passed over so far.
  public internal(set) var commentLines = 0
}
