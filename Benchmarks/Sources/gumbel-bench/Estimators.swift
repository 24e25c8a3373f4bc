import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// Cost and straight-through gradient of a batch of 1000 x 20 variables of 10 classes.
func straightThroughGradient(_ options: Options) {
  let shape: Shape = [1000, 20, 10]
  let logits = Tensor((0..<200_000).map { Float(2 * cos(0.37 * Double($0))) }, shape: shape)
  let target = Tensor((0..<200).map { Float(sin(Double($0))) }, shape: [20, 10])
  let estimator = StraightThroughGumbelSoftmaxEstimator<OneHotCategorical<Tensor>>(
    temperature: Tensor(0.5))
  let step = compile { (counter: inout Tensor, logits: Tensor) in
    counter = counter + Tensor(int32: 1)
    let key = RandomKey(3).folding(in: counter)
    let (_, costs, gradient) = valueOutputAndGradient(at: logits) { logits in
      let costs = estimator.expectation(
        of: { z in square(z - target).reshaped(to: [1000, 200]).sum(along: -1) },
        under: OneHotCategorical(logits: logits), key: key)
      return (costs.sum(), costs)
    }
    return Pair(costs, gradient)
  }
  var counter = Tensor(int32: 0)
  var found = Pair(Tensor(0), Tensor(0))
  let passes = 10
  let seconds = measure(options, count: passes) { _ in
    for _ in 0..<passes {
      found = Pair(Tensor(0), Tensor(0))
      found = step(&counter, logits)
    }
    found.waitUntilReady()
  }
  Report(
    workload: "straight-through-gradient", unit: "pass", seconds: seconds,
    check: [
      ("cost", "\(found.first.mean().scalar)"), ("gradient", "\(abs(found.second).mean().scalar)"),
    ]
  ).print()
}

/// 10^6 draws of one choice of three by every estimator.
func allEstimators(_ options: Options) {
  let weights = Tensor([1, -0.7, 0.4])
  let experiment = GradientExperiment<OneHotCategorical<Tensor>>(
    logits: Tensor([0.5, -0.3, 0.1])
  ) { z in exp(0.8 * (z * weights).sum(along: -1)) + 0.3 * square(z).sum(along: -1) }
  let clock = ContinuousClock()
  var deviation = 0.0
  let seconds = (0..<options.repeats).map { i in
    let start = clock.now
    let found = try! experiment.measureAll(draws: 1_000_000, key: RandomKey(UInt64(i)))
    let seconds = (clock.now - start) / .seconds(1)
    for row in found where row.isUnbiased && row.variance > 0 {
      for (bias, error) in zip(row.bias, row.standardErrors) {
        deviation = max(deviation, bias.magnitude / error)
      }
    }
    return seconds
  }
  Report(
    workload: "estimators", unit: "10^6 draws each", seconds: seconds,
    check: [("standardErrors", "\(deviation)")]
  ).print()
}
