import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// What the slots hold after items with weights.
private func slots(_ weights: [Double], capacity: Int, key: RandomKey) throws -> [Int] {
  var order = ReplacementOrder(capacity: capacity, key: key)
  let isThere = order.reserve()
  #expect(isThere)
  var held = [Int](repeating: -1, count: capacity)
  for (i, weight) in weights.enumerated() {
    if try order.nextMayEnter(weight: weight) { order.takeNext { held[$0] = i } }
    order.pass(1)
  }
  return held
}

/// The same after so many items of weight 1, most of which are not looked at.
private func slots(ofEqual count: Int, capacity: Int, key: RandomKey) -> [Int] {
  var order = ReplacementOrder(capacity: capacity, key: key)
  let isThere = order.reserve()
  #expect(isThere)
  var held = [Int](repeating: -1, count: capacity)
  while let next = order.candidate(within: UInt64(count) - order.passedCount) {
    order.pass(next - order.passedCount)
    order.takeNext { held[$0] = Int(next) }
    order.pass(1)
    if order.passedCount == UInt64(count) { break }
  }
  return held
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

  @Test func extremeWeightsAreDrawn() throws {
    let largest = Double.greatestFiniteMagnitude
    let held = try slots([1e-300, largest, largest, 0, 1], capacity: 2000, key: RandomKey(7))
    #expect(Set(held) == [1, 2])
    // At most five standard deviations from half.
    #expect(abs(held.count { $0 == 1 } - 1000) < 112)
    #expect(try slots([0, 0, 1e-290, 0], capacity: 3, key: RandomKey(7)) == [2, 2, 2])
    #expect(try slots([0, 0], capacity: 2, key: RandomKey(7)) == [-1, -1])
    #expect(try slots([1, 2], capacity: 0, key: RandomKey(7)) == [])
    #expect(throws: SamplingError.self) { try slots([1, -1], capacity: 1, key: RandomKey(7)) }
    #expect(throws: SamplingError.self) { try slots([.infinity], capacity: 1, key: RandomKey(7)) }
  }
}
