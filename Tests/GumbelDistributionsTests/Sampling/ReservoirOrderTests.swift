import GumbelDistributions
import GumbelTensors
import Testing

@Suite struct ReservoirOrderTests {
  /// The items in order after those of some indices arrived at the same time, in a reservoir of some
  /// capacity; item i is called 1000 - i.
  private func order(_ indices: [UInt64], capacity: Int, key: RandomKey) -> [UInt64] {
    var order = ReservoirOrder(capacity: capacity, key: key)
    func indexOf(_ item: UInt64) -> UInt64 { 1000 - item }
    for index in indices where order.admits(5, index: index, indexOf) {
      order.insert(5, item: 1000 - index, indexOf)
    }
    order.sort(indexOf)
    return order.memory.map { indexOf($0.item) }
  }

  // The larger random word arrives first, as it does where all weights are 1.
  @Test(arguments: [1, 2, 30, 299, 300, 400])
  func equalTimesAreToldApartByTheirWords(capacity: Int) {
    let key = RandomKey(3)
    var reservoir = WeightedReservoir<UInt64>(capacity: capacity, key: key)
    reservoir.offer(count: 300) { $0 }
    let expected = reservoir.items.map(\.index)
    #expect(order(Array(0..<300), capacity: capacity, key: key) == expected)
    #expect(order((0..<300).reversed(), capacity: capacity, key: key) == expected)
  }

  @Test func manyAtATimeAreThoseOneByOne() {
    let key = RandomKey(4)
    for (capacity, parts) in [(1000, [1000]), (1000, [1, 255, 0, 256, 488]), (5000, [300, 1])] {
      let count = parts.reduce(0, +)
      var one = ReservoirOrder(capacity: capacity, key: key, firstIndex: 7)
      for i in 0..<UInt64(count) {
        one.insert(one.timeOfNext(weight: 1), item: i) { $0 + 7 }
        one.pass(1)
      }
      var many = ReservoirOrder(capacity: capacity, key: key, firstIndex: 7)
      for part in parts {
        let items = (0..<part).map { many.passedCount + UInt64($0) }
        items.withUnsafeBufferPointer { items in many.insertNext(items) { $0 + 7 } }
      }
      #expect(many.nextIndex == one.nextIndex && many.passedCount == one.passedCount)
      #expect(many.leaving == one.leaving && (many.leaving != nil) == (count == capacity))
      #expect(many.candidate(within: 1 << 16) == one.candidate(within: 1 << 16))
      one.sort { $0 + 7 }
      many.sort { $0 + 7 }
      #expect(one.memory.map(\.item) == many.memory.map(\.item))
      #expect(one.memory.map(\.time) == many.memory.map(\.time))
    }
  }

  @Test func renumberedItemsKeepTheirTimes() throws {
    let key = RandomKey(5)
    var order = ReservoirOrder(capacity: 100, key: key)
    for i in 0..<UInt64(100) {
      order.insert(order.timeOfNext(weight: 1), item: 3 * (99 - i)) { 99 - $0 / 3 }
      order.pass(1)
    }
    var copy = order
    var seen: [UInt64] = []
    copy.renumberItems({ item in
      seen.append(item)
      return 1000 + item / 3
    }) { 1099 - $0 }
    #expect(seen == (0..<100).map { 3 * $0 })
    let leaving = try #require(order.leaving)
    #expect(copy.leaving == 1000 + leaving / 3)
    order.sort { 99 - $0 / 3 }
    copy.sort { 1099 - $0 }
    #expect(copy.memory.map(\.time) == order.memory.map(\.time))
    #expect(copy.memory.map(\.item) == order.memory.map { 1000 + $0.item / 3 })
  }

  @Test func copiesAreIndependent() {
    var a = WeightedReservoir<Int>(capacity: 20, key: RandomKey(6))
    a.offer(count: 30) { Int($0) }
    let b = a
    let before = b.items.map(\.index)
    a.offer(count: 10_000) { Int($0) }
    #expect(b.items.map(\.index) == before)
    #expect(a.items.map(\.index) != before)
  }
}
