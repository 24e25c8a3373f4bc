/// What ends a line.
public enum LineTerminator: Equatable, Sendable {
  /// A line feed, perhaps behind a carriage return.
  case lineFeed
  /// A zero byte, so that lines may hold line feeds, as file names do.
  case nul

  package var byte: UInt8 { self == .lineFeed ? GumbelDatasets.lineFeed : 0 }
}

/// How lines are read that are drawn from: as they are, or as the rows of a table.
///
/// In a table a row counts as a line even if quotes in it enclose line ends, the row that names the
/// columns is not drawn, and empty lines are none.
public struct LineForm: Equatable, Sendable {
  /// How the table is written, or nil where lines are lines whatever they hold.
  public var table: TableDialect?

  /// Whether the first line names the columns and cannot be drawn. Where there is no table,
  /// `automatic` means that it does not.
  public var header: SymbolFormat.Header

  /// What ends lines; rows of a table always end with a line feed.
  public var terminator = LineTerminator.lineFeed

  /// The most bytes that a line may have. Of lines as they are, only those which are drawn for the time
  /// being, or whose key is looked at, have a limit; all others are passed over, however long.
  public var lineLimit: Int

  /// The rows of a table, or lines where there is none.
  ///
  /// Traps if the limit is not positive.
  public init(table: TableDialect? = nil, lineLimit: Int = 1 << 20) {
    self.init(table: table, header: table?.header ?? .automatic, lineLimit: lineLimit)
  }

  /// Lines as they are.
  ///
  /// Traps if the limit is not positive.
  public init(
    header: SymbolFormat.Header, terminator: LineTerminator = .lineFeed, lineLimit: Int = 1 << 20
  ) {
    self.init(table: nil, header: header, lineLimit: lineLimit)
    self.terminator = terminator
  }

  init(table: TableDialect?, header: SymbolFormat.Header, lineLimit: Int) {
    precondition(lineLimit > 0, "LineForm: lineLimit \(lineLimit), expected more than 0")
    (self.table, self.header, self.lineLimit) = (table, header, lineLimit)
  }
}

/// A line without what ends it, if that is there.
func withoutEnd(
  _ record: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator = .lineFeed
) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(
    rebasing: record.last == terminator.byte ? record.dropLast() : record[...])
}

/// A line without its end as what its key is: a carriage return is part of the end.
func withoutCarriageReturn(
  _ text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator = .lineFeed
) -> UnsafeBufferPointer<UInt8> {
  let hasOne = terminator == .lineFeed && text.last == carriageReturn
  return UnsafeBufferPointer(rebasing: hasOne ? text.dropLast() : text[...])
}
