import Testing
import _GumbelTestSupport

@testable import GumbelTensors

@Suite struct PermutationTests {
  private let root = RandomKey(13)

  /// The order of the key's words by Swift's own stable sort, and how many neighbours in it have the
  /// same word.
  private func reference(_ count: Int, key: RandomKey) -> (order: [Int32], ties: Int) {
    let draw = RandomDraw(kind: .bits, shape: [count])
    let words = apply1(draw, [key.words]).int32Scalars.map(UInt32.init(bitPattern:))
    let order = (0..<count).sorted { (words[$0], $0) < (words[$1], $1) }
    let ties = zip(order, order.dropFirst()).count { words[$0] == words[$1] }
    return (order.map(Int32.init), ties)
  }

  /// On both sides of the numbers at which digits and buckets become more, and with equal words.
  @Test func numbersStandInTheOrderOfTheirWords() {
    var ties = 0
    for count in [0, 1, 2, 3, 4, 7, 8, 9, 100, 4095, 4096, 4097, 8191, 8192, 60_000, 300_000] {
      let key = root.folding(in: count)
      let expected = reference(count, key: key)
      #expect(Tensor.permutation(count, key: key).int32Scalars == expected.order)
      ties += expected.ties
    }
    #expect(ties > 0)
  }

  @Test func fewerNumbersAreThoseOfMoreInTheSameOrder() {
    let many = Tensor.permutation(10_000, key: root).int32Scalars
    for count in [1, 17, 1000, 9999] {
      #expect(
        Tensor.permutation(count, key: root).int32Scalars == many.filter { $0 < count })
    }
  }

  /// All 24 orders of four equally often, at a level of 1e-6.
  @Test func allOrdersOfFourAreEquallyLikely() {
    var orders: [[Int32]: Int] = [:]
    for i in 0..<24_000 {
      let order = Tensor.permutation(4, key: root.folding(in: i)).int32Scalars
      orders[order, default: 0] += 1
    }
    #expect(orders.count == 24)
    #expect(
      chiSquareRatio(Array(orders.values), [Double](repeating: 1 / 24, count: orders.count)) < 1)
  }

  /// Every number of a long order everywhere equally often, in twentieths of the places, and every
  /// distance between the places of neighbours, each at a level of 1e-6.
  @Test func everyNumberIsEverywhereEquallyOften() {
    let count = 10_000
    let parts = 20
    var places = [Int](repeating: 0, count: parts * parts)
    var distances = [Int](repeating: 0, count: parts)
    for i in 0..<20 {
      let order = Tensor.permutation(count, key: root.folding(in: "long").folding(in: i))
        .int32Scalars
      var place = [Int](repeating: 0, count: count)
      for (at, number) in order.enumerated() {
        places[at * parts / count * parts + Int(number) * parts / count] += 1
        place[Int(number)] = at
      }
      // Pairs that share no number, so that distances do not depend on one another.
      for j in stride(from: 0, to: count, by: 2) {
        let distance = (place[j + 1] - place[j] + count) % count
        distances[(distance - 1) * parts / (count - 1)] += 1
      }
    }
    let uniform = { (n: Int) in [Double](repeating: 1 / Double(n), count: n) }
    #expect(chiSquareRatio(places, uniform(parts * parts)) < 1)
    #expect(chiSquareRatio(distances, uniform(parts)) < 1)
  }
}
