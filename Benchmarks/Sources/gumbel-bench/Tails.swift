import SwiftGumbel

/// Whether draws have the tail: one logit of 20.5 above 262,144 equal ones wins all but 32.76 of
/// 100,000 draws, by Gumbel-max if the largest of many Gumbel values is as large as it should be.
func tails(_ options: Options) {
  let logits = Tensor([20.5] + [Float](repeating: 0, count: 262_144))
  for method in SamplingMethod.allCases {
    let clock = ContinuousClock()
    let start = clock.now
    guard let sampler = try? CategoricalSampler(logits: logits, method: method) else { return }
    let hits = sampler.sample(100_000, key: RandomKey(5)).count { $0 != 0 }
    Report(
      workload: "tails", variant: method.rawValue, unit: "100,000 draws",
      seconds: [(clock.now - start) / .seconds(1)],
      check: [("tailHits", "\(hits)"), ("expected", "32.76"), ("accepted", "[15, 55]")]
    ).print()
  }
}
