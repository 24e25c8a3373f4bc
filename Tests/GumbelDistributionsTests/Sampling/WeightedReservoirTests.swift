import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// What a reservoir holds after a whole stream.
private func sample(
  _ weights: [Double], capacity: Int, key: RandomKey
) throws -> [UInt64] {
  var reservoir = WeightedReservoir<Int>(capacity: capacity, key: key)
  for (i, weight) in weights.enumerated() { try reservoir.offer(i, weight: weight) }
  for item in reservoir.items { #expect(item.index == UInt64(item.element)) }
  return reservoir.items.map(\.index)
}

@Suite struct WeightedReservoirTests {
  @Test func ordersFollowPlackettLuce() throws {
    let weights = [0.5, 3, 0, 1, 2.5]
    let key = RandomKey(1)
    var seen: [[UInt64]: Int] = [:]
    for i in 0..<40_000 {
      let order = try sample(weights, capacity: 3, key: key.folding(in: i))
      seen[order, default: 0] += 1
    }
    var orders: [[UInt64]] = []
    var probabilities: [Double] = []
    for a in 0..<5 {
      for b in 0..<5 where b != a {
        for c in 0..<5 where c != a && c != b {
          let rest = 7 - weights[a]
          let p = weights[a] / 7 * (weights[b] / rest) * (weights[c] / (rest - weights[b]))
          orders.append([UInt64(a), UInt64(b), UInt64(c)])
          probabilities.append(p)
        }
      }
    }
    let counts = orders.map { seen[$0, default: 0] }
    #expect(counts.reduce(0, +) == 40_000)
    let fit = chiSquareRatio(counts, probabilities)
    #expect(fit <= 1)
  }

  // Drawing 20 of 400: the chance to be drawn, from the exponential times by quadrature.
  @Test func inclusionFollowsTheWeights() throws {
    let key = RandomKey(2)
    let weights = (0..<400).map { $0 % 4 == 0 ? 5.0 : 1.0 }
    var heavy = 0
    let runs = 4000
    for i in 0..<runs {
      let indices = try sample(weights, capacity: 20, key: key.folding(in: i))
      #expect(Set(indices).count == 20)
      heavy += indices.count { $0 % 4 == 0 }
    }
    // Numbers left of either kind, one draw after the other.
    var chances = [100: 1.0]
    for drawn in 0..<20 {
      var next: [Int: Double] = [:]
      for (left, chance) in chances {
        let light = 400 - drawn - left
        let p = 5 * Double(left) / (5 * Double(left) + Double(light))
        next[left - 1, default: 0] += chance * p
        next[left, default: 0] += chance * (1 - p)
      }
      chances = next
    }
    let expected = chances.reduce(0.0) { $0 + $1.value * Double(100 - $1.key) }
    let square = chances.reduce(0.0) {
      $0 + $1.value * Double(100 - $1.key) * Double(100 - $1.key)
    }
    let error = ((square - expected * expected) / Double(runs)).squareRoot()
    #expect(abs(Double(heavy) / Double(runs) - expected) < allowedDeviations * error)
  }

  @Test func longUniformStreamsAreCoveredEvenly() {
    var places: [Int] = []
    for i in 0..<200 {
      var reservoir = WeightedReservoir<UInt64>(capacity: 100, key: RandomKey(3).folding(in: i))
      reservoir.offer(count: 100_000) { $0 }
      #expect(reservoir.offeredCount == 100_000)
      #expect(Set(reservoir.items.map(\.index)).count == 100)
      places += reservoir.items.map { Int($0.index) / 5000 }
    }
    let counts = (0..<20).map { place in places.count { $0 == place } }
    let fit = chiSquareRatio(counts, [Double](repeating: 0.05, count: 20))
    #expect(fit <= 1)
  }

  @Test func shardsMergeToTheSampleOfOnePass() throws {
    let key = RandomKey(4)
    var random = RandomKeyStream(RandomKey(5))
    let weights = (0..<30_000).map { _ in
      Bool.random(using: &random) ? Double.random(in: 0...1, using: &random) : 0
    }
    for capacity in [0, 1, 7, 1000, 20_000] {
      let whole = try sample(weights, capacity: capacity, key: key)
      #expect(whole.count == min(capacity, weights.count { $0 > 0 }))
      let bounds = [0, 1, 500, 501, 17_003, 30_000]
      var parts = try zip(bounds, bounds.dropFirst()).map { start, end in
        var part = WeightedReservoir<Int>(
          capacity: capacity, key: key, firstIndex: UInt64(start))
        for i in start..<end { try part.offer(i, weight: weights[i]) }
        return part
      }
      parts.shuffle(using: &random)
      var merged = parts[0]
      for part in parts[1...] { merged.merge(part) }
      #expect(merged.items.map(\.index) == whole)
      #expect(merged.offeredCount == 30_000)
      #expect(merged.nextIndex == 30_000)
    }
  }

  @Test func unweightedRangesAreItemsOfWeightOne() throws {
    let key = RandomKey(6)
    for capacity in [1, 10, 600, 5000] {
      let single = try sample([Double](repeating: 1, count: 100_000), capacity: capacity, key: key)
      for step in [1, 999, 100_000] {
        var reservoir = WeightedReservoir<UInt64>(capacity: capacity, key: key)
        for start in stride(from: 0, to: 100_000, by: step) {
          reservoir.offer(count: min(step, 100_000 - start)) { $0 }
        }
        #expect(reservoir.items.map(\.index) == single)
        #expect(reservoir.items.map(\.element) == single)
      }
    }
    // Weights that are all the same make no difference, however large or small.
    let ones = try sample([Double](repeating: 1, count: 2000), capacity: 50, key: key)
    for weight in [1e-300, 1e300] {
      let same = try sample([Double](repeating: weight, count: 2000), capacity: 50, key: key)
      #expect(same == ones)
    }
  }

  // The sample is that of the largest perturbed logarithms of weights.
  @Test func itemsAreTheTopOfPerturbedLogits() throws {
    let key = RandomKey(7)
    let weights = (0..<5000).map { Double(1 + $0 % 13) }
    let noise = Tensor.gumbel([5000], key: key).scalars
    let perturbed = weights.indices.map { log(weights[$0]) + Double(noise[$0]) }
    let found = try sample(weights, capacity: 2000, key: key).map { Int($0) }
    // In order, up to the rounding of the noise to float32; and nothing larger is left out.
    for (earlier, later) in zip(found, found.dropFirst()) {
      #expect(perturbed[later] < perturbed[earlier] + 1e-5)
    }
    let least = found.map { perturbed[$0] }.min()!
    let larger = perturbed.count { $0 > least + 1e-5 }
    #expect(larger < 2000)
  }

  @Test func itemsBeyondFourBillionHaveTheirOwnWords() {
    let key = RandomKey(8)
    let start: UInt64 = 1 << 34
    var far = WeightedReservoir<UInt64>(capacity: 30, key: key, firstIndex: start - 5000)
    far.offer(count: 10_000) { $0 }
    #expect(far.items.allSatisfy { start - 5000 <= $0.index && $0.index < start + 5000 })
    #expect(far.items.contains { $0.index >= start } && far.items.contains { $0.index < start })
    var near = WeightedReservoir<UInt64>(capacity: 30, key: key)
    near.offer(count: 10_000) { $0 }
    #expect(near.items.map(\.index) != far.items.map { $0.index - (start - 5000) })
  }

  @Test func fewerItemsThanCapacityAreAllHeld() throws {
    let order = try sample([1, 0, 2, 3], capacity: 10, key: RandomKey(9))
    #expect(order.sorted() == [0, 2, 3])
    var empty = WeightedReservoir<Int>(capacity: 10, key: RandomKey(9))
    empty.offer(count: 0) { _ in 1 }
    #expect(empty.items.isEmpty)
  }

  @Test func badWeightsAreNamedAndNotCounted() throws {
    var reservoir = WeightedReservoir<Int>(capacity: 2, key: RandomKey(1))
    try reservoir.offer(0, weight: 1)
    for (weight, text) in [(-1.0, "-1.0"), (.nan, "nan"), (.infinity, "inf")] {
      var message = ""
      do { try reservoir.offer(1, weight: weight) } catch { message = "\(error)" }
      #expect(
        message == "weight at index 1 is \(text), expected a finite number of at least 0")
    }
    #expect(reservoir.offeredCount == 1)
    #expect(reservoir.items.map(\.index) == [0])
  }

  @Test func reservoirsOfOtherKeysDoNotMerge() async {
    await #expect(processExitsWith: .failure) {
      var a = WeightedReservoir<Int>(capacity: 2, key: RandomKey(1))
      a.merge(WeightedReservoir<Int>(capacity: 2, key: RandomKey(2)))
    }
  }
}
