import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// What the slots hold after items of which those were kept that are told by their ends.
private func slots(
  _ order: inout ReplacementOrder, _ kept: [(item: Int, end: UInt64)]
) -> [Int] {
  var held = [Int](repeating: -1, count: order.capacity)
  var line = 0
  for draw in order.draws() {
    while kept[line].end <= draw.time { line += 1 }
    held[Int(draw.item)] = kept[line].item
  }
  return held
}

/// What the slots hold after items with weights.
///
/// - Parameter keepsAll: whether to keep the items too that no slot was to hold at the end.
private func slots(
  _ weights: [Double], capacity: Int, key: RandomKey, keepsAll: Bool = false
) throws -> [Int] {
  var order = ReplacementOrder(capacity: capacity, key: key)
  let isThere = order.reserve()
  #expect(isThere)
  var kept: [(item: Int, end: UInt64)] = []
  for (i, weight) in weights.enumerated() {
    let mayEnter = try order.nextMayEnter(weight: weight)
    if mayEnter || (keepsAll && weight > 0) { kept.append((i, order.endOfNext)) }
    order.pass(1)
  }
  return slots(&order, kept)
}

/// The same after so many items of weight 1, most of which are not looked at.
private func slots(
  ofEqual count: Int, capacity: Int, key: RandomKey, keptCount: inout Int
) -> [Int] {
  var order = ReplacementOrder(capacity: capacity, key: key)
  let isThere = order.reserve()
  #expect(isThere)
  var kept: [(item: Int, end: UInt64)] = []
  while let next = order.candidate(within: UInt64(count) - order.passedCount) {
    order.pass(next - order.passedCount)
    kept.append((Int(next), order.endOfNext))
    order.pass(1)
    if order.passedCount == UInt64(count) { break }
  }
  order.pass(UInt64(count) - order.passedCount)
  keptCount = kept.count
  return slots(&order, kept)
}

private func slots(ofEqual count: Int, capacity: Int, key: RandomKey) -> [Int] {
  var keptCount = 0
  return slots(ofEqual: count, capacity: capacity, key: key, keptCount: &keptCount)
}

// Errors of tests of chi-square: one in a million each, over all keys.
@Suite struct ReplacementOrderTests {
  @Test func slotsFollowTheWeights() throws {
    let weights = [0.5, 3, 0, 1, 2.5, 0, 1]
    let held = try slots(weights, capacity: 60_000, key: RandomKey(1))
    var counts = [Int](repeating: 0, count: weights.count)
    for item in held { counts[item] += 1 }
    #expect(chiSquareRatio(counts, weights.map { $0 / 8 }) <= 1)
  }

  @Test func slotsOfEqualItemsAreUniform() {
    let held = slots(ofEqual: 20, capacity: 60_000, key: RandomKey(2))
    var counts = [Int](repeating: 0, count: 20)
    for item in held { counts[item] += 1 }
    #expect(chiSquareRatio(counts, [Double](repeating: 0.05, count: 20)) <= 1)
    // Among many items, by twentieths of them: where nearly all are skipped.
    var parts = [Int](repeating: 0, count: 20)
    for item in slots(ofEqual: 1_000_000, capacity: 20_000, key: RandomKey(3)) {
      parts[item / 50_000] += 1
    }
    #expect(chiSquareRatio(parts, [Double](repeating: 0.05, count: 20)) <= 1)
  }

  @Test func slotsAreIndependent() throws {
    let p = [0.4, 0.3, 0.2, 0.1]
    let held = try slots([4, 3, 2, 1], capacity: 60_000, key: RandomKey(4))
    for distance in [1, 2, 30_000] {
      var counts = [Int](repeating: 0, count: 16)
      for first in stride(from: 0, to: 60_000 - distance, by: distance == 1 ? 2 : 1)
      where distance != 2 || first % 4 < 2 {
        counts[4 * held[first] + held[first + distance]] += 1
      }
      #expect(chiSquareRatio(counts, (0..<16).map { p[$0 / 4] * p[$0 % 4] }) <= 1)
    }
  }

  @Test func fewerSlotsHoldTheFirstOfMore() throws {
    let weights = (0..<500).map { Double(1 + $0 * 7919 % 97) }
    let many = try slots(weights, capacity: 300, key: RandomKey(5))
    for capacity in [1, 2, 77] {
      #expect(try slots(weights, capacity: capacity, key: RandomKey(5)) == Array(many[..<capacity]))
    }
    let equal = slots(ofEqual: 5000, capacity: 300, key: RandomKey(6))
    #expect(slots(ofEqual: 5000, capacity: 10, key: RandomKey(6)) == Array(equal[..<10]))
    // Items of weight 1 are the same, whether they are looked at one by one or skipped.
    #expect(
      try slots([Double](repeating: 1, count: 5000), capacity: 300, key: RandomKey(6)) == equal)
  }

  // Of a point uniform below W what is in [a, b), with a and b powers of two or not.
  @Test func pointsAreUniformWhereverTheStreamEnds() throws {
    for (i, end) in [700, 1024, 1025, 1500, 2047].enumerated() {
      var counts = [Int](repeating: 0, count: end)
      for item in slots(ofEqual: end, capacity: 40_000, key: RandomKey(UInt64(20 + i))) {
        counts[item] += 1
      }
      #expect(chiSquareRatio(counts, [Double](repeating: 1 / Double(end), count: end)) <= 1)
    }
  }

  // Whatever the end, what is drawn is among what was kept: all of it is looked at by keeping all.
  @Test func whatIsDrawnWasKept() throws {
    for end in [1, 2, 7, 64, 65, 600, 1023, 1024, 3000] {
      let weights = (0..<end).map { (i: Int) -> Double in
        i % 11 == 3 ? 0 : 0.3 * Double(1 + i * i % 23)
      }
      for capacity in [1, 9, 400] {
        let key = RandomKey(UInt64(capacity))
        #expect(
          try slots(weights, capacity: capacity, key: key)
            == slots(weights, capacity: capacity, key: key, keepsAll: true))
        #expect(
          try slots(ofEqual: end, capacity: capacity, key: key)
            == slots(
              [Double](repeating: 1, count: end), capacity: capacity, key: key, keepsAll: true))
      }
    }
  }

  // A slot takes ln 2 items on average whenever there are twice as many, and where the number of items
  // is known: at most five standard deviations more, which over all keys happens once in two million.
  @Test func fewItemsAreKept() {
    var keptCount = 0
    _ = slots(ofEqual: 1 << 20, capacity: 1 << 8, key: RandomKey(11), keptCount: &keptCount)
    let expected = 256 * (1 + 12 * 0.693)
    #expect(Double(keptCount) < expected + 5 * expected.squareRoot())
    #expect(keptCount > 256)
  }

  @Test func extremeWeightsAreDrawn() throws {
    let largest = Double.greatestFiniteMagnitude
    let held = try slots([1e-300, largest, largest, 0, 1], capacity: 2000, key: RandomKey(7))
    #expect(Set(held) == [1, 2])
    // At most five standard deviations from half.
    #expect(abs(held.count { $0 == 1 } - 1000) < 112)
    #expect(try slots([0, 0, 1e-290, 0], capacity: 3, key: RandomKey(7)) == [2, 2, 2])
    #expect(try slots([0, 0], capacity: 2, key: RandomKey(7)) == [-1, -1])
    let smallest = Double.leastNonzeroMagnitude
    #expect(try slots([0, smallest], capacity: 3, key: RandomKey(7)) == [1, 1, 1])
    #expect(try slots([0, 0, 0, 0, smallest], capacity: 3, key: RandomKey(7)) == [4, 4, 4])
    let many = [Double](repeating: largest, count: 5)
    #expect(
      try slots(many, capacity: 50, key: RandomKey(7))
        == slots(many, capacity: 50, key: RandomKey(7), keepsAll: true))
    #expect(try slots([1, 2], capacity: 0, key: RandomKey(7)) == [])
    #expect(throws: SamplingError.self) { try slots([1, -1], capacity: 1, key: RandomKey(7)) }
    #expect(throws: SamplingError.self) { try slots([.infinity], capacity: 1, key: RandomKey(7)) }
  }
}
