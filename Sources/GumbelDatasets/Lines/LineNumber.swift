/// The number of a line in its source and the number of the source in one, as which lines keep them: that
/// of the first source is the line's own, which is short.
struct LineNumber {
  static let mostSources = 1 << 19
  static let mostLines = 1 << lineBits - 1
  private static let lineBits = 44

  let number: Int

  init(_ number: Int) { self.number = number }

  init(source: Int, line: Int) { number = source << Self.lineBits | line }

  /// The source, counted from 0, and the line in it. A pipe may go on beyond the most lines, as long as
  /// there is no other source.
  func place(amongSources count: Int) -> (source: Int, line: Int) {
    let source = min(number >> Self.lineBits, count - 1)
    return (source, number - source << Self.lineBits)
  }
}
