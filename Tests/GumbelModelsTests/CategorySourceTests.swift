import GumbelDatasets
import GumbelModels
import GumbelTensors
import Testing

@Suite struct CategorySourceTests {
  @Test func syntheticDrawsFollowTheirProbabilities() {
    let probabilities = [0, 0.1, 0.3, 0, 0.6, 0]
    var source = SyntheticSource(probabilities: probabilities, key: RandomKey(1))
    var counts = [Int](repeating: 0, count: probabilities.count)
    let draws = 100_000
    for round in 0..<(draws / 100) {
      for category in source.batch(100, round: round)! { counts[Int(category)] += 1 }
    }
    var statistic = 0.0
    for (count, probability) in zip(counts, probabilities) {
      let expected = probability * Double(draws)
      if probability == 0 {
        #expect(count == 0)
      } else {
        statistic += (Double(count) - expected) * (Double(count) - expected) / expected
      }
    }
    // Chi-square with 2 degrees of freedom: exceeded once in 10,000 keys.
    #expect(statistic < 18.4)
  }

  @Test func aRoundIsTheSameWheneverItIsAskedFor() {
    var forward = SyntheticSource(probabilities: [0.5, 0.5], key: RandomKey(2))
    var late = SyntheticSource(probabilities: [0.5, 0.5], key: RandomKey(2))
    let batches = (0..<2000).map { forward.batch(7, round: $0)! }
    for round in [1999, 0, 585, 586, 1170] {
      let batch = late.batch(7, round: round)!
      #expect(batch == batches[round])
    }

    let categories = (0..<100).map { Int32($0) }
    var shuffled = ShuffledSource(categories, key: RandomKey(3))
    var other = ShuffledSource(categories, key: RandomKey(3))
    let passes = (0..<50).map { shuffled.batch(30, round: $0)! }
    let batch = other.batch(30, round: 33)!
    #expect(batch == passes[33])
    // Every pass has every category once, and passes differ in order.
    let stream = passes.flatMap { $0 }
    for pass in 0..<15 { #expect(Set(stream[(100 * pass)..<(100 * pass + 100)]).count == 100) }
    #expect(Array(stream[0..<100]) != Array(stream[100..<200]))
  }
}
