import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct GumbelTopKTests {
  /// P(order) under Plackett & Luce.
  private static func probability(_ order: [Int], _ weights: [Double]) -> Double {
    var left = weights.reduce(0, +)
    return order.reduce(1) { p, i in
      defer { left -= weights[i] }
      return p * weights[i] / left
    }
  }

  @Test func ordersFollowPlackettLuce() {
    let weights = [1.0, 2, 0, 4, 0.5]
    let logits = Tensor(weights.map { Float($0 == 0 ? -.infinity : logarithm($0)) })
    let draws = 40_000
    let drawn = Tensor.gumbelTopK(logits: logits, k: 3, shape: [draws], key: RandomKey(1))
      .int32Scalars.map(Int.init)
    var counts = [[Int]: Int]()
    for i in 0..<draws { counts[Array(drawn[3 * i..<3 * i + 3]), default: 0] += 1 }
    var orders = [[Int]]()
    for a in 0..<5 {
      for b in 0..<5 where b != a {
        for c in 0..<5 where c != a && c != b { orders.append([a, b, c]) }
      }
    }
    let ratio = chiSquareRatio(
      orders.map { counts[$0] ?? 0 }, orders.map { Self.probability($0, weights) })
    #expect(ratio <= 1)
    let distinct = counts.keys.allSatisfy { Set($0).count == 3 }
    #expect(distinct)
  }

  @Test func allClassesMakeAPermutationAndNoneAnEmptyRow() {
    let logits = Tensor.normal([2, 5000], key: RandomKey(2))
    let all = Tensor.gumbelTopK(logits: logits, k: 5000, key: RandomKey(3))
    #expect(all.shape == [2, 5000])
    let rows = all.int32Scalars
    for row in 0..<2 {
      let sorted = rows[row * 5000..<(row + 1) * 5000].sorted()
      let isPermutation = sorted == Array(0..<5000)
      #expect(isPermutation)
    }
    let none = Tensor.gumbelTopK(logits: logits, k: 0, key: RandomKey(3))
    #expect(none.shape == [2, 0])
    let noRows = Tensor.gumbelTopK(logits: Tensor.zeros([0, 3]), k: 2, key: RandomKey(3))
    #expect(noRows.shape == [0, 2])
  }

  /// A shorter draw is the beginning of a longer one, whatever is skipped on the way, and its first
  /// class the categorical draw.
  @Test func shorterDrawsBeginLongerOnes() {
    for (classes, scale) in [(10, 1), (3000, 1), (100_000, 1), (100_000, 0.01), (70_001, 30)] {
      let logits = Tensor.normal([3, classes], key: RandomKey(4)) * Float(scale)
      let key = RandomKey(5)
      let first = Tensor.categorical(logits: logits, key: key).int32Scalars
      let longest = Swift.min(classes, 20_000)
      let reference = Tensor.gumbelTopK(logits: logits, k: longest, key: key).int32Scalars
      for k in [1, 2, 10, 300, 5000] where k < classes {
        let drawn = Tensor.gumbelTopK(logits: logits, k: k, key: key).int32Scalars
        for row in 0..<3 {
          let same =
            drawn[row * k..<(row + 1) * k] == reference[row * longest..<row * longest + k]
          #expect(same && drawn[row * k] == first[row], "\(classes), \(k)")
        }
      }
    }
  }

  @Test func invalidRowsDoNotTouchTheirNeighbours() {
    let infinity = Float.infinity
    let clean = Tensor.normal([6, 4], key: RandomKey(6))
    var rows = clean.scalars
    rows[4 + 1] = .nan
    for c in 8..<11 { rows[c] = -infinity }
    rows[12] = infinity
    rows[15] = infinity
    rows[20] = -infinity
    let key = RandomKey(7)
    let expected = Tensor.gumbelTopK(logits: clean, k: 2, key: key).int32Scalars
    let drawn = Tensor.gumbelTopK(logits: Tensor(rows, shape: [6, 4]), k: 2, key: key)
      .int32Scalars
    #expect(Array(drawn[2..<6]) == [-1, -1, -1, -1])
    #expect(Set(drawn[6..<8]) == [0, 3])
    #expect(Array(drawn[0..<2]) == Array(expected[0..<2]))
    #expect(Array(drawn[8..<10]) == Array(expected[8..<10]))
    #expect(!drawn[10..<12].contains(0))
  }

  /// Beside logits of 1e6 float32 has 1/16 left of the noise; the order must not show it.
  @Test func largeLogitsKeepTheirNoise() {
    for level: Float in [1e6, -1e6, 1e30] {
      let logits = Tensor([Float](repeating: level, count: 3))
      let drawn = Tensor.gumbelTopK(logits: logits, k: 3, shape: [6000], key: RandomKey(8))
        .int32Scalars
      let orders = (0..<6000).map { (i: Int) -> Int32 in drawn[3 * i] * 3 + drawn[3 * i + 1] }
      let found = counts(orders, classes: 9)
      // First and second are different: number 3 a + b is not a multiple of 4.
      let p: [Double] = (0..<10).map { (i: Int) -> Double in i % 4 == 0 || i == 9 ? 0 : 1 / 6 }
      #expect(chiSquareRatio(found, p) <= 1)
    }
  }
}
