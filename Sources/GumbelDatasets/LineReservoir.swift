import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// The lines drawn so far, as in a `WeightedReservoir`, in memory of their own.
struct LineReservoir: ~Copyable {
  /// What messages call the source.
  private let source: String
  private let memory = LineMemory()
  private(set) var order: ReservoirOrder

  init(capacity: Int, key: RandomKey, source: String) {
    order = ReservoirOrder(capacity: capacity, key: key)
    self.source = source
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
    let hasLineFeed = record.last == lineFeed
    let text = UnsafeBufferPointer(rebasing: hasLineFeed ? record.dropLast() : record[...])
    let memory = memory
    let index = order.nextIndex
    let time = order.timeOfNext(weight: weight)
    func indexOf(_ place: UInt64) -> UInt64 { memory.line(at: place).index }
    guard order.admits(time, index: index, indexOf) else { return }

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
  }

  /// The sample.
  consuming func sample(
    header: LineSample.Line?, isComplete: Bool
  ) -> LineSample {
    let memory = memory
    let lineCount = Int(order.passedCount)
    order.sort { memory.line(at: $0).index }
    return LineSample(
      lines: LineSample.Lines(memory, order: order.memory), header: header, lineCount: lineCount,
      isComplete: isComplete)
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
    throw InputError(source: source, problem: .noMemoryForLines(bytes: held))
  }
}
