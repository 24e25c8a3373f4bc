import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// The lines drawn so far, as in a `WeightedReservoir`, in memory of their own.
struct LineReservoir: ~Copyable {
  /// What messages call the sources, the current one last.
  private(set) var sources: [String] = []
  private let memory = LineMemory()
  private(set) var order: ReservoirOrder

  init(capacity: Int, key: RandomKey, firstIndex: UInt64 = 0) {
    order = ReservoirOrder(capacity: capacity, key: key, firstIndex: firstIndex)
  }

  /// Goes on with another source.
  ///
  /// - Returns: What its lines' numbers begin above, by which they are told from those of others.
  mutating func begin(_ source: String) throws(InputError) -> Int {
    guard sources.count < LineNumber.mostSources else {
      throw InputError(
        source: source, problem: .sample(.tooManySources(limit: LineNumber.mostSources)))
    }
    sources.append(source)
    return LineNumber(source: sources.count - 1, line: 0).number
  }

  var isFull: Bool { order.isFull }

  /// Whether the next line may enter.
  mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    try order.nextMayEnter(weight: weight)
  }

  /// The first of the next `count` lines, if all have weight 1, that may enter.
  mutating func candidate(within count: UInt64) -> UInt64? { order.candidate(within: count) }

  /// Goes on behind lines.
  mutating func pass(_ count: UInt64) { order.pass(count) }

  /// Takes lines of weight 1 while there is room for more: those that end in a text, up to the first
  /// that is too long. Returns how many bytes they are; they are passed.
  ///
  /// - Parameters:
  ///   - limit: The most bytes of a line.
  ///   - number: That of the first line in the source.
  mutating func fill(
    from text: UnsafeBufferPointer<UInt8>, limit: Int, number: Int
  ) throws(InputError) -> Int {
    let memory = memory
    var number = number
    var passed = 0
    while !isFull, passed < text.count {
      let rest = UnsafeBufferPointer(rebasing: text[passed...])
      let most = min(order.capacity - order.count, 1 << 12)
      try reserve(lines: most, bytes: rest.count)
      let taken = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: most) { places in
        let taken = memory.append(
          rest, most: most, limit: limit, index: order.nextIndex, number: number, places: places)
        order.insertNext(UnsafeBufferPointer(rebasing: places[..<taken.lines])) {
          memory.line(at: $0).index
        }
        return taken
      }
      if taken.lines == 0 { break }
      passed += taken.bytes
      number += taken.lines
    }
    return passed
  }

  /// Takes the next line if it arrives early enough; it is yet to be passed.
  mutating func enter(
    _ record: UnsafeBufferPointer<UInt8>, number: Int, weight: Double
  ) throws(InputError) {
    _ = try enter(
      withoutLineFeed(record), number: number, index: order.nextIndex,
      time: order.timeOfNext(weight: weight))
  }

  /// Takes a line, without its line feed, if it arrives early enough; false if it does not.
  mutating func enter(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, index: UInt64, time: UInt64
  ) throws(InputError) -> Bool {
    let memory = memory
    func indexOf(_ place: UInt64) -> UInt64 { memory.line(at: place).index }
    guard order.admits(time, index: index, indexOf) else { return false }

    if let leaving = order.leaving {
      if memory.replace(at: leaving, by: text, index: index, number: number) {
        order.insert(time, item: leaving, indexOf)
      } else {
        try reserve(lines: 1, bytes: text.count)
        let place = memory.append(text, index: index, number: number)
        order.insert(time, item: place, indexOf)
        memory.remove(at: leaving)
      }
      // Per line there is less beside its bytes than an object would take.
      if memory.unused > max(64 * order.count, memory.end / 8, 1 << 16) { compact() }
    } else {
      try reserve(lines: 1, bytes: text.count)
      order.insert(time, item: memory.append(text, index: index, number: number), indexOf)
    }
    return true
  }

  /// The sample.
  consuming func sample(
    header: LineSample.Line?, isComplete: Bool
  ) -> LineSample {
    let memory = memory
    let lineCount = Int(order.passedCount)
    order.sort { memory.line(at: $0).index }
    return LineSample(
      lines: LineSample.Lines(memory, order: order.memory, sources: sources), header: header,
      lineCount: lineCount, isComplete: isComplete)
  }

  private mutating func compact() {
    let memory = memory
    memory.compact { move in
      order.renumberItems(move) { memory.line(at: $0).index }
    }
  }

  private mutating func reserve(lines: Int, bytes: Int) throws(InputError) {
    if order.reserve(lines), memory.reserve(lines: lines, bytes: bytes) { return }
    let held = memory.end
    memory.giveUp()
    throw InputError(source: sources.last ?? "", problem: .noMemoryForLines(bytes: held))
  }
}

/// A line as it stands, without the line feed at its end.
func withoutLineFeed(_ record: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
  UnsafeBufferPointer(rebasing: record.last == lineFeed ? record.dropLast() : record[...])
}
