/// Lines drawn by a ``LineSampler``.
public struct LineSample: Sendable {
  /// A line as it stands in the source.
  public struct Line: Equatable, Sendable {
    /// Its bytes, without the line end.
    public let bytes: [UInt8]
    /// Where it starts in its source, counted from 1.
    public let number: Int
    /// What messages call its source: the path of a file, or `standard input`.
    public let source: String
    /// Whether a carriage return stood before the line feed.
    public let hasCarriageReturn: Bool
  }

  /// The lines in the order in which they were drawn.
  public let lines: Lines

  /// The first line, where it names the columns.
  public let header: Line?

  /// How many lines there were to draw from: all that were read, the header aside.
  public let lineCount: Int

  /// Whether the first row of a table is drawn like the others, though all of its fields look like
  /// the names of columns: over text alone nothing shows that they are.
  public internal(set) var mayHaveHeader = false

  /// Whether the source was read to its end.
  public let isComplete: Bool
}

extension LineSample.Line {
  /// A line at the start of unread input: `length` bytes with its end.
  init(_ unread: UnsafeBufferPointer<UInt8>, length: Int, number: Int, source: String) {
    self.init(
      withoutLineFeed(UnsafeBufferPointer(rebasing: unread[..<length])), number, source: source)
  }

  /// A line without its line feed.
  init(_ text: UnsafeBufferPointer<UInt8>, _ number: Int, source: String) {
    hasCarriageReturn = text.last == carriageReturn
    bytes = Array(hasCarriageReturn ? text.dropLast() : text[...])
    self.number = number
    self.source = source
  }
}
