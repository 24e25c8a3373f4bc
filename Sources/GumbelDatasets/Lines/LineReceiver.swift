import GumbelDistributions

/// Who gets the lines, or rows, that are read, one after the other, and looks at few of them where it
/// can.
protocol LineReceiver: ~Copyable {
  /// The number in the stream of the next line.
  var nextIndex: UInt64 { get }
  /// Whether no more is wanted.
  var isDone: Bool { get }
  /// Whether to ask for candidates; else lines are first offered to `fill`.
  var isFull: Bool { get }

  /// Goes on with another source.
  ///
  /// - Returns: What its lines' numbers begin above, by which they are told from those of others.
  mutating func begin(_ source: String) throws(InputError) -> Int
  /// Told once, before any line: what stands above the rows of the first source.
  mutating func start(_ head: TableHead, delimiter: Delimiter?)

  /// Takes and passes lines of weight 1: those that end in a text, up to the first that is too long or
  /// not wanted.
  ///
  /// - Parameters:
  ///   - limit: The most bytes of a line.
  ///   - number: That of the first line.
  /// - Returns: How many bytes they are.
  mutating func fill(
    from text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator, limit: Int, number: Int
  ) throws(InputError) -> Int
  /// The first of the next `count` lines, if all have weight 1, that may be wanted.
  mutating func candidate(within count: UInt64) -> UInt64?
  /// Whether the next row may be wanted. Asked once about each.
  mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool
  /// Takes the next line, without its end, by its place; it is yet to be passed.
  mutating func enter(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, weight: Double
  ) throws(InputError)
  /// Takes the next line by its key or for its group; it is yet to be passed.
  mutating func enter(_ line: KeyedLine, _ hash: LineHash) throws(InputError)
  /// Goes on behind lines.
  mutating func pass(_ count: UInt64)
}

/// A line whose random number, or group, follows from what it holds.
struct KeyedLine {
  /// Without its end.
  let text: UnsafeBufferPointer<UInt8>
  let number: Int
  /// Finite and at least 0.
  let weight: Double
  /// The random bits of its key; nil where they are those of its place.
  let uniform: UInt64?
  /// What stands in the column of groups, if there is one.
  let group: UnsafeRawBufferPointer?
}

/// What those have in common who say of each line whether they want it, from the first one on.
extension LineReceiver where Self: ~Copyable {
  var isFull: Bool { true }
  mutating func fill(
    from text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator, limit: Int, number: Int
  ) -> Int { 0 }
}

/// What those have in common who want all they can hold.
extension LineReceiver where Self: ~Copyable {
  var isDone: Bool { false }
  mutating func start(_ head: TableHead, delimiter: Delimiter?) {}
}

/// The names of sources, by which lines know where they are from.
struct LineSources {
  /// The current one last.
  private(set) var names: [String] = []

  /// As ``LineReceiver/begin(_:)``.
  mutating func begin(_ source: String) throws(InputError) -> Int {
    guard names.count < LineNumber.mostSources else {
      throw InputError(
        source: source, problem: .sample(.tooManySources(limit: LineNumber.mostSources)))
    }
    names.append(source)
    return LineNumber(source: names.count - 1, line: 0).number
  }

  /// The error where there is no memory for more than the bytes that are held.
  func noMemory(held bytes: Int) -> InputError {
    InputError(source: names.last ?? "", problem: .noMemoryForLines(bytes: bytes))
  }
}
