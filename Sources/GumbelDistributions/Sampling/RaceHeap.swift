import GumbelKernels
import GumbelTensors

/// The earliest entries of an exponential race: in no order while there is room for more, and from then
/// on a heap with the last of them on top.
///
/// An entry is an item's time, as a number of the same order, and the item, under the number by which
/// its keeper finds it. Items whose times are rounded to the same are told apart by their random
/// words and then by their places in the stream, for which the keeper is asked.
///
/// Apart from the items, which are of any type: code for one type is several times as fast.
struct RaceHeap: Sendable {
  /// An item's place in the stream, by the number under which it is kept.
  typealias IndexOf = (_ item: UInt64) -> UInt64

  let capacity: Int
  /// The key of the random words.
  let key: [UInt32]
  private(set) var memory = RaceMemory()
  private var hasLastOnTop = false

  init(capacity: Int, key: [UInt32]) {
    self.capacity = capacity
    self.key = key
  }

  var count: Int { memory.count }
  var isFull: Bool { memory.count == capacity }

  /// The last to arrive, of a full heap.
  var last: gk_race_entry? { hasLastOnTop ? memory.first : nil }

  /// Whether an entry is earlier than the last of a full heap, or there is room for it.
  func admits(_ time: UInt64, index: UInt64, _ indexOf: IndexOf) -> Bool {
    guard isFull else { return true }
    guard let last else { return false }
    if time != last.time { return time < last.time }
    return isTieBefore(index, indexOf(last.item))
  }

  /// Makes room for more; false where there is no memory.
  mutating func reserve(_ more: Int) -> Bool {
    makeUnique()
    return memory.reserve(more)
  }

  /// Adds an entry while the heap is not full.
  mutating func append(_ entry: gk_race_entry) {
    let isThere = reserve(1)
    require(isThere, "WeightedReservoir: no memory for \(count + 1) items")
    memory.append(entry)
  }

  /// To be called once it is full: from then on `last` says what leaves next.
  mutating func build(_ indexOf: IndexOf) {
    makeUnique()
    let entries = memory.mutableEntries
    for parent in stride(from: count / 2 - 1, through: 0, by: -1) {
      sink(entries, from: parent, indexOf)
    }
    hasLastOnTop = count > 0
  }

  /// Puts an entry in the place of the last one of a full heap.
  mutating func replaceLast(by entry: gk_race_entry, _ indexOf: IndexOf) {
    makeUnique()
    let entries = memory.mutableEntries
    entries[0] = entry
    sink(entries, from: 0, indexOf)
  }

  /// Puts the entries in order, after which they are no heap.
  mutating func sort(_ indexOf: IndexOf) {
    makeUnique()
    let entries = memory.mutableEntries
    hasLastOnTop = false
    gk_sort_race_entries(entries.baseAddress, entries.count)
    var first = 0
    while first < entries.count {
      var end = first + 1
      while end < entries.count, entries[end].time == entries[first].time { end += 1 }
      if end - first > 1 {
        entries[first..<end].sort { isTieBefore(indexOf($0.item), indexOf($1.item)) }
      }
      first = end
    }
  }

  /// Gives items other numbers, one after the other as the numbers rise.
  mutating func renumberItems(_ number: IndexOf, _ indexOf: IndexOf) {
    makeUnique()
    let entries = memory.mutableEntries
    for i in entries.indices {
      entries[i] = gk_race_entry(time: entries[i].item, item: entries[i].time)
    }
    gk_sort_race_entries(entries.baseAddress, entries.count)
    for i in entries.indices {
      entries[i] = gk_race_entry(time: entries[i].item, item: number(entries[i].time))
    }
    if hasLastOnTop { build(indexOf) }
  }

  /// Gives items other numbers, one after the other as they lie.
  mutating func renameItems(_ number: IndexOf) {
    makeUnique()
    let entries = memory.mutableEntries
    for i in entries.indices { entries[i].item = number(entries[i].item) }
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&memory) { memory = RaceMemory(copying: memory) }
  }

  // Rare, and apart from the loops, which would else hold on to the key for it.
  @inline(never)
  private func isTieBefore(_ a: UInt64, _ b: UInt64) -> Bool {
    (~gk_refined_word(key, a), a) < (~gk_refined_word(key, b), b)
  }

  @inline(__always)
  private func isBefore(_ a: gk_race_entry, _ b: gk_race_entry, _ indexOf: IndexOf) -> Bool {
    a.time != b.time ? a.time < b.time : isTieBefore(indexOf(a.item), indexOf(b.item))
  }

  private func sink(
    _ entries: UnsafeMutableBufferPointer<gk_race_entry>, from start: Int, _ indexOf: IndexOf
  ) {
    let sinking = entries[start]
    var parent = start
    while true {
      var child = 2 * parent + 1
      if child >= entries.count { break }
      if child + 1 < entries.count, isBefore(entries[child], entries[child + 1], indexOf) {
        child += 1
      }
      if !isBefore(sinking, entries[child], indexOf) { break }
      entries[parent] = entries[child]
      parent = child
    }
    entries[parent] = sinking
  }
}
