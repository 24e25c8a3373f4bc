import GumbelDistributions
import GumbelTensors

/// A sample of a part of the lines, with all that it takes to put it together with those of other parts,
/// in any order: the result is, to the line, what a ``LineSampler`` draws from all lines in one pass.
///
/// ```swift
/// let sampler = LineSampler(count: 1000)
/// let first = try sampler.partialSample(from: [.file("a")], key: RandomKey(42))
/// let rest = try sampler.partialSample(
///   from: [.file("b")], key: RandomKey(42), linesBefore: first.lineCount)
/// let sample = try PartialLineSample(merging: [rest, first]).sample()
/// ```
///
/// With ``LineKey/place`` a part has to know how many lines stand before it. With a ``LineKey`` of another
/// kind it need not, but then nothing shows that a part is there twice or not at all.
///
/// Each line's time in the exponential race of `WeightedReservoir` depends on the draw's key, on its weight
/// and on its place or key, but not on other lines, and the earliest lines of all are among the earliest
/// of their parts. Such summaries are called mergeable: Agarwal et al., "Mergeable summaries", PODS 2012.
public struct PartialLineSample: Sendable {
  /// What messages call it: the file that it was read from, or the source of its lines.
  public let name: String
  /// How many lines there were to draw from.
  public var lineCount: Int { drawn.lineCount }
  /// The seed of the key that it was drawn with.
  public var seed: UInt64 { draw.seed }
  /// How many lines are drawn from all parts together.
  package var count: Int { draw.count }
  /// Whether all lines have the same chance, which no other line shares.
  package var isEqualDraw: Bool { draw.key == nil && draw.weights == nil }
  /// As in ``LineSample/mayHaveHeader``.
  public var mayHaveHeader: Bool { drawn.mayHaveHeader }

  /// How it was drawn, in which all parts have to agree.
  let draw: LineDraw
  /// Where the lines stand in the whole stream, where their random numbers follow from that.
  let places: PlaceRanges
  let drawn: LineSample

  init(name: String, draw: LineDraw, places: PlaceRanges, drawn: LineSample) {
    (self.name, self.draw, self.places, self.drawn) = (name, draw, places, drawn)
  }

  /// Puts samples of parts together.
  ///
  /// - Throws: If they were drawn in different ways, or if lines are in several of them. Traps if there
  ///   are none.
  public init(merging parts: [PartialLineSample]) throws(InputError) {
    require(!parts.isEmpty, "PartialLineSample: no parts, expected at least one")
    var merger = PartialLineMerger(parts[0])
    for part in parts { try merger.add(part) }
    self = merger.finish()
  }

  /// Puts together the samples of parts whose states are in files or pipes, of which one may hold several,
  /// each in a line.
  ///
  /// - Parameters:
  ///   - sources: At least one.
  ///   - isCancelled: Asked before every read; once true, the reading ends with an error.
  /// - Throws: Also if there is no state in a source, or one that is not whole.
  public init(
    merging sources: [InputSource], isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    require(!sources.isEmpty, "PartialLineSample: no sources, expected at least one")
    try self.init(merging: sources, chunk: 1 << 16, isCancelled: isCancelled)
  }

  package init(
    merging sources: [InputSource], chunk: Int, isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    var merger: PartialLineMerger?
    for source in sources {
      var reader = try PartialLineReader(source, chunk: chunk, isCancelled: isCancelled)
      while let part = try reader.next() {
        if merger == nil { merger = PartialLineMerger(part) }
        try merger?.add(part)
      }
    }
    // A source without a state has thrown.
    self = merger.take()!.finish()
  }

  /// The sample of all lines, of which none may be missing between others.
  ///
  /// - Throws: If there are lines, before the last of those that there are, that no part had.
  public func sample() throws(InputError) -> LineSample {
    if let gap = places.gap { throw InputError(source: name, problem: .sample(.gap(gap))) }
    var sample = drawn
    sample.isOrderedByIndex = draw.key == nil
    return sample
  }
}

extension LineSampler {
  /// Reads sources, a part of all lines, to their end and draws from their lines.
  ///
  /// - Parameters:
  ///   - sources: What to read.
  ///   - key: What the draw depends on; the same for all parts.
  ///   - linesBefore: How many of all lines stand before this part, those that name columns aside. Of
  ///     interest for ``LineKey/place`` alone.
  ///   - isCancelled: Asked before every read; once true, the reading ends with an error.
  /// - Throws: As ``sample(from:key:isCancelled:)-([InputSource],_,_)`` does. Traps unless lines are drawn
  ///   without replacement, not by groups, and without their probabilities.
  public func partialSample(
    from sources: [InputSource], key: RandomKey, linesBefore: Int = 0,
    isCancelled: (@Sendable () -> Bool)? = nil
  ) throws(InputError) -> PartialLineSample {
    require(linesBefore >= 0, "LineSampler: linesBefore \(linesBefore), expected at least 0")
    require(
      scheme == .withoutReplacement && !givesInclusionProbabilities,
      "LineSampler: a partial sample, expected a plain draw without replacement")
    let first = lineKey == .place ? UInt64(linesBefore) : 0
    let sample = try sample(
      from: sources, key: key, firstIndex: first, isCancelled: isCancelled)
    let name = sources.first?.name ?? ""
    guard sample.isComplete else { throw InputError(source: name, problem: .interrupted) }
    return PartialLineSample(
      name: name, draw: LineDraw(self, key: key),
      places: lineKey == .place
        ? PlaceRanges(first..<first + UInt64(sample.lineCount)) : PlaceRanges(),
      drawn: sample)
  }
}

/// How lines are drawn: what the samples of all parts have in common.
struct LineDraw: Equatable, Sendable {
  var count: Int
  var seed: UInt64
  /// The column of keys, as a command's argument has it, or 0 for the whole line; nil for the place.
  var key: String?
  /// The column of weights.
  var weights: String?
  var terminator = LineTerminator.lineFeed
}

extension LineDraw {
  init(_ sampler: LineSampler, key: RandomKey) {
    count = sampler.count
    seed = key.seed
    self.key =
      switch sampler.lineKey {
      case .place: nil
      case .line: "0"
      case .column(let column): column.argument
      }
    weights = sampler.weights?.argument
    terminator = sampler.form.terminator
  }

  /// How another differs, with what it has and what is expected.
  func difference(to other: LineDraw) -> (found: String, expected: String)? {
    if seed != other.seed { return ("seed \(other.seed)", "seed \(seed)") }
    if count != other.count { return ("count \(other.count)", "count \(count)") }
    func key(_ name: String?) -> String {
      name.map { $0 == "0" ? "whole lines as keys" : "keys in column \(quoted($0))" }
        ?? "places as keys"
    }
    if self.key != other.key { return (key(other.key), key(self.key)) }
    func weights(_ name: String?) -> String {
      name.map { "weights in column \(quoted($0))" } ?? "no weights"
    }
    if self.weights != other.weights { return (weights(other.weights), weights(self.weights)) }
    if terminator != other.terminator {
      func end(_ terminator: LineTerminator) -> String {
        terminator == .nul ? "lines that end in NUL" : "lines that end in line feeds"
      }
      return (end(other.terminator), end(terminator))
    }
    return nil
  }
}
