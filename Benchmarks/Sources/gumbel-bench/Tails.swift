import Gumbel

/// Whether the noise has its tail: one logit of 20.5 above 262,144 equal ones wins all but 32.76
/// of 100,000 draws, if the largest of many Gumbel values is as large as it should be.
func tails(_ options: Options) {
  let others = 262_144
  let logits = Tensor([20.5] + [Float](repeating: 0, count: others))
  let draws = 100_000
  let clock = ContinuousClock()
  let start = clock.now
  var hits = 0
  for i in 0..<(draws / 1000) {
    let winners = Tensor.categorical(
      logits: logits, shape: [1000], key: RandomKey(5).folding(in: i))
    hits += winners.int32Scalars.count { $0 != 0 }
  }
  Report(
    workload: "tails", unit: "100,000 draws", seconds: [(clock.now - start) / .seconds(1)],
    check: [("tailHits", "\(hits)"), ("expected", "32.76"), ("accepted", "[15, 55]")]
  ).print()
}
