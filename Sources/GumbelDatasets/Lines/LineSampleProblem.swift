/// Why parts of lines are not drawn from, or why states of samples are not put together.
public enum LineSampleProblem: Equatable, Sendable {
  /// There are more sources than can be told apart.
  case tooManySources(limit: Int)
  /// The row that names the columns is not that of another source.
  case otherColumns(than: String)
  /// A row has nothing in the column, counted from 1, from which its random number is to follow.
  case emptyKey(column: Int)

  /// There is not one line, or not one with a weight above 0, to draw with replacement.
  case nothingToDraw
  /// There is no memory to draw so many lines with replacement.
  case noMemoryForDraws(Int)

  /// There is no state.
  case noState
  /// It does not begin as a state does.
  case notAState
  /// The state goes on behind the end of the file, as one does that was not written to its end.
  case unfinished
  /// The checksum is not that of the state, or what it says contradicts itself, in words.
  case damaged(String)
  /// The state is of a later version than is read here.
  case version(Int, newest: Int)
  /// The parts are drawn in different ways.
  case otherDraw(found: String, expected: String, than: String)
  /// Lines, by their places from 0, are in another state too.
  case overlap(Range<UInt64>)
  /// Lines, by their places from 0, are in none of the states.
  case gap(Range<UInt64>)
  /// There are more lines in all than can be counted.
  case tooManyLines
}

extension LineSampleProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .tooManySources(let limit): "more than \(limit) files with lines, the limit"
    case .otherColumns(let other): "names other columns than \(escaped(other))"
    case .emptyKey(let column): "nothing in column \(column), expected the key of the row"
    case .nothingToDraw: "no lines to draw from, expected at least one of a weight above 0"
    case .noMemoryForDraws(let count): "no memory for \(count) draws with replacement"
    case .noState: "holds nothing, expected the state of a sample, a line for each"
    case .notAState: "is not the state of a sample"
    case .unfinished: "the state is cut off, expected one that was written to its end"
    case .damaged(let reason): "the state is damaged: \(reason)"
    case .version(let found, let newest):
      "the state has version \(found), which a newer gumbel writes; expected at most \(newest)"
    case .otherDraw(let found, let expected, let other):
      "is drawn with \(found), expected \(expected) as in \(escaped(other))"
    case .overlap(let places): "\(Self.lines(places)) are in another state too"
    case .gap(let places): "\(Self.lines(places)) are in none of the states"
    case .tooManyLines: "more lines in all than can be counted"
    }
  }

  /// Counted from 1, as people do.
  private static func lines(_ places: Range<UInt64>) -> String {
    "lines \(places.lowerBound + 1) to \(places.upperBound) of all"
  }
}
