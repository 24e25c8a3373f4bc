import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

@Suite struct StreamGANTests {
  private let truth = SyntheticSource.articleProbabilities

  private func train(
    _ hyperparameters: StreamGAN.Hyperparameters, seed: UInt64
  ) throws -> Training<Adversarial<StreamGAN, Adam>> {
    var training = Training(hyperparameters, key: RandomKey(seed))
    var source = SyntheticSource(probabilities: truth, key: RandomKey(seed + 1000))
    let isDone = try training.run(on: &source)
    #expect(isDone)
    return training
  }

  private func distance(_ training: Training<Adversarial<StreamGAN, Adam>>) -> Double {
    zip(training.learnedProbabilities, truth).reduce(0) { $0 + abs(Double($1.0) - $1.1) } / 2
  }

  /// The article's two warnings: a perceptron learns that smooth rows are drawn and hard ones real,
  /// and the generator can only give up; with the real rows smoothed and the temperature annealed
  /// it learns the distribution.
  @Test(arguments: [1, 2, 3] as [UInt64]) func thePerceptronNeedsItsCures(_ seed: UInt64) throws {
    var plan = StreamGAN.Hyperparameters.article()
    plan.settings.hiddenWidths = [32]
    plan.averageDecay = 0.999
    plan.temperature = (1, 1)
    plan.discriminatorRate.to = plan.discriminatorRate.from / 20
    plan.generatorRate.to = plan.generatorRate.from / 20
    let without = try train(plan, seed: seed)
    #expect(distance(without) > 0.3)

    plan.settings.smoothsRealRows = true
    plan.temperature.to = 0.1
    let with = try train(plan, seed: seed)
    #expect(distance(with) < 0.05)
  }

  @Test(arguments: [2, 5, 40]) func theRobustPresetEndsClose(_ count: Int) throws {
    // Zipf's law; the frequencies are exact, so the distance is all the model's.
    let weights = (1...count).map { 1 / Double($0) }
    let total = weights.reduce(0, +)
    var categories: [Int32] = []
    for (category, weight) in weights.enumerated() {
      let repeats = Int((20_000 * weight / total).rounded())
      categories += [Int32](repeating: Int32(category), count: repeats)
    }
    var training = Training(
      StreamGAN.Hyperparameters.robust(categoryCount: count), key: RandomKey(1))
    var source = ShuffledSource(categories, key: RandomKey(2))
    let isDone = try training.run(on: &source)
    #expect(isDone)
    let distance = training.learnedProbabilities.enumerated().reduce(0.0) { sum, item in
      let share = categories.count { $0 == Int32(item.offset) }
      return sum + abs(Double(item.element) - Double(share) / Double(categories.count))
    }
    #expect(distance / 2 < 0.01)
  }

  @Test func compiledAndEagerRoundsAgreeToTheBit() throws {
    for sampling in StreamGAN.Settings.Sampling.allCases {
      var plan = StreamGAN.Hyperparameters.article()
      plan.epochs = 3
      plan.roundsPerEpoch = 5
      plan.settings.sampling = sampling
      plan.settings.hiddenWidths = [8]
      plan.settings.smoothsRealRows = true
      plan.discriminatorSteps = 2
      plan.averageDecay = 0.9
      plan.temperature = (2, 0.001)
      let ends = try [true, false].map { compiled in
        var training = Training(plan, key: RandomKey(3))
        var source = SyntheticSource(probabilities: truth, key: RandomKey(4))
        _ = try training.run(on: &source, compiled: compiled)
        return training
      }
      #expect(haveSameBits(ends[0], ends[1]))
      #expect(ends[0].history == ends[1].history)
    }
  }

  @Test func everyTensorOfTheNetworkIsVisited() {
    var plan = StreamGAN.Hyperparameters.article(categoryCount: 3)
    plan.settings.hiddenWidths = [4]
    plan.averageDecay = 0.5
    let names = Training(plan, key: RandomKey(0)).namedTensors.map(\.name)
    #expect(Set(names).count == names.count)
    #expect(names.filter { $0.hasPrefix("model.discriminator.") }.count == 4)
    // Rate, step and two moments for each parameter.
    #expect(names.filter { $0.hasPrefix("discriminatorOptimizer.") }.count == 2 + 2 * 4)
    #expect(names.filter { $0.hasPrefix("generatorOptimizer.") }.count == 2 + 2)
    #expect(names.filter { $0.hasPrefix("average.") }.count == 2)
    for name in ["model.generator", "model.temperature", "step", "sums"] {
      #expect(names.contains(name))
    }
  }
}
