import GumbelKernels
import GumbelTensors

/// Which items of a stream a sample with replacement holds, in one pass: so many slots, each of which
/// holds one item, drawn by its weight independently of the other slots.
///
/// Items lie one behind the other on the numbers from 0 on, each over a stretch as long as its weight. A
/// slot draws a point uniformly from [0, W), where W is the weight of all items so far, and holds the
/// item that is there. Its point is a function of the key, the slot and W; so one draw at the end of the
/// stream says what it holds, and what fewer slots hold are the first of what more would. While the
/// stream is read, only those items have to be kept that a slot may hold at the end: where W grows from
/// 2ᵉ to 2ᵉ⁺¹ these are the items at ln 2 points a slot, which are drawn when W comes to 2ᵉ. So
/// n slots and N items of weight 1 take n log(N / n) draws, and most items no look at all.
///
/// The item that a slot holds changes as in Park, Ostrouchov & Samatova, "Sampling streaming data with
/// replacement", CSDA 2007, where each next item, of weight w, is taken with probability w / W.
package struct ReplacementOrder: ~Copyable {
  /// The slots of one sample.
  package static let mostSlots = Int(Int32.max) - 1
  /// What weights are counted in, so that no sum of them is beyond a `Double`.
  private static let unit = 0x1p32

  package let capacity: Int
  /// The items so far.
  package private(set) var passedCount: UInt64 = 0
  private let key: [UInt32]
  /// The points of ``level`` at which slots take other items, the least first, and the first of them that
  /// no item has reached.
  private let points = RaceMemory()
  private var nextPoint = 0
  /// W is from 2 to the power of this on, and below twice that; nil as long as all items are kept.
  private var level: Int?
  private let slots = RaceMemory()
  /// The weight of all items so far, if they have weights, and what was lost in adding it up.
  private var sum = 0.0, lost = 0.0
  /// W before and behind the item that was asked about last.
  private var start = 0.0, end = 0.0
  /// Whether items have been asked about by their weights.
  package private(set) var isWeighted = false

  /// Traps unless the capacity is from 0 to ``mostSlots``.
  package init(capacity: Int, key: RandomKey) {
    require(
      0...Self.mostSlots ~= capacity,
      "ReplacementOrder: capacity \(capacity), expected from 0 to \(Self.mostSlots)")
    self.capacity = capacity
    self.key = key.kernelWords
  }

  /// Makes room for all slots, to be called before anything is asked; false where there is no memory.
  package mutating func reserve() -> Bool {
    // Points number 0.7 a slot on average, with a standard deviation of the root of that.
    capacity == 0 || (slots.reserve(capacity) && points.reserve(capacity + 64))
  }

  /// The weight of all items so far.
  package var totalWeight: Double {
    isWeighted ? (sum + lost) * Self.unit : Double(passedCount)
  }

  /// W of all items so far.
  private var passedWeight: Double { isWeighted ? end : Double(passedCount) / Self.unit }

  /// Whether all items are to be kept, since there are no more of them than slots.
  package var keepsAll: Bool { passedCount < UInt64(capacity) }

  /// Where the stretch of the next item ends that has been asked about, or of one of weight 1: a number
  /// that rises from item to item, as those of ``draws()`` do.
  package var endOfNext: UInt64 {
    (isWeighted ? end : Double(passedCount + 1) / Self.unit).bitPattern
  }

  /// Whether a slot may hold the next item at the end. To be asked once about each item, where they have
  /// weights.
  ///
  /// - Throws: If the weight is negative, infinite or NaN.
  package mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    // Also where the first ones have none: all of them together then have none either.
    isWeighted = true
    guard weight > 0 && weight < .infinity else {
      if weight == 0 { return false }
      throw SamplingError.badWeight(weight, index: Int(passedCount))
    }
    start = end
    add(max(weight / Self.unit, .leastNonzeroMagnitude))
    // Rounding may not take an item behind the one before it.
    end = max(start, sum + lost)
    guard capacity > 0 else { return false }
    if keepsAll || start == 0 { return true }
    var level = level ?? findPoints(of: start.exponent, from: start)
    while true {
      if let point = pointsAhead(of: start) { return point < end }
      let top = 2 * Double(sign: .plus, exponent: level, significand: 1)
      if end <= top { return false }
      // Over several levels some slot changes to it nearly always.
      if end.exponent > level + 1 {
        findPoints(of: end.exponent, from: end)
        return true
      }
      level = findPoints(of: level + 1, from: top)
    }
  }

  /// The number from 0 of the first of the next `count` items, if all have weight 1, that a slot may hold
  /// at the end.
  package mutating func candidate(within count: UInt64) -> UInt64? {
    guard capacity > 0 else { return nil }
    if keepsAll { return passedCount }
    let weight = passedWeight
    var level = level ?? findPoints(of: weight.exponent, from: weight)
    while true {
      if let point = pointsAhead(of: weight) {
        let item = UInt64(point * Self.unit)
        return item < passedCount + count ? item : nil
      }
      let top = 2 * Double(sign: .plus, exponent: level, significand: 1)
      if Double(passedCount + count) / Self.unit <= top { return nil }
      level = findPoints(of: level + 1, from: top)
    }
  }

  /// Goes on behind items.
  package mutating func pass(_ count: UInt64) { passedCount += count }

  /// What the slots have drawn, the least point first: as times the bits of points, each of which is in
  /// the stretch of the first item that ends above it, and as items the numbers of the slots. None where
  /// no item has a weight. The memory is that of the next draws as well.
  package mutating func draws() -> RaceMemory {
    draw()
    sort(slots, by: nil)
    return slots
  }

  /// The same once nothing is asked any more, and memory that has room for as many entries.
  package mutating func lastDraws() -> (sorted: RaceMemory, spare: RaceMemory) {
    draw()
    sort(slots, by: points)
    return (slots, points)
  }

  private func draw() {
    let (weight, key) = (passedWeight, key)
    slots.write(weight > 0 ? capacity : 0) { entries, count in
      if count > 0 { gk_descent_draws(key, Int32(weight.exponent), weight, count, entries) }
      return count
    }
  }

  private func sort(_ memory: RaceMemory, by other: RaceMemory?) {
    let entries = memory.mutableEntries
    if let other, other.room >= entries.count, let start = other.mutableEntries.baseAddress {
      gk_sort_race_entries_by(entries.baseAddress, entries.count, start)
    } else {
      gk_sort_race_entries(entries.baseAddress, entries.count)
    }
  }

  /// The first point that is not below W.
  private mutating func pointsAhead(of weight: Double) -> Double? {
    let entries = points.mutableEntries
    while nextPoint < entries.count {
      let point = Double(bitPattern: entries[nextPoint].time)
      if point >= weight { return point }
      nextPoint += 1
    }
    return nil
  }

  /// Goes on to a level, of which points are wanted from a weight on.
  @discardableResult
  private mutating func findPoints(of level: Int, from weight: Double) -> Int {
    let (key, capacity) = (key, capacity)
    var isAll = false
    while !isAll {
      points.write(points.room) { entries, room in
        let count = gk_descent_points(key, Int32(level), weight, capacity, entries, room)
        isAll = count <= room
        return min(count, room)
      }
      let isThere = isAll || points.reserve(points.room)
      require(isThere, "ReplacementOrder: no memory for the points of \(capacity) slots")
    }
    // Nothing is in the slots until it is asked for.
    sort(points, by: slots)
    (self.level, nextPoint) = (level, 0)
    return level
  }

  /// Adds a weight, and what the rounding takes of it to what is lost (Neumaier's sum).
  private mutating func add(_ weight: Double) {
    let total = min(sum + weight, .greatestFiniteMagnitude)
    lost += sum >= weight ? (sum - total) + weight : (weight - total) + sum
    sum = total
  }
}
