import GumbelDistributions
import GumbelKernels
import GumbelTensors

/// The lines drawn so far of each group, in memory that they share.
///
/// A line's time in the race is that which it has where there are no groups, so that a group's lines
/// are those that are drawn of it alone.
struct LineGroups: ~Copyable, LineReceiver {
  private var sources = LineSources()
  private let memory = LineMemory()
  private var names = CategoryTable()
  private var orders: [ReservoirOrder] = []
  /// That of a group without lines.
  private let empty: ReservoirOrder
  private(set) var nextIndex: UInt64 = 0
  /// The lines that all groups together hold.
  private var heldCount = 0

  init(capacity: Int, key: RandomKey) {
    empty = ReservoirOrder(capacity: capacity, key: key)
  }

  var isFull: Bool { true }
  mutating func begin(_ source: String) throws(InputError) -> Int { try sources.begin(source) }
  mutating func fill(
    from text: UnsafeBufferPointer<UInt8>, _ terminator: LineTerminator, limit: Int, number: Int
  ) -> Int { 0 }
  mutating func pass(_ count: UInt64) { nextIndex += count }

  // Without a table there are no groups, and all rows come with theirs.
  mutating func candidate(within count: UInt64) -> UInt64? { nil }
  mutating func nextMayEnter(weight: Double) -> Bool { false }
  mutating func enter(_ text: UnsafeBufferPointer<UInt8>, number: Int, weight: Double) {}

  mutating func enter(_ line: KeyedLine, _ hash: LineHash) throws(InputError) {
    let name = line.group ?? UnsafeRawBufferPointer(start: nil, count: 0)
    let group: Int
    if let known = names.index(of: name) {
      group = Int(known)
    } else {
      guard names.count < Int32.max else { throw noMemory }
      group = Int(names.append(name))
      orders.append(empty)
    }
    orders[group].pass(1)
    let uniform = line.uniform ?? empty.uniform(ofIndex: nextIndex)
    guard orders[group].mayEnter(uniform: uniform, weight: line.weight) else { return }
    let before = orders[group].count
    let holding = memory.hold(
      line.text, number: line.number,
      index: line.uniform == nil ? nextIndex : hash.index(of: line.text),
      time: ReservoirOrder.time(uniform: uniform, weight: line.weight), in: &orders[group])
    if holding == .noMemory { throw noMemory }
    heldCount += orders[group].count - before
    if memory.isWasteful(lines: heldCount) { try compact() }
  }

  /// The sample: the groups in the order of their first lines.
  consuming func sample(
    _ end: LineReading.End, chances: InclusionProbabilities?
  ) throws(InputError) -> LineSample {
    let memory = memory
    let all = RaceMemory()
    var known: [Double]? = chances == nil ? nil : []
    guard all.reserve(heldCount) else { throw noMemory }
    for group in orders.indices {
      orders[group].sort { memory.line(at: $0).index }
      if let chances { known?.append(contentsOf: chances.take(&orders[group], from: memory)) }
      for entry in orders[group].memory { all.append(entry) }
    }
    return LineSample(
      lines: LineSample.Lines(
        memory, order: all, sources: sources.names, terminator: .lineFeed),
      lineCount: Int(nextIndex), end: end, inclusionProbabilities: known)
  }

  private mutating func compact() throws(InputError) {
    // The places of all lines in order, each with its number among the entries of all groups.
    let places = RaceMemory()
    guard places.reserve(heldCount) else { throw noMemory }
    for order in orders {
      for entry in order.memory {
        places.append(gk_race_entry(time: entry.item, item: UInt64(places.count)))
      }
    }
    let entries = places.mutableEntries
    gk_sort_race_entries(entries.baseAddress, entries.count)
    memory.compact { move in
      for i in entries.indices {
        entries[i] = gk_race_entry(time: entries[i].item, item: move(entries[i].time))
      }
    }
    gk_sort_race_entries(entries.baseAddress, entries.count)
    var next = 0
    for group in orders.indices {
      orders[group].renameItems { _ in
        defer { next += 1 }
        return entries[next].item
      }
    }
  }

  private var noMemory: InputError { sources.noMemory(held: memory.giveUp()) }
}
