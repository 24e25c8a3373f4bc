import GumbelDistributions

/// A line while it is read, as it stands in its source.
public struct StreamedLine {
  /// Its bytes, without what ends it but with a carriage return before that; valid until the next line.
  public let text: UnsafeBufferPointer<UInt8>
  /// Where it starts in its source, counted from 1.
  public let number: Int
  /// What messages call its source: the path of a file, or `standard input`.
  public let source: String
  /// Which side of a split it is on, from 0; 0 where nothing is split.
  public let side: Int
}

/// What is known of lines that were passed on while they were read.
public struct LineStreamEnd: Sendable {
  /// The first line, where it names the columns.
  public let header: LineSample.Line?
  /// How many lines there were to draw from: all that were read, the header aside.
  public let lineCount: Int
  /// How many of them are on each side of a split, or were drawn.
  public let counts: [Int]
  /// As in ``LineSample/mayHaveHeader``.
  public let mayHaveHeader: Bool
  /// Whether the source was read to its end.
  public let isComplete: Bool
}

/// Decides about lines one by one, and passes on what is wanted at once.
struct LineStream<Choice: LineChoice>: LineReceiver {
  typealias Start = (_ head: TableHead, _ delimiter: Delimiter?) throws -> Void
  typealias Body = (StreamedLine) throws -> Void

  private var choice: Choice
  private let onStart: Start
  private let body: Body
  private var sources = LineSources()
  private var base = 0
  private(set) var counts: [Int]
  private(set) var failure: (any Error)?

  init(_ choice: Choice, onStart: @escaping Start, body: @escaping Body) {
    (self.choice, self.onStart, self.body) = (choice, onStart, body)
    counts = [Int](repeating: 0, count: choice.sideCount)
  }

  var nextIndex: UInt64 { choice.nextIndex }
  var isDone: Bool { failure != nil }

  mutating func begin(_ source: String) throws(InputError) -> Int {
    base = try sources.begin(source)
    return base
  }

  mutating func start(_ head: TableHead, delimiter: Delimiter?) {
    do { try onStart(head, delimiter) } catch { failure = error }
  }

  mutating func candidate(within count: UInt64) -> UInt64? { choice.candidate(within: count) }
  mutating func nextMayEnter(weight: Double) -> Bool { choice.mayWantNext() }
  mutating func pass(_ count: UInt64) { choice.pass(count) }

  mutating func enter(_ text: UnsafeBufferPointer<UInt8>, number: Int, weight: Double) {
    if let side = choice.sideOfNext() { pass(text, number, side) }
  }

  mutating func enter(_ line: KeyedLine, _ hash: LineHash) {
    if let uniform = line.uniform, let side = choice.side(uniform: uniform) {
      pass(line.text, line.number, side)
    }
  }

  private mutating func pass(_ text: UnsafeBufferPointer<UInt8>, _ number: Int, _ side: Int) {
    let line = StreamedLine(
      text: text, number: number - base, source: sources.names[sources.names.count - 1],
      side: side)
    do {
      try body(line)
      counts[side] += 1
    } catch {
      failure = error
    }
  }

  /// The end of a reading, unless something went wrong with what was passed on.
  func end(_ end: LineReading.End) throws -> LineStreamEnd {
    if let failure { throw failure }
    return LineStreamEnd(
      header: end.header, lineCount: Int(choice.passedCount), counts: counts,
      mayHaveHeader: end.mayHaveHeader, isComplete: !end.isStopped)
  }
}

/// Which lines are wanted, by their places or by their random numbers.
protocol LineChoice {
  /// The sides that lines may be on.
  var sideCount: Int { get }
  /// The number in the stream of the next line.
  var nextIndex: UInt64 { get }
  /// The lines so far.
  var passedCount: UInt64 { get }

  /// The first of the next `count` lines that may be wanted.
  mutating func candidate(within count: UInt64) -> UInt64?
  mutating func mayWantNext() -> Bool
  /// The side of the next line, by its place; nil where it is not wanted.
  func sideOfNext() -> Int?
  /// The side of a line by its random number.
  func side(uniform: UInt64) -> Int?
  /// Goes on behind lines.
  mutating func pass(_ count: UInt64)
}
