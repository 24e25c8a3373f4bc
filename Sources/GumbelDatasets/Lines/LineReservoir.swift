import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// The lines drawn so far, as in a `WeightedReservoir`, in memory of their own.
struct LineReservoir: ~Copyable, LineReceiver {
  private(set) var sources = LineSources()
  private let memory = LineMemory()
  private(set) var order: ReservoirOrder

  init(capacity: Int, key: RandomKey, firstIndex: UInt64 = 0) {
    order = ReservoirOrder(capacity: capacity, key: key, firstIndex: firstIndex)
  }

  mutating func begin(_ source: String) throws(InputError) -> Int { try sources.begin(source) }

  var nextIndex: UInt64 { order.nextIndex }
  var isFull: Bool { order.isFull }

  mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    try order.nextMayEnter(weight: weight)
  }

  mutating func candidate(within count: UInt64) -> UInt64? { order.candidate(within: count) }

  mutating func pass(_ count: UInt64) { order.pass(count) }

  mutating func fill(
    from text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator, limit: Int, number: Int
  ) throws(InputError) -> Int {
    let memory = memory
    var number = number
    var passed = 0
    while !isFull, passed < text.count {
      let rest = UnsafeBufferPointer(rebasing: text[passed...])
      let most = min(order.capacity - order.count, 1 << 12)
      guard order.reserve(most), memory.reserve(lines: most, bytes: rest.count) else {
        throw noMemory
      }
      let taken = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: most) { places in
        let taken = memory.append(
          rest, terminator, most: most, limit: limit, index: order.nextIndex, number: number,
          places: places)
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

  mutating func enter(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, weight: Double
  ) throws(InputError) {
    _ = try enter(
      text, number: number, index: order.nextIndex, time: order.timeOfNext(weight: weight))
  }

  mutating func enter(_ line: KeyedLine, _ hash: LineHash) throws(InputError) {
    guard let uniform = line.uniform, order.mayEnter(uniform: uniform, weight: line.weight) else {
      return
    }
    _ = try enter(
      line.text, number: line.number, index: hash.index(of: line.text),
      time: ReservoirOrder.time(uniform: uniform, weight: line.weight))
  }

  /// Takes a line, without its end, if it arrives early enough; false if it does not.
  mutating func enter(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, index: UInt64, time: UInt64
  ) throws(InputError) -> Bool {
    switch memory.hold(text, number: number, index: index, time: time, in: &order) {
    case .late: return false
    case .noMemory: throw noMemory
    case .held: break
    }
    // Per line there is less beside its bytes than an object would take.
    if memory.isWasteful(lines: order.count) { compact() }
    return true
  }

  /// The sample.
  ///
  /// - Parameter chances: How to know with which probabilities the lines were to be drawn, if so wanted.
  consuming func sample(
    _ end: LineReading.End, _ terminator: LineTerminator = .lineFeed,
    chances: InclusionProbabilities? = nil
  ) -> LineSample {
    let memory = memory
    order.sort { memory.line(at: $0).index }
    let known = chances?.take(&order, from: memory)
    return LineSample(
      lines: LineSample.Lines(
        memory, order: order.memory, sources: sources.names, terminator: terminator),
      lineCount: Int(order.passedCount), end: end, inclusionProbabilities: known)
  }

  private mutating func compact() {
    let memory = memory
    memory.compact { move in
      order.renumberItems(move) { memory.line(at: $0).index }
    }
  }

  private var noMemory: InputError { sources.noMemory(held: memory.giveUp()) }
}
