import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The weights of the workloads on many draws: 1 to 97, in no order.
private func weights(_ classes: Int) -> [Double] {
  (0..<classes).map { Double(1 + $0 * 7919 % 97) }
}

/// 10^7 draws from one distribution over 1,000 classes, by either table.
func categoricalDraws(_ options: Options) {
  let part = 1_000_000
  for method in [SamplingMethod.alias, .inverse] {
    guard let sampler = try? CategoricalSampler(probabilities: weights(1000), method: method)
    else { return }
    let draws = UnsafeMutableBufferPointer<Int32>.allocate(capacity: part)
    defer { draws.deallocate() }
    var sum = 0
    let seconds = measure(options) { i in
      for j in 0..<10 {
        sampler.sample(into: draws, first: UInt64(part * j), key: RandomKey(UInt64(i)))
      }
    }
    for draw in draws { sum += Int(draw) }
    Report(
      workload: "categorical-draws", variant: method.rawValue, unit: "10^7 draws",
      seconds: seconds, check: [("mean", "\(Double(sum) / Double(part))")]
    ).print()
  }
}

/// One draw from each of 8 rows of 131,072 logits.
func categoricalRows(_ options: Options) {
  let logits = Tensor.normal([8, 131_072], key: RandomKey(1))
  var draws = Tensor(0)
  let seconds = measure(options) { i in
    draws = Tensor.categorical(logits: logits, key: RandomKey(2).folding(in: i))
  }
  let words = measure(options) { i in _ = Tensor.uniform([8, 131_072], key: RandomKey(UInt64(i))) }
  let best = seconds.min()!
  Report(
    workload: "categorical-rows", unit: "8 rows", seconds: seconds,
    check: [
      ("nanosecondsALogit", "\(1e9 * best / Double(logits.count))"),
      ("gigabytesASecond", "\(4e-9 * Double(logits.count) / best)"),
      ("timesUniformWords", "\(best / words.min()!)"),
      ("draws", "\(draws.int32Scalars)"),
    ]
  ).print()
}

/// More classes than float32 counts: a third of the draws falls into the upper half (pytorch#43115).
func categoricalMany(_ options: Options) {
  let count = 1 << 25
  let upper = Tensor.zeros([count / 2])
  let logits = Tensor.concatenated([Tensor(repeating: log(2), shape: [count / 2]), upper])
  // From here on the peak is counted anew (Linux): making the logits took more than they do.
  if let file = fopen("/proc/self/clear_refs", "w") {
    fputs("5", file)
    fclose(file)
  }
  let before = Report.peakMemoryBytes
  for (method, draws) in [(SamplingMethod.inverse, 100_000), (.gumbelMax, 300)] {
    var found: [Int32] = []
    var held = 0
    let seconds = measure(options) { i in
      guard let sampler = try? CategoricalSampler(logits: logits, method: method) else { return }
      found = sampler.sample(draws, key: RandomKey(UInt64(i)))
      held = Report.peakMemoryBytes - before
    }
    let share = Double(found.count { $0 >= count / 2 }) / Double(draws)
    Report(
      workload: "categorical-many", variant: method.rawValue, unit: "\(draws) draws",
      seconds: seconds,
      check: [
        ("upperHalf", "\(share)"), ("standardError", "\((2.0 / 9 / Double(draws)).squareRoot())"),
        ("bytesBesideLogits", "\(held)"),
      ]
    ).print()
  }
}

/// Pearson's statistic of 10^7 draws by Gumbel-max over 1,000 classes, of which 70 have no weight,
/// in standard deviations from its mean; infinite if one of the 70 was drawn.
func categoricalFit(_ options: Options) {
  for (name, zeros) in [("zeros first", 0..<70), ("middle", 400..<470), ("last", 930..<1000)] {
    var weights = weights(1000)
    for zero in zeros { weights[zero] = 0 }
    let total = weights.reduce(0, +)
    var counts = [Int](repeating: 0, count: 1000)
    let part = 100_000
    guard let sampler = try? CategoricalSampler(probabilities: weights, method: .gumbelMax) else {
      return
    }
    let clock = ContinuousClock()
    let start = clock.now
    for i in 0..<100 {
      for draw in sampler.sample(part, first: UInt64(part * i), key: RandomKey(7)) {
        counts[Int(draw)] += 1
      }
    }
    let seconds = (clock.now - start) / .seconds(1)
    var statistic = 0.0
    for (count, weight) in zip(counts, weights) {
      let expected = 1e7 * weight / total
      let difference = Double(count) - expected
      statistic += expected > 0 ? difference * difference / expected : count > 0 ? .infinity : 0
    }
    let deviations = (statistic - 929) / (2 * 929.0).squareRoot()
    Report(
      workload: "categorical-fit", variant: name, unit: "10^7 draws", seconds: [seconds],
      check: [("chiSquareDeviations", "\(deviations)"), ("accepted", "[-3.5, 4]")]
    ).print()
  }
}
