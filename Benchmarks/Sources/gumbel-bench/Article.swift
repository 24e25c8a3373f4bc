import AllocationCounter
import SwiftGumbel

/// The article's experiment: 20,000 steps of the discriminator and 200,000 of the generator.
func article(_ options: Options) {
  // Single operations are the host's.
  for compiled in Device.default.isHost ? [true, false] : [true] {
    var learned: [Float] = []
    let seconds = measure(options) { i in
      let key = RandomKey(UInt64(i))
      var source = SyntheticSource(
        probabilities: SyntheticSource.articleProbabilities, key: key.folding(in: "stream"))
      var training = Training(
        StreamGAN.Hyperparameters.article(), key: key.folding(in: "training"))
      do {
        _ = try training.run(on: &source, compiled: compiled)
      } catch {
        fatalError("the synthetic source never fails: \(error)")
      }
      learned = training.learnedProbabilities
    }
    Report(
      workload: "article", variant: compiled ? "compiled" : "eager", unit: "experiment",
      seconds: seconds, check: [("learned", "\(learned)")]
    ).print()
  }
}

/// What a compiled step costs beyond its arithmetic, and what it allocates.
func overhead(_ options: Options) {
  // A chain of operations on a scalar that cannot be fused: a reduction between any two.
  let operations = 1000
  let step = compile { (state: inout Tensor, _: EmptyGroup) in
    for _ in 0..<operations { state = state.reshaped(to: [1]).sum() }
    return EmptyGroup()
  }
  let replays = 1000
  var state = Tensor(1)
  _ = step(&state, EmptyGroup())
  var allocations = Int64(0)
  let seconds = measure(options, count: replays * operations) { _ in
    let before = allocation_count()
    for _ in 0..<replays { _ = step(&state, EmptyGroup()) }
    allocations = allocation_count() - before
  }
  Report(
    workload: "overhead", variant: "a scalar's sum", unit: "operation", seconds: seconds,
    check: [
      ("allocationsPerReplay", "\(Double(allocations) / Double(replays))"),
      ("value", "\(state.scalar)"),
    ]
  ).print()

  // A whole round of the article's training, with what binds its state.
  var training = Training(StreamGAN.Hyperparameters.article(), key: RandomKey(1))
  let round = compile { (training: inout Training<Adversarial<StreamGAN, Adam>>, real: Tensor) in
    training.trainStep(on: real)
    return EmptyGroup()
  }
  let real = Tensor(int32: [4, 4, 3, 4, 2, 3, 4, 4, 3, 4], shape: [1, 10])
  _ = round(&training, real)
  let roundSeconds = measure(options, count: 1000) { _ in
    let before = allocation_count()
    for _ in 0..<1000 { _ = round(&training, real) }
    allocations = allocation_count() - before
  }
  Report(
    workload: "overhead", variant: "a round of the article's training", unit: "round",
    seconds: roundSeconds, check: [("allocationsPerReplay", "\(Double(allocations) / 1000)")]
  ).print()
}
