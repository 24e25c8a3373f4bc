import GumbelDistributions
import GumbelTensors

/// Divides lines among sides, such as one for training and one for testing, in one pass and in constant
/// memory.
///
/// ```swift
/// let splitter = LineSplitter(fractions: [0.8, 0.2])
/// try splitter.forEachLine(from: [.file("pets.csv")], key: RandomKey(42)) { line in
///   print(line.number, line.side)
/// }
/// ```
///
/// A line's side is a function of its key: 64 random bits, the SipHash-2-4 of it under the key of the
/// seed and 2, are a number u below 1, and the side is the first with u below the sum of the fractions
/// up to its own. So a line stays on its side whatever lines are added or taken away, and lines with
/// the same key are on the same side. Of N different keys, those on a side of fraction f are f N on
/// average, with a standard deviation of √(N f (1 - f)).
///
/// The bits are others than those of ``LineSampler`` and ``BernoulliLineSampler`` with the same seed,
/// which draw from a side as from any lines.
public struct LineSplitter: Sendable {
  /// The part of the lines on each side.
  public let fractions: [Double]

  /// How lines are read.
  public var form: LineForm

  /// What a line's side follows from: all of it, or what stands in a column of a table.
  public var lineKey = LineKey.line

  /// How much the sum of the fractions may differ from 1.
  package static let tolerance = 1e-9

  /// Traps unless the fractions are from 0 to 1 and add up to 1.
  public init(fractions: [Double], form: LineForm = LineForm()) {
    require(
      fractions.allSatisfy { 0...1 ~= $0 }
        && (fractions.reduce(0, +) - 1).magnitude <= Self.tolerance,
      "LineSplitter: fractions \(fractions), expected numbers from 0 that add up to 1")
    (self.fractions, self.form) = (fractions, form)
  }

  /// Reads sources one after the other and calls a closure with each line and its side.
  ///
  /// - Parameters:
  ///   - sources: What to read.
  ///   - key: What the sides depend on.
  ///   - isCancelled: Asked before every read and ten times a second while one waits; once true, the
  ///     reading ends.
  ///   - onHead: Called, before any line, with each of those that stand above the rows of the first
  ///     source: comments, the one that names the columns, and in RDB files the one of their widths.
  ///   - body: Called with one line after the other.
  /// - Throws: As ``BernoulliLineSampler/forEachLine(from:key:linesBefore:isCancelled:onHeader:_:)``.
  ///   Traps where lines are to be divided by their places.
  @discardableResult
  public func forEachLine(
    from sources: [InputSource], key: RandomKey, isCancelled: (@Sendable () -> Bool)? = nil,
    onHead: (LineSample.Line) throws -> Void = { _ in }, _ body: (StreamedLine) throws -> Void
  ) throws -> LineStreamEnd {
    require(lineKey != .place, "LineSplitter: sides by places, expected keys")
    let reading = LineReading(
      form: form, lineKey: lineKey, hash: LineHash(key, for: .split), isCancelled: isCancelled)
    return try withoutActuallyEscaping(onHead) { onHead in
      try withoutActuallyEscaping(body) { body in
        var lines = LineStream(
          SplitChoice(fractions),
          onStart: { head, _ in for line in head.lines { try onHead(line) } }, body: body)
        let end = try reading.read(sources, into: &lines)
        return try lines.end(end)
      }
    }
  }
}

private struct SplitChoice: LineChoice {
  /// The least number that is beyond each side, but for the last one; nil where none is.
  private let bounds: [UInt64?]
  private(set) var nextIndex: UInt64 = 0

  init(_ fractions: [Double]) {
    var sum = 0.0
    bounds = fractions.dropLast().map { fraction in
      sum += fraction
      let bound = (sum * 0x1p64).rounded()
      return bound < 0x1p64 ? UInt64(bound) : nil
    }
  }

  var sideCount: Int { bounds.count + 1 }
  var passedCount: UInt64 { nextIndex }
  func side(uniform: UInt64) -> Int? {
    bounds.firstIndex { bound in bound.map { uniform < $0 } ?? true } ?? bounds.count
  }
  mutating func pass(_ count: UInt64) { nextIndex += count }

  // Sides follow from keys alone.
  mutating func candidate(within count: UInt64) -> UInt64? { nil }
  mutating func mayWantNext() -> Bool { false }
  func sideOfNext() -> Int? { nil }
}
