import GumbelDistributions
import GumbelTensors

/// Draws each line with the same probability, independently of the others, and passes it on as it is
/// read: Bernoulli sampling, in constant memory and in the order of the lines.
///
/// ```swift
/// let sampler = BernoulliLineSampler(fraction: 0.01)
/// try sampler.forEachLine(from: [.standardInput], key: RandomKey(42)) { line in
///   print(line.number)
/// }
/// ```
///
/// Of N lines, p N are drawn on average, with a standard deviation of √(N p (1 - p)). A line is drawn
/// if its uniform u is above 1 - p, where u follows from the key and from the line's place, or by
/// ``lineKey`` from what it holds: so that what a smaller fraction draws is among what a larger one
/// does, and a line's fate depends on no other line. What is drawn by keys from parts of the lines is,
/// without more, drawn from all of them; by places, each part has to know how many lines stand before
/// it. Sums of `value / p` over the lines drawn have the sum over all lines for their expectation.
///
/// The uniforms are those of ``LineSampler``, which draws the n largest where all have the same weight.
/// To draw from what was drawn by keys takes another seed.
public struct BernoulliLineSampler: Sendable {
  /// The probability p with which a line is drawn.
  public let fraction: Double

  /// How lines are read.
  public var form: LineForm

  /// What a line's random number follows from. A column is looked for where lines are rows of a table.
  public var lineKey = LineKey.place

  /// Traps unless the fraction is from 0 to 1. It is rounded down to a multiple of 2⁻⁶⁴.
  public init(fraction: Double, form: LineForm = LineForm()) {
    require(
      0...1 ~= fraction, "BernoulliLineSampler: fraction \(fraction), expected from 0 to 1")
    (self.fraction, self.form) = (fraction, form)
  }

  /// Reads sources one after the other and calls a closure with each line that is drawn.
  ///
  /// - Parameters:
  ///   - sources: What to read.
  ///   - key: What the draw depends on.
  ///   - linesBefore: How many of all lines stand before these, those that name columns aside. Of
  ///     interest for ``LineKey/place`` alone.
  ///   - isCancelled: Asked before every read and ten times a second while one waits; once true, the
  ///     reading ends.
  ///   - onHeader: Called once, before any line, if a row names the columns of the first source.
  ///   - body: Called with one line after the other.
  /// - Throws: What the closures throw; and if a source cannot be read, a line is too long, a row of a
  ///   table is not as it should be, or the columns of sources have different names. Traps if
  ///   `linesBefore` is negative.
  @discardableResult
  public func forEachLine(
    from sources: [InputSource], key: RandomKey, linesBefore: Int = 0,
    isCancelled: (@Sendable () -> Bool)? = nil,
    onHeader: (LineSample.Line) throws -> Void = { _ in }, _ body: (StreamedLine) throws -> Void
  ) throws -> LineStreamEnd {
    try forEachLine(
      from: sources, key: key, linesBefore: linesBefore, isCancelled: isCancelled,
      onStart: { header, _ in if let header { try onHeader(header) } }, body)
  }

  /// - Parameter onStart: Called once, before any line.
  package func forEachLine(
    from sources: [InputSource], key: RandomKey, linesBefore: Int = 0, chunk: Int = 1 << 16,
    isCancelled: (@Sendable () -> Bool)? = nil,
    onStart: (LineSample.Line?, Delimiter?) throws -> Void, _ body: (StreamedLine) throws -> Void
  ) throws -> LineStreamEnd {
    require(linesBefore >= 0, "BernoulliLineSampler: linesBefore \(linesBefore), expected from 0")
    let reading = LineReading(
      form: form, lineKey: lineKey, hash: LineHash(key), chunk: chunk, isCancelled: isCancelled)
    let first = lineKey == .place ? UInt64(linesBefore) : 0
    return try withoutActuallyEscaping(onStart) { onStart in
      try withoutActuallyEscaping(body) { body in
        var lines = LineStream(
          FractionChoice(BernoulliOrder(probability: fraction, key: key, firstIndex: first)),
          onStart: { head, delimiter in try onStart(head.header, delimiter) }, body: body)
        let end = try reading.read(sources, into: &lines)
        return try lines.end(end)
      }
    }
  }
}

private struct FractionChoice: LineChoice {
  private var order: BernoulliOrder

  init(_ order: BernoulliOrder) { self.order = order }

  var sideCount: Int { 1 }
  var nextIndex: UInt64 { order.nextIndex }
  var passedCount: UInt64 { order.passedCount }
  mutating func candidate(within count: UInt64) -> UInt64? { order.candidate(within: count) }
  mutating func mayWantNext() -> Bool { order.mayKeepNext() }
  func sideOfNext() -> Int? { order.keepsNext() ? 0 : nil }
  func side(uniform: UInt64) -> Int? { order.keeps(uniform: uniform) ? 0 : nil }
  mutating func pass(_ count: UInt64) { order.pass(count) }
}
