import GumbelDistributions
import GumbelTensors

/// Puts samples of parts together, one after the other, in the memory of the lines drawn.
struct PartialLineMerger: ~Copyable {
  /// More lines in all are not counted.
  static let mostLines: UInt64 = 1 << 60

  private let first: String
  private let draw: LineDraw
  private var lines: LineReservoir
  private var header: LineSample.Line?
  private var places = PlaceRanges()
  /// The number above which those of lines of a source begin.
  private var bases: [String: Int] = [:]

  /// Begins with nothing; the parts are to be drawn as this one, which is still to be added.
  init(_ part: PartialLineSample) {
    (first, draw) = (part.name, part.draw)
    lines = LineReservoir(capacity: draw.count, key: RandomKey(draw.seed))
  }

  mutating func add(_ part: PartialLineSample) throws(InputError) {
    func error(_ problem: LineSampleProblem) -> InputError {
      InputError(source: part.name, problem: .sample(problem))
    }
    if let (found, expected) = draw.difference(to: part.draw) {
      throw error(.otherDraw(found: found, expected: expected, than: first))
    }
    if let header = part.drawn.header {
      if let other = self.header, other.bytes != header.bytes {
        throw error(.otherColumns(than: first))
      }
      if self.header == nil { self.header = header }
    }
    if let both = places.insert(part.places) { throw error(.overlap(both)) }
    guard lines.order.passedCount + UInt64(part.lineCount) <= Self.mostLines else {
      throw error(.tooManyLines)
    }
    lines.pass(UInt64(part.lineCount))

    let drawn = part.drawn.lines
    for i in drawn.indices {
      let entered = try drawn.withLine(at: i) { line, time throws(InputError) in
        let place = LineNumber(Int(line.number)).place(amongSources: drawn.sources.count)
        let base = try base(of: drawn.sources[place.source])
        return try lines.enter(
          line.text, number: base + place.line, index: line.index, time: time)
      }
      // They are in order, so that those which follow are later still.
      if !entered { break }
    }
  }

  consuming func finish() -> PartialLineSample {
    let (first, draw, places, header) = (first, draw, places, header)
    return PartialLineSample(
      name: first, draw: draw, places: places,
      drawn: lines.sample(LineReading.End(header: header), draw.terminator))
  }

  private mutating func base(of source: String) throws(InputError) -> Int {
    if let base = bases[source] { return base }
    let base = try lines.begin(source)
    bases[source] = base
    return base
  }
}
