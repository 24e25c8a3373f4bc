import GumbelKernels
import GumbelTensors

/// Which items of a stream a reservoir holds and in what order, without the items: they are with its
/// owner, who gives them numbers and knows the place in the stream of each.
@usableFromInline
package struct ReservoirOrder: Sendable {
  @usableFromInline var race: ExponentialRace
  private var heap: RaceHeap

  package init(capacity: Int, key: RandomKey, firstIndex: UInt64 = 0) {
    race = ExponentialRace(
      key: key, firstIndex: firstIndex, latest: capacity == 0 ? 0 : .infinity)
    heap = RaceHeap(capacity: capacity, key: race.key)
  }

  package var capacity: Int { heap.capacity }
  package var count: Int { heap.count }
  package var isFull: Bool { heap.isFull }
  var key: [UInt32] { heap.key }

  /// The number in the stream of the next item.
  package var nextIndex: UInt64 { race.nextIndex }
  /// The items so far.
  package var passedCount: UInt64 { race.passedCount }
  /// The item that leaves if another enters; nil while there is room.
  package var leaving: UInt64? { heap.last?.item }
  /// What is held.
  package var memory: RaceMemory { heap.memory }

  /// Whether the next item may enter.
  ///
  /// - Throws: If the weight is negative, infinite or NaN.
  package mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    try race.nextMayEnter(weight: weight)
  }

  /// The first of the next `count` items, if all have weight 1, that may enter.
  package mutating func candidate(within count: UInt64) -> UInt64? {
    race.candidate(within: count)
  }

  /// Goes on behind items, none of which can enter or which have entered.
  @inlinable
  package mutating func pass(_ count: UInt64) {
    race.nextIndex += count
    race.passedCount += count
  }

  /// The time of the next item, as a number that rises with it.
  package func timeOfNext(weight: Double) -> UInt64 { race.timeOfNext(weight: weight) }

  /// Whether an item may enter whose uniform is given rather than that of its place in the stream.
  ///
  /// - Parameters:
  ///   - uniform: 64 random bits, which stand for a number between 0 and 1.
  ///   - weight: Finite and at least 0.
  package func mayEnter(uniform: UInt64, weight: Double) -> Bool {
    race.mayEnter(uniform: uniform, weight: weight)
  }

  /// The time of an item whose uniform is given, as a number that rises with it.
  package static func time(uniform: UInt64, weight: Double) -> UInt64 {
    ExponentialRace.time(uniform: uniform, weight: weight)
  }

  /// The uniform of an item by its place in the stream.
  package func uniform(ofIndex index: UInt64) -> UInt64 { gk_refined_word(heap.key, index) }

  /// The probability with which an item is among those that arrive before another, given when all others
  /// arrive: 1 - exp(-w t), with t the time of that other.
  ///
  /// - Parameters:
  ///   - uniform: The item's, from which and from its time its weight w follows.
  ///   - time: When it arrived.
  ///   - other: When the other did.
  package static func inclusionProbability(
    uniform: UInt64, time: UInt64, before other: UInt64
  ) -> Double {
    ExponentialRace.inclusionProbability(uniform: uniform, time: time, before: other)
  }

  /// Whether an item that arrives at a time is to be held.
  package func admits(
    _ time: UInt64, index: UInt64, _ indexOf: (_ item: UInt64) -> UInt64
  ) -> Bool {
    heap.admits(time, index: index, indexOf)
  }

  /// Makes room for more items; false where there is no memory.
  package mutating func reserve(_ more: Int) -> Bool { heap.reserve(more) }

  /// Holds an item that is admitted, in the place of the one that is leaving.
  package mutating func insert(
    _ time: UInt64, item: UInt64, _ indexOf: (_ item: UInt64) -> UInt64
  ) {
    let entry = gk_race_entry(time: time, item: item)
    if leaving == nil {
      heap.append(entry)
      if isFull { heap.build(indexOf) }
    } else {
      heap.replaceLast(by: entry, indexOf)
    }
    closeIfFull()
  }

  /// Holds the next items, all of weight 1, for which there is room, and goes on behind them.
  package mutating func insertNext(
    _ items: UnsafeBufferPointer<UInt64>, _ indexOf: (_ item: UInt64) -> UInt64
  ) {
    race.timesOfNext(items.count) { i, time in
      heap.append(gk_race_entry(time: time, item: items[i]))
    }
    pass(UInt64(items.count))
    guard isFull, items.count > 0 else { return }
    heap.build(indexOf)
    closeIfFull()
  }

  /// Gives items other numbers, one after the other as the numbers rise.
  package mutating func renumberItems(
    _ number: (_ item: UInt64) -> UInt64, _ indexOf: (_ item: UInt64) -> UInt64
  ) {
    heap.renumberItems(number, indexOf)
  }

  /// Gives items other numbers, one after the other as `memory` has them.
  package mutating func renameItems(_ number: (_ item: UInt64) -> UInt64) {
    heap.renameItems(number)
  }

  /// Puts what is held in the order of its times. Nothing can be inserted from then on.
  package mutating func sort(_ indexOf: (_ item: UInt64) -> UInt64) { heap.sort(indexOf) }

  /// Goes on behind another part of the stream, whose items have been inserted.
  mutating func join(_ other: ReservoirOrder) {
    race.passedCount += other.passedCount
    race.nextIndex = max(nextIndex, other.nextIndex)
  }

  private mutating func closeIfFull() {
    if let last = heap.last { race.close(after: last.time) }
  }
}
