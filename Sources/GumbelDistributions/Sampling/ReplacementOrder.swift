import GumbelKernels
import GumbelTensors

/// Which items of a stream a sample with replacement holds, in one pass: so many slots, each of which
/// holds one item, drawn by its weight independently of the other slots.
///
/// A slot gives what it holds up for the next item, of weight w, with probability w / W, where W is the
/// weight of all items so far and this one. Having taken an item at W, it therefore still holds it at
/// W' with probability W / W', and takes the first item at which W' reaches W / u, where u is uniform:
/// most items need no random numbers. A slot's numbers depend on the key and on the slot alone, so that
/// what fewer slots hold are the first of what more would.
///
/// Park, Ostrouchov & Samatova, "Sampling streaming data with replacement", CSDA 2007; the skips are
/// those of a reservoir of one in Li, "Reservoir-sampling algorithms of time complexity O(n(1 +
/// log(N/n)))", TOMS 1994.
package struct ReplacementOrder: ~Copyable {
  /// The slots of one sample.
  package static let mostSlots = Int(Int32.max) - 1
  private static let slotBits = 40
  /// What weights are counted in, so that no sum of them is beyond a `Double`.
  private static let unit = 0x1p32

  package let capacity: Int
  /// The items so far.
  package private(set) var passedCount: UInt64 = 0
  private let key: [UInt32]
  /// For each slot the weight at which it next takes an item, the least on top; and with the slot's
  /// number, above it, how many it has taken.
  private let heap = RaceMemory()
  /// The weight of all items so far, if they have weights, and what was lost in adding it up.
  private var sum = 0.0, lost = 0.0
  private var isWeighted = false

  /// Traps unless the capacity is from 0 to ``mostSlots``.
  package init(capacity: Int, key: RandomKey) {
    require(
      0...Self.mostSlots ~= capacity,
      "ReplacementOrder: capacity \(capacity), expected from 0 to \(Self.mostSlots)")
    self.capacity = capacity
    self.key = key.kernelWords
  }

  /// Makes all slots, to be called before anything is taken; false where there is no memory.
  package mutating func reserve() -> Bool {
    if heap.count == capacity { return true }
    guard heap.reserve(capacity) else { return false }
    // All take the first item that has a weight.
    for slot in 0..<UInt64(capacity) { heap.append(gk_race_entry(time: 0, item: slot)) }
    return true
  }

  /// The weight of all items up to the next one, if that has been asked about or all have weight 1.
  private var weight: Double { isWeighted ? sum + lost : Double(passedCount + 1) }

  /// The weight of all items so far.
  package var totalWeight: Double {
    isWeighted ? (sum + lost) * Self.unit : Double(passedCount)
  }

  /// Whether the next item is taken by a slot. To be asked once about each item, where they have
  /// weights.
  ///
  /// - Throws: If the weight is negative, infinite or NaN.
  package mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    guard weight > 0 && weight < .infinity else {
      if weight == 0 { return false }
      throw SamplingError.badWeight(weight, index: Int(passedCount))
    }
    isWeighted = true
    add(weight / Self.unit)
    return capacity > 0 && self.weight >= nextWeight
  }

  /// The number from 0 of the first of the next `count` items, if all have weight 1, that a slot takes.
  package func candidate(within count: UInt64) -> UInt64? {
    guard capacity > 0 else { return nil }
    let next = nextWeight.rounded(.up)
    guard next > Double(passedCount + 1) else { return passedCount }
    return next <= Double(passedCount + count) ? UInt64(next) - 1 : nil
  }

  /// Lets those slots have the next item that take it.
  package mutating func takeNext(_ take: (_ slot: Int) -> Void) {
    let weight = weight
    let entries = heap.mutableEntries
    while let top = entries.first, Double(bitPattern: top.time) <= weight {
      take(Int(top.item & (1 << Self.slotBits - 1)))
      let u = UnitPoint(word: gk_refined_word(key, top.item)).lower
      // Never this item again.
      let next = max(weight / u, weight.nextUp)
      sink(
        gk_race_entry(time: next.bitPattern, item: top.item &+ 1 << Self.slotBits), entries)
    }
  }

  /// Goes on behind items.
  package mutating func pass(_ count: UInt64) { passedCount += count }

  /// The weight at which the next slot takes an item.
  private var nextWeight: Double { Double(bitPattern: heap.first?.time ?? 0) }

  /// Adds a weight, and what the rounding takes of it to what is lost (Neumaier's sum).
  private mutating func add(_ weight: Double) {
    let total = min(sum + weight, .greatestFiniteMagnitude)
    lost += sum >= weight ? (sum - total) + weight : (weight - total) + sum
    sum = total
  }

  /// Puts an entry in the place of the top, and where it belongs from there. Positive numbers are in
  /// the order of their bits.
  private func sink(
    _ entry: gk_race_entry, _ entries: UnsafeMutableBufferPointer<gk_race_entry>
  ) {
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= entries.count { break }
      if child + 1 < entries.count, entries[child + 1].time < entries[child].time { child += 1 }
      if entry.time <= entries[child].time { break }
      entries[parent] = entries[child]
      parent = child
    }
    entries[parent] = entry
  }
}
