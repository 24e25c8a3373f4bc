import GumbelKernels
import GumbelTensors

/// The earliest arrivals: in no order while there is room for more, and from then on a heap with the
/// last of them on top.
///
/// An arrival is its time, as a number of the same order, and the item, under the number by which
/// its keeper finds it. Items whose times are rounded to the same are told apart by their random
/// words and then by their places in the stream, for which the keeper is asked.
///
/// Apart from the items, which are of any type: code for one type is several times as fast.
struct ArrivalHeap: Sendable {
  /// An item's place in the stream, by the number under which it is kept.
  typealias IndexOf = (_ item: UInt64) -> UInt64

  let capacity: Int
  /// The key of the random words.
  let key: [UInt32]
  private(set) var memory = ArrivalMemory()
  private var hasLastOnTop = false

  init(capacity: Int, key: [UInt32]) {
    self.capacity = capacity
    self.key = key
  }

  var count: Int { memory.count }
  var isFull: Bool { memory.count == capacity }

  /// The last to arrive, of a full heap.
  var last: gk_arrival? { hasLastOnTop ? memory.first : nil }

  /// Whether an arrival is earlier than the last of a full heap, or there is room for it.
  func admits(_ key: UInt64, index: UInt64, _ indexOf: IndexOf) -> Bool {
    guard isFull else { return true }
    guard let last else { return false }
    if key != last.key { return key < last.key }
    return isTieBefore(index, indexOf(last.item))
  }

  /// Makes room for more; false where there is no memory.
  mutating func reserve(_ more: Int) -> Bool {
    makeUnique()
    return memory.reserve(more)
  }

  /// Adds an arrival while the heap is not full.
  mutating func append(_ arrival: gk_arrival) {
    let isThere = reserve(1)
    require(isThere, "WeightedReservoir: no memory for \(count + 1) items")
    memory.append(arrival)
  }

  /// To be called once it is full: from then on `last` says what leaves next.
  mutating func build(_ indexOf: IndexOf) {
    makeUnique()
    let arrivals = memory.mutableArrivals
    for parent in stride(from: count / 2 - 1, through: 0, by: -1) {
      sink(arrivals, from: parent, indexOf)
    }
    hasLastOnTop = count > 0
  }

  /// Puts an arrival in the place of the last one of a full heap.
  mutating func replaceLast(by arrival: gk_arrival, _ indexOf: IndexOf) {
    makeUnique()
    let arrivals = memory.mutableArrivals
    arrivals[0] = arrival
    sink(arrivals, from: 0, indexOf)
  }

  /// Puts the arrivals in order, after which they are no heap.
  mutating func sort(_ indexOf: IndexOf) {
    makeUnique()
    let arrivals = memory.mutableArrivals
    hasLastOnTop = false
    gk_sort_arrivals(arrivals.baseAddress, arrivals.count)
    var first = 0
    while first < arrivals.count {
      var end = first + 1
      while end < arrivals.count, arrivals[end].key == arrivals[first].key { end += 1 }
      if end - first > 1 {
        arrivals[first..<end].sort { isTieBefore(indexOf($0.item), indexOf($1.item)) }
      }
      first = end
    }
  }

  /// Gives items other numbers, one after the other as the numbers rise.
  mutating func renumberItems(_ number: IndexOf, _ indexOf: IndexOf) {
    makeUnique()
    let arrivals = memory.mutableArrivals
    for i in arrivals.indices {
      arrivals[i] = gk_arrival(key: arrivals[i].item, item: arrivals[i].key)
    }
    gk_sort_arrivals(arrivals.baseAddress, arrivals.count)
    for i in arrivals.indices {
      arrivals[i] = gk_arrival(key: arrivals[i].item, item: number(arrivals[i].key))
    }
    if hasLastOnTop { build(indexOf) }
  }

  private mutating func makeUnique() {
    if !isKnownUniquelyReferenced(&memory) { memory = ArrivalMemory(copying: memory) }
  }

  // Rare, and apart from the loops, which would else hold on to the key for it.
  @inline(never)
  private func isTieBefore(_ a: UInt64, _ b: UInt64) -> Bool {
    (~gk_refined_word(key, a), a) < (~gk_refined_word(key, b), b)
  }

  @inline(__always)
  private func isBefore(_ a: gk_arrival, _ b: gk_arrival, _ indexOf: IndexOf) -> Bool {
    a.key != b.key ? a.key < b.key : isTieBefore(indexOf(a.item), indexOf(b.item))
  }

  private func sink(
    _ arrivals: UnsafeMutableBufferPointer<gk_arrival>, from start: Int, _ indexOf: IndexOf
  ) {
    let sinking = arrivals[start]
    var parent = start
    while true {
      var child = 2 * parent + 1
      if child >= arrivals.count { break }
      if child + 1 < arrivals.count, isBefore(arrivals[child], arrivals[child + 1], indexOf) {
        child += 1
      }
      if !isBefore(sinking, arrivals[child], indexOf) { break }
      arrivals[parent] = arrivals[child]
      parent = child
    }
    arrivals[parent] = sinking
  }
}
