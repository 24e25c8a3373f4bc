import GumbelDistributions
import GumbelEstimators
import GumbelTensors
import Testing

@Suite struct ExperimentTests {
  static var threeClasses: GradientExperiment<OneHot> {
    GradientExperiment(logits: ThreeClasses.logits, cost: ThreeClasses.cost)
  }

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).map { abs($0 - $1) }.max() ?? 0
  }

  @Test func exactGradientOfThreeClasses() {
    let experiment = Self.threeClasses
    #expect(experiment.stateCount == 3)
    let off = distance(experiment.exactGradient, ThreeClasses.exactGradient)
    #expect(off < 1e-6)
    let valueOff = abs(experiment.exactValue - UnbiasedTests.exactValue)
    #expect(valueOff < 1e-6)
  }

  @Test func exactGradientOfManyVariables() {
    let problem = UnbiasedTests.problem
    let experiment = GradientExperiment<OneHot>(logits: problem.logits, cost: problem.cost)
    #expect(experiment.stateCount == 4096)
    let off = distance(experiment.exactGradient, UnbiasedTests.jointExact)
    #expect(off < 2e-6)
  }

  @Test(arguments: [0.45, 0.49, 0.499]) func exactGradientOfTheToy(_ target: Double) {
    let experiment = GradientExperiment<Binary>(logits: Tensor(0)) { square($0 - Float(target)) }
    #expect(experiment.stateCount == 2)
    let off = abs(experiment.exactGradient[0] - (1 - 2 * target) / 4)
    #expect(off < 1e-7)
  }

  @Test func impossibleClassesCostNothing() {
    let experiment = GradientExperiment<OneHot>(logits: Tensor([0, -.infinity, 0])) { z in
      log((z * Tensor([1, 0, 3])).sum(along: -1))
    }
    let expected = log(Tensor(3)).scalar / 4
    let off = distance(
      experiment.exactGradient, [-Double(expected), 0, Double(expected)])
    #expect(off < 1e-6)
  }

  /// At 100,000 draws, the variance of a variance is about 1 %, and a mean is 4 standard errors off
  /// with a probability of 0.006 %.
  @Test func knownMeansAndVariances() throws {
    let found = try Self.threeClasses.measureAll(draws: 100_000, key: RandomKey(21))
    #expect(found.map(\.name) == OneHot.builtInEstimators.map(\.name))
    func named(_ name: String) -> GradientMeasurement { found.first { $0.name == name }! }
    for (name, bias, variance) in [
      ("score-function", 0, 1.942), ("rloo", 0, 0.286), ("gumbel-softmax", 0.118, 0.167),
      ("straight-through-gumbel-softmax", 0.149, 0.424), ("straight-through", 0.377, 0.102),
      ("reinmax", 0.105, 0.155), ("gumbel-rao", 0.149, 0.156),
    ] {
      let row = named(name)
      let varianceOff = abs(row.variance / variance - 1)
      #expect(varianceOff < 0.05, "\(name): variance \(row.variance)")
      let biasOff = abs(row.relativeBias - bias)
      #expect(biasOff < 4 * row.biasStandardError + 0.0005, "\(name): bias \(row.relativeBias)")
      #expect(row.draws == 100_000)
    }
    for row in found where row.isUnbiased {
      let off = zip(row.bias, row.standardErrors).map { abs($0) / max($1, 1e-7) }.max()!
      #expect(off < 4, "\(row.name)")
      let value = abs(row.value - Self.threeClasses.exactValue)
      #expect(value <= 4 * row.valueStandardError + 1e-6, "\(row.name)")
      #expect(row.cosine > 0.999, "\(row.name)")
    }
    // The moving average has observed costs before: it is not the estimator without a baseline.
    let isLower = named("score-function-baseline").variance < 0.2
    #expect(isLower)
    let exact = named("exact")
    #expect(exact.variance == 0)
    #expect(exact.relativeBias < 1e-6)
    #expect(exact.evaluations == 3)
    let product = exact.varianceTimesTime
    #expect(product == 0)
  }

  @Test func disARMHasExactlyNoVariance() throws {
    let experiment = GradientExperiment<Binary>(logits: Tensor(0)) { square($0 - 0.49) }
    let found = try experiment.measure(.disARM, draws: 20_000, key: RandomKey(22))
    #expect(found.variance == 0)
    #expect(found.relativeBias < 1e-5)
  }

  @Test func manyVariables() throws {
    let problem = UnbiasedTests.problem
    let experiment = GradientExperiment<OneHot>(logits: problem.logits, cost: problem.cost)
    for estimator in UnbiasedTests.joint {
      let found = try experiment.measure(estimator, draws: 5_000, key: RandomKey(23))
      // Of 32 components, one is off by 4.5 standard errors with a probability of 0.02 %.
      let off = zip(found.bias, found.standardErrors).map { abs($0) / $1 }.max()!
      #expect(off < 4.5, "\(found.name)")
      // The squared length of the error is a weighted sum of about 30 squared normal values.
      let ratio = found.relativeBias / found.biasStandardError
      #expect(ratio < 2, "\(found.name)")
    }
  }

  /// What does not depend on the clock.
  private func numbers(_ found: GradientMeasurement) -> [Double] {
    found.mean + found.standardErrors + [found.variance, found.value, found.valueStandardError]
  }

  @Test func numbersDoNotDependOnThreadsOrOnCompiling() throws {
    let eager = GradientExperiment<OneHot>(
      logits: ThreeClasses.logits, isCompiled: false, cost: ThreeClasses.cost)
    let all = try Self.threeClasses.measureAll(draws: 9_000, key: RandomKey(24))
    let threads = Backend.threadCount
    defer { Backend.threadCount = threads }
    for (row, builtIn) in zip(all, OneHot.builtInEstimators) {
      for (experiment, count) in [(Self.threeClasses, 1), (eager, 2)] {
        Backend.threadCount = count
        let again = try experiment.measure(
          builtIn.make(experiment.options()), draws: 9_000, key: RandomKey(24))
        #expect(numbers(again) == numbers(row), "\(row.name)")
      }
    }
    let other = try Self.threeClasses.measure(.rloo(), draws: 9_000, key: RandomKey(25))
    #expect(numbers(other) != numbers(all.first { $0.name == "rloo" }!))
  }

  /// The first draws are the same however many follow, across the end of a block.
  @Test func aLongerRunBeginsWithAShorterOne() throws {
    let estimator = ScoreFunctionEstimator(baseline: NoBaseline<OneHot>())
    var sums: [[Double]] = []
    for draws in [8_192, 8_193, 8_200] {
      let found = try Self.threeClasses.measure(estimator, draws: draws, key: RandomKey(26))
      sums.append(found.mean.map { $0 * Double(draws) })
    }
    // One draw more moves a sum by at most the largest gradient.
    let one = distance(sums[0], sums[1])
    #expect(one > 0)
    #expect(one < 4)
    let seven = distance(sums[1], sums[2])
    #expect(seven < 28)
  }

  @Test func aBlackBoxIsMeasuredWithoutCompiling() throws {
    let box = GradientExperiment<OneHot>(logits: ThreeClasses.logits, isCompiled: false) { z in
      Tensor(ThreeClasses.cost(z).scalars)
    }
    let found = try box.measure(.rloo(), draws: 9_000, key: RandomKey(27))
    let same = try Self.threeClasses.measure(.rloo(), draws: 9_000, key: RandomKey(27))
    #expect(numbers(found) == numbers(same))
    #expect(throws: EstimatorError.costIsNotDifferentiable(estimator: "reinmax")) {
      try box.measure(.reinMax(), draws: 10, key: RandomKey(27))
    }
  }

  @Test func costsThatAreNotFiniteAreErrorsThatNameTheEstimator() throws {
    // Finite at one-hot values, NaN at relaxed ones.
    let experiment = GradientExperiment<OneHot>(logits: ThreeClasses.logits) { z in
      log(square(z).sum(along: -1) - 0.999)
    }
    _ = try experiment.measure(.rloo(), draws: 10, key: RandomKey(28))
    let thrown = #expect(throws: EstimatorError.self) {
      try experiment.measure(.gumbelSoftmax(temperature: 1), draws: 10, key: RandomKey(28))
    }
    let message = thrown?.description ?? ""
    #expect(message.hasPrefix("gumbel-softmax: f returned"))
  }

  private struct Stop: Error {}

  @Test func progressCountsTheDrawsAndMayEndThem() throws {
    var done = 0
    _ = try Self.threeClasses.measure(.rloo(), draws: 20_000, key: RandomKey(29)) { done += $0 }
    #expect(done == 20_000)
    var calls = 0
    #expect(throws: Stop.self) {
      try Self.threeClasses.measure(.rloo(), draws: 1_000_000, key: RandomKey(29)) { _ in
        calls += 1
        throw Stop()
      }
    }
    #expect(calls == 1)
  }

  @Test func estimatorsWithATemperature() {
    let names = Binary.builtInEstimators.filter(\.hasTemperature).map(\.name)
    #expect(
      names == [
        "gumbel-softmax", "straight-through-gumbel-softmax", "decoupled-straight-through",
        "reinmax", "gumbel-rao", "gapped-straight-through", "rebar", "relax",
      ])
  }

  @Test func tooManyStatesTrap() async {
    let result = await #expect(
      processExitsWith: .failure, observing: [\.standardErrorContent]
    ) {
      _ = GradientExperiment<Binary>(logits: Tensor.zeros([17])) { $0.sum(along: -1) }
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("GradientExperiment: 17 variables of 2 states"))
  }
}
