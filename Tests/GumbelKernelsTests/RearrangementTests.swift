import GumbelKernels
import Testing
import _GumbelTestBytes

extension KernelsTests {
  @Suite struct Rearrangement {
    @Test func permutesLikeIndexArithmetic() {
      var generator = SplitMix64(state: 20)
      for trial in 0..<300 {
        let rank = trial % 6
        let dims = (0..<rank).map { _ in
          Int64.random(in: 1...[1, 900, 90, 20, 9, 6][rank], using: &generator)
        }
        let order = Array((0..<Int32(rank)).shuffled(using: &generator))
        let count = Int(dims.reduce(1, *))
        let x = (0..<count).map { Int32($0) }
        var y = [Int32](repeating: -1, count: count)
        gk_permute(x, &y, Int32(rank), dims, order)
        let outDims = order.map { Int(dims[Int($0)]) }
        var agrees = true
        for position in 0..<count {
          var rest = position
          var index = [Int](repeating: 0, count: rank)
          for d in (0..<rank).reversed() {
            index[Int(order[d])] = rest % outDims[d]
            rest /= outDims[d]
          }
          let source = zip(index, dims).reduce(0) { $0 * Int($1.1) + $1.0 }
          agrees = agrees && y[position] == x[source]
        }
        #expect(agrees, "\(dims) \(order)")
      }
    }

    @Test func permutesOnEveryNumberOfThreads() {
      let x = (0..<Int32(700 * 601)).map { $0 }
      let results = withThreadCounts {
        var y = [Int32](repeating: -1, count: x.count)
        gk_permute(x, &y, 2, [700, 601], [1, 0])
        return y
      }
      for y in results {
        #expect(y.indices.allSatisfy { y[$0] == Int32($0 % 700 * 601 + $0 / 700) })
      }
    }

    @Test func gathersAndScattersRows() {
      var generator = SplitMix64(state: 21)
      for (count, rows, width) in [(0, 3, 4), (7, 3, 1), (50, 9, 5), (3000, 40, 130)] {
        let index = (0..<count).map { _ in Int32.random(in: 0..<Int32(rows), using: &generator) }
        let table = generator.floats(rows * width)
        let gathered = withThreadCounts {
          var y = [Float](repeating: 9, count: count * width)
          gk_gather_rows(table, index, &y, count, width)
          return y
        }
        let expected = index.flatMap { table[Int($0) * width..<(Int($0) + 1) * width] }
        #expect(gathered.allSatisfy { $0 == expected })

        var sums = [Float](repeating: 0, count: rows * width)
        for (i, row) in index.enumerated() {
          for c in 0..<width { sums[Int(row) * width + c] += expected[i * width + c] }
        }
        let scattered = withThreadCounts {
          var y = [Float](repeating: 9, count: rows * width)
          gk_scatter_add_rows(expected, index, &y, count, rows, width)
          return y
        }
        #expect(scattered.allSatisfy { $0 == sums })
      }
    }

    @Test func oneHotRows() {
      let index: [Int32] = [2, 0, -1, 3, 4, .max, .min]
      var y = [Float](repeating: 9, count: 28)
      gk_one_hot(index, &y, 7, 4)
      #expect(
        y == [0, 0, 1, 0] + [1, 0, 0, 0] + [0, 0, 0, 0] + [0, 0, 0, 1]
          + [Float](repeating: 0, count: 12))
    }

    @Test func findsTheFirstIndexOutside() {
      var index = (0..<300).map { Int32($0 % 10) }
      #expect(gk_first_outside(index, 300, 10) == 300)
      #expect(gk_first_outside(index, 0, 10) == 0)
      #expect(gk_first_outside(index, 300, 9) == 9)
      index[255] = -1
      index[290] = 10
      #expect(gk_first_outside(index, 300, 10) == 255)
      index[255] = 0
      #expect(gk_first_outside(index, 300, 10) == 290)
    }
  }
}
