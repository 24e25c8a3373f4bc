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
  public internal(set) var lines: Lines

  /// For each of ``lines`` the probability with which it was to be drawn, where ``LineSampler`` was
  /// asked for these; with replacement instead how often it was to be expected. The sum of `value /
  /// probability` over the sample has the sum of all values for its expectation.
  public internal(set) var inclusionProbabilities: [Double]?

  /// The first line, where it names the columns.
  public let header: Line?

  /// How many lines there were to draw from: all that were read, the header aside.
  public let lineCount: Int

  /// Whether the first row of a table is drawn like the others, though all of its fields look like
  /// the names of columns: over text alone nothing shows that they are.
  public internal(set) var mayHaveHeader = false

  /// Whether the source was read to its end.
  public let isComplete: Bool

  /// What stands between the fields of a table.
  package let delimiter: Delimiter?

  /// Whether the lines' numbers in the stream, rather than in the sources, tell the order of these.
  var isOrderedByIndex = false

  init(
    lines: Lines, lineCount: Int, end: LineReading.End, inclusionProbabilities: [Double]? = nil
  ) {
    self.lines = lines
    self.lineCount = lineCount
    self.inclusionProbabilities = inclusionProbabilities
    (header, delimiter) = (end.header, end.delimiter)
    (mayHaveHeader, isComplete) = (end.mayHaveHeader, !end.isStopped)
  }

  /// Says with which probabilities lines were to be drawn that all had the same chance.
  package mutating func addEqualProbabilities(count: Int) {
    let chances = InclusionProbabilities(count: count, isWeighted: false)
    inclusionProbabilities = chances.equal(of: lineCount, held: lines.count)
  }

  /// Puts the lines in the order in which they stand in the sources, and the sources in that in which
  /// they were read. Of merged parts of lines that were drawn by their places, those say the order.
  public mutating func sortByPlace() {
    let order = lines.sortByPlace(
      byIndex: isOrderedByIndex, givesOrder: inclusionProbabilities != nil)
    inclusionProbabilities = inclusionProbabilities.map { values in order.map { values[$0] } }
  }
}

extension LineSample.Line {
  /// A row at the start of unread input: `length` bytes with its end.
  init(_ unread: UnsafeBufferPointer<UInt8>, length: Int, number: Int, source: String) {
    self.init(
      withoutEnd(UnsafeBufferPointer(rebasing: unread[..<length])), number, source: source)
  }

  /// A line without what ends it, but with a carriage return before that.
  init(
    _ text: UnsafeBufferPointer<UInt8>, _ number: Int, source: String,
    _ terminator: LineTerminator = .lineFeed
  ) {
    hasCarriageReturn = terminator == .lineFeed && text.last == carriageReturn
    bytes = Array(hasCarriageReturn ? text.dropLast() : text[...])
    self.number = number
    self.source = source
  }
}
