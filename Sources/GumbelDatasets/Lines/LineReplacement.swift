import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// The lines drawn so far with replacement, each held once.
struct LineReplacement: ~Copyable, LineReceiver {
  private var sources = LineSources()
  private let memory = LineMemory()
  private var order: ReplacementOrder
  private let held = HeldLines()

  init(capacity: Int, key: RandomKey) {
    order = ReplacementOrder(capacity: capacity, key: key)
  }

  var nextIndex: UInt64 { order.passedCount }
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

  mutating func enter(
    _ text: UnsafeBufferPointer<UInt8>, number: Int, weight: Double
  ) throws(InputError) {
    guard memory.reserve(lines: 1, bytes: text.count) else {
      throw sources.noMemory(held: memory.giveUp())
    }
    let (memory, held) = (memory, held)
    let place = memory.append(text, index: order.passedCount, number: number)
    let line = held.add(at: place, weight: weight)
    if held.slots.isEmpty { held.makeSlots(order.capacity) }
    order.takeNext { slot in
      if let left = held.put(line, in: slot) { memory.remove(at: left) }
    }
    if memory.isWasteful(lines: held.count) { held.compact(memory) }
  }

  // Draws by keys would be the same in all slots.
  mutating func enter(_ line: KeyedLine, _ hash: LineHash) {}

  /// The sample: what the slots hold, one after the other.
  ///
  /// - Throws: If there is not one line to draw.
  consuming func sample(
    _ end: LineReading.End, _ terminator: LineTerminator, countsExpected: Bool
  ) throws(InputError) -> LineSample {
    let entries = RaceMemory()
    var expected: [Double]? = countsExpected ? [] : nil
    if order.capacity > 0 {
      let source = sources.names.first ?? ""
      guard !held.slots.isEmpty else {
        // Nobody who stops the reading before its first line is told off for it.
        if end.isStopped { throw InputError(source: source, problem: .interrupted) }
        throw InputError(source: source, problem: .sample(.nothingToDraw))
      }
      guard entries.reserve(order.capacity) else {
        throw InputError(source: source, problem: .sample(.noMemoryForDraws(order.capacity)))
      }
    }
    let share = Double(order.capacity) / order.totalWeight
    for (slot, line) in held.slots.enumerated() {
      entries.append(gk_race_entry(time: UInt64(slot), item: held.places[Int(line)]))
      expected?.append(share * held.weights[Int(line)])
    }
    return LineSample(
      lines: LineSample.Lines(
        memory, order: entries, sources: sources.names, terminator: terminator),
      lineCount: Int(order.passedCount), end: end, inclusionProbabilities: expected)
  }
}

/// Which slot holds which line, and the lines that are held at all.
private final class HeldLines {
  /// The line of each slot, before there was one -1.
  private(set) var slots: [Int32] = []
  /// Of each line, where it is in memory.
  private(set) var places: [UInt64] = []
  private(set) var weights: [Double] = []
  /// How many slots hold it.
  private var uses: [Int] = []
  /// Lines that no slot holds any more, whose numbers are free.
  private var free: [Int32] = []

  var count: Int { places.count - free.count }

  func makeSlots(_ count: Int) { slots = [Int32](repeating: -1, count: count) }

  /// Adds a line that no slot holds yet.
  func add(at place: UInt64, weight: Double) -> Int32 {
    if let line = free.popLast() {
      (places[Int(line)], weights[Int(line)]) = (place, weight)
      return line
    }
    places.append(place)
    weights.append(weight)
    uses.append(0)
    return Int32(places.count - 1)
  }

  /// Lets a slot hold a line; returns the place of the one before if no slot holds that any more.
  func put(_ line: Int32, in slot: Int) -> UInt64? {
    let old = Int(slots[slot])
    slots[slot] = line
    uses[Int(line)] += 1
    if old < 0 { return nil }
    uses[old] -= 1
    if uses[old] > 0 { return nil }
    free.append(Int32(old))
    return places[old]
  }

  /// Moves the lines that are held together.
  func compact(_ memory: LineMemory) {
    let lines = places.indices.filter { uses[$0] > 0 }.sorted { places[$0] < places[$1] }
    memory.compact { move in
      for line in lines { places[line] = move(places[line]) }
    }
  }
}
