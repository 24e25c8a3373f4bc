import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// The lines that may be drawn with replacement, each held once, until the end says which slots draw
/// which of them.
struct LineReplacement: ~Copyable, LineReceiver {
  private var sources = LineSources()
  private let memory = LineMemory()
  private var order: ReplacementOrder
  /// The lines that are held, in the order of the stream: where their stretches end, and where they are
  /// in memory.
  private let held = RaceMemory()
  /// The weights of these, where not all are 1.
  private var weights: [Double] = []
  /// The bytes beyond which lines that no slot draws any more are given up.
  private var limit: Int?

  init(capacity: Int, key: RandomKey) {
    order = ReplacementOrder(capacity: capacity, key: key)
  }

  var nextIndex: UInt64 { order.passedCount }
  var isFull: Bool { !order.keepsAll }

  mutating func begin(_ source: String) throws(InputError) -> Int {
    if !order.reserve() {
      throw InputError(source: source, problem: .sample(.noMemoryForDraws(order.capacity)))
    }
    return try sources.begin(source)
  }

  mutating func candidate(within count: UInt64) -> UInt64? { order.candidate(within: count) }
  mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    try order.nextMayEnter(weight: weight)
  }
  mutating func pass(_ count: UInt64) { order.pass(count) }

  mutating func fill(
    from text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator, limit: Int, number: Int
  ) throws(InputError) -> Int {
    var number = number
    var passed = 0
    while !isFull, passed < text.count {
      let rest = UnsafeBufferPointer(rebasing: text[passed...])
      let most = min(order.capacity - Int(order.passedCount), 1 << 12)
      guard held.reserve(most), memory.reserve(lines: most, bytes: rest.count) else {
        throw sources.noMemory(held: memory.giveUp())
      }
      let taken = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: most) { places in
        let taken = memory.append(
          rest, terminator, most: most, limit: limit, index: order.passedCount, number: number,
          places: places)
        for place in places[..<taken.lines] {
          held.append(gk_race_entry(time: order.endOfNext, item: place))
          order.pass(1)
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
    if isFull, size > limit ?? 0 {
      if limit != nil { giveUpOthers() }
      // To draw for all slots costs as much as to read some bytes for each of them.
      limit = size + max(size / 4, 64 * order.capacity, 1 << 16)
    }
    guard held.reserve(1), memory.reserve(lines: 1, bytes: text.count) else {
      throw sources.noMemory(held: memory.giveUp())
    }
    let place = memory.append(text, index: order.passedCount, number: number)
    held.append(gk_race_entry(time: order.endOfNext, item: place))
    if order.isWeighted { weights.append(weight) }
  }

  // Draws by keys would be the same in all slots.
  mutating func enter(_ line: KeyedLine, _ hash: LineHash) throws(InputError) {}

  /// The sample: what the slots draw, one after the other.
  ///
  /// - Throws: If there is not one line to draw.
  consuming func sample(
    _ end: LineReading.End, _ terminator: LineTerminator, countsExpected: Bool
  ) throws(InputError) -> LineSample {
    let (draws, drawn) = order.lastDraws()
    if draws.isEmpty, order.capacity > 0 {
      let source = sources.names.first ?? ""
      // Nobody who stops the reading before its first line is told off for it.
      if end.isStopped { throw InputError(source: source, problem: .interrupted) }
      throw InputError(source: source, problem: .sample(.nothingToDraw))
    }
    let share = Double(order.capacity) / order.totalWeight
    var expected = [Double](repeating: 0, count: countsExpected ? draws.count : 0)
    let (entries, lines) = (draws.mutableEntries, held.mutableEntries)
    drawn.write(entries.count) { slots, count in
      forEachDraw(entries, among: lines) { i, line in
        let slot = Int(entries[i].item)
        if countsExpected { expected[slot] = share * (weights.isEmpty ? 1 : weights[line]) }
        slots.unsafelyUnwrapped[slot] = gk_race_entry(
          time: UInt64(slot), item: lines[line].item)
      }
      return count
    }
    return LineSample(
      lines: LineSample.Lines(
        memory, order: drawn, sources: sources.names, terminator: terminator),
      lineCount: Int(order.passedCount), end: end,
      inclusionProbabilities: countsExpected ? expected : nil)
  }

  // MARK: - Memory

  /// The bytes that lines take.
  private var size: Int { memory.end + held.count * MemoryLayout<gk_race_entry>.stride }

  /// Gives up the lines that no slot draws, now that so many others are behind them.
  private mutating func giveUpOthers() {
    let lines = held.mutableEntries
    var kept = 0
    var last = -1
    let isWeighted = !weights.isEmpty
    forEachDraw(order.draws().mutableEntries, among: lines) { _, line in
      if line == last { return }
      last = line
      lines[kept] = lines[line]
      if isWeighted { weights[kept] = weights[line] }
      kept += 1
    }
    held.truncate(to: kept)
    if isWeighted { weights.removeLast(weights.count - kept) }
    memory.compact { move in
      for i in 0..<kept { lines[i].item = move(lines[i].item) }
    }
  }
}

/// Calls the body with each of the draws, which rise, and with the held line that it is.
private func forEachDraw(
  _ draws: UnsafeMutableBufferPointer<gk_race_entry>,
  among lines: UnsafeMutableBufferPointer<gk_race_entry>, _ body: (_ draw: Int, _ line: Int) -> Void
) {
  var line = 0
  for i in draws.indices {
    while line + 1 < lines.count, lines[line].time <= draws[i].time { line += 1 }
    body(i, line)
  }
}
