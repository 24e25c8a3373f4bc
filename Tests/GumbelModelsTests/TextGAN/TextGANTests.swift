import GumbelDistributions
import GumbelEstimators
import GumbelLayers
import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

/// Strings x, x+x, x-x+x and so on, of up to five symbols, all lengths alike: 0 ends, 1 is x, 2 and
/// 3 are operators.
enum Sums {
  static let length = 6

  static func isValid(_ string: [Int32]) -> Bool {
    string.count % 2 == 1 && string.enumerated().allSatisfy { ($0 % 2 == 0) == ($1 == 1) }
  }

  static let strings: Tensor = {
    let words: [[Int32]] =
      [Array(repeating: [1], count: 4), [2, 3, 2, 3].map { [1, $0, 1] }].flatMap { $0 }
      + [2, 3].flatMap { a in [2, 3].map { b in [1, a, 1, b, 1] } }
    return Tensor(
      int32: words.flatMap { $0 + [Int32](repeating: 0, count: length - $0.count) },
      shape: [words.count, length])
  }()

  static func settings(hidden: Int = 24) -> TextGAN.Settings {
    var model = TextModel.Settings(vocabularyCount: 4)
    model.hidden = hidden
    model.embedding = 8
    var settings = TextGAN.Settings(model, length: length)
    settings.discriminatorWidths = [32]
    settings.windows = [2, 3]
    settings.features = 16
    settings.embeddingWidth = 8
    settings.batchSize = 32
    return settings
  }

  static func plan(
    _ settings: TextGAN.Settings, epochs: Int, rounds: Int, rate: Double = 1e-3,
    pretrainingEpochs: Int = 0
  ) -> AdversarialPlan {
    var plan = settings.plan(
      epochs: epochs, roundsPerEpoch: rounds, rate: rate, pretrainingEpochs: pretrainingEpochs)
    plan.averageDecay = 0.99
    return plan
  }

  /// Generated strings, up to their ends.
  static func drawn(_ generator: TextGAN.Generator, _ count: Int, key: RandomKey) -> [[Int32]] {
    let tokens = generator.tokens(batch: count, key: key).int32Scalars
    return (0..<count).map { column in
      Array((0..<length).map { tokens[$0 * count + column] }.prefix { $0 != 0 })
    }
  }
}

@Suite struct TextGANTests {
  static let key = RandomKey(5)

  private typealias TextGANTraining = Training<Adversarial<TextGAN, Adam>>

  private func train(
    _ settings: TextGAN.Settings, _ plan: AdversarialPlan, seed: UInt64
  ) throws -> TextGANTraining {
    var training = try Training(settings, plan: plan, key: RandomKey(seed))
    let isDone = try training.run(on: { _ in Sums.strings })
    #expect(isDone)
    return training
  }

  /// From scratch, against each discriminator: valid strings, all of them, and lengths as they should be.
  @Test(
    arguments: [
      (.perceptron, .relativistic, .realAndGenerated), (.convolutional, .nonSaturating, .real),
      (.recurrent, .wasserstein, .interpolated),
    ] as [(TextGAN.Settings.DiscriminatorKind, TextGAN.Settings.Loss, TextGAN.Settings.Penalty)])
  func itLearnsAGrammar(
    _ kind: TextGAN.Settings.DiscriminatorKind, _ loss: TextGAN.Settings.Loss,
    _ penalty: TextGAN.Settings.Penalty
  ) throws {
    var settings = Sums.settings()
    (settings.discriminatorKind, settings.loss, settings.penalty) = (kind, loss, penalty)
    let plan = Sums.plan(settings, epochs: 1, rounds: 800, rate: 4e-3)
    let training = try train(settings, plan, seed: 1)
    let strings = Sums.drawn(training.learned, 1000, key: Self.key)
    let validity = Double(strings.count(where: Sums.isValid)) / 1000
    let variety = Set(strings.filter(Sums.isValid)).count
    #expect(validity > 0.9)
    #expect(variety == 7)
    for length in [1, 3, 5] {
      let share = Double(strings.count { $0.count == length }) / 1000
      #expect(Swift.abs(share - 1.0 / 3) < 0.15)
    }
  }

  /// The power iteration keeps up with the weights while they are trained.
  @Test func aSpectralJudgeStretchesNothing() throws {
    var settings = Sums.settings()
    (settings.loss, settings.penalty) = (.nonSaturating, .spectral)
    let plan = Sums.plan(settings, epochs: 1, rounds: 100, rate: 4e-3)
    let judge = try train(settings, plan, seed: 1).model.judge
    let norms = SpectralNormalisation(for: judge, steps: 200, key: Self.key).norms(of: judge)
    #expect(norms.count == 2)
    for norm in norms { #expect(Swift.abs(norm.scalar - 1) < 0.05) }
  }

  /// Likelihood first, and then against a discriminator, with the rival of the relaxation.
  @Test func aPretrainedGeneratorGoesOn() throws {
    var settings = Sums.settings()
    settings.estimator = "rloo"
    settings.loss = .nonSaturating
    var plan = Sums.plan(settings, epochs: 4, rounds: 100, pretrainingEpochs: 2)
    plan.pretrainingRate = .constant(0.01)
    let training = try train(settings, plan, seed: 2)
    #expect(training.history[1][0] < training.history[0][0])
    // The discriminator rests until its turn comes.
    #expect(training.history[1][1] == 0)
    #expect(training.history[2][1] != 0)
    let strings = Sums.drawn(training.learned, 1000, key: Self.key)
    let validity = Double(strings.count(where: Sums.isValid)) / 1000
    #expect(validity > 0.9)
  }

  @Test func whatIsShownEndsOnce() throws {
    for latentWidth in [0, 3] {
      var settings = Sums.settings()
      settings.latentWidth = latentWidth
      let generator = try TextGAN(settings, key: Self.key).generator
      let straightThrough = StraightThroughGumbelSoftmaxEstimator<OneHotCategorical<Tensor>>(
        temperature: Tensor(0.7))
      for draw in [.surrogate(straightThrough), .exact] as [TextGAN.Generator.Draw] {
        let (rows, _) = generator.strings(batch: 200, draw: draw, key: Self.key)
        #expect(rows.shape == [6, 200, 4])
        let isOneHot = (rows * (1 - rows)).sum().scalar == 0 && rows.sum().scalar == 1200
        #expect(isOneHot)
        let tokens = rows.argmax().int32Scalars
        for column in 0..<200 {
          let string = (0..<6).map { tokens[$0 * 200 + column] }
          let end = string.firstIndex(of: 0) ?? 6
          #expect(string[end...].allSatisfy { $0 == 0 })
        }
      }
      let relaxed = GumbelSoftmaxEstimator<OneHotCategorical<Tensor>>(temperature: Tensor(1))
      let soft = generator.strings(batch: 9, draw: .surrogate(relaxed), key: Self.key).rows
      let distance = GumbelTensors.abs(soft.sum(along: -1) - 1).max().scalar
      #expect(distance < 1e-5)
    }
  }

  /// The log-probabilities of what is drawn are those that the model has for it.
  @Test func logProbabilitiesAreTheModels() throws {
    let generator = try TextGAN(Sums.settings(), key: Self.key).generator
    let (rows, logProbabilities) = generator.strings(batch: 50, draw: .exact, key: Self.key)
    let tokens = rows.argmax()
    let total = generator.negativeLogLikelihood(of: tokens, key: Self.key).scalar
    let ends = tokens.int32Scalars.count { $0 == 0 }
    let strings = Sums.drawn(generator, 50, key: Self.key)
    // Symbols, and the end of those that have one.
    let symbols = strings.reduce(0) { $0 + $1.count }
    let counted = symbols + strings.count { $0.count < Sums.length }
    #expect(ends == 300 - symbols)
    #expect(Swift.abs(total * Float(counted) + logProbabilities.sum().scalar) < 1e-2)
  }

  /// Each estimator and each penalty at least once.
  @Test func compiledAndEagerRoundsAgreeToTheBit() throws {
    let names = TextGAN.Settings.estimatorNames
    let penalties = TextGAN.Settings.Penalty.allCases
    for (index, kind) in TextGAN.Settings.DiscriminatorKind.allCases.enumerated() {
      for (other, penalty) in penalties.enumerated() {
        var settings = Sums.settings(hidden: 4)
        (settings.discriminatorKind, settings.penalty) = (kind, penalty)
        settings.loss = TextGAN.Settings.Loss.allCases[(index + other) % 3]
        settings.estimator = names[(index * penalties.count + other) % names.count]
        settings.batchSize = 4
        settings.latentWidth = other % 2 * 2
        let ends = try [true, false].map { compiled in
          var plan = Sums.plan(settings, epochs: 2, rounds: 2, pretrainingEpochs: 1)
          plan.discriminatorSteps = 1 + other % 2
          plan.gradientNorm = other % 2 == 0 ? nil : 0.1
          var training = try Training(settings, plan: plan, key: Self.key)
          _ = try training.run(on: { _ in Sums.strings }, compiled: compiled)
          return training.tensors
        }
        let isSame = zip(ends[0], ends[1]).allSatisfy { haveSameBits($0, $1) }
        #expect(isSame)
      }
    }
  }

  /// Stopped after any round, within pretraining too, and taken up from its tensors by another value.
  @Test func aResumedRunEndsInTheSameBits() throws {
    let settings = Sums.settings(hidden: 4)
    let plan = Sums.plan(settings, epochs: 3, rounds: 12, pretrainingEpochs: 1)
    let whole = try train(settings, plan, seed: 4)
    for stop in [5, 12, 29] {
      var first = try TextGANTraining(settings, plan: plan, key: RandomKey(4))
      var loop = TrainingLoop(epochs: 3, stepsPerEpoch: 12)
      var count = 0
      loop.shouldStop = {
        count += 1
        return count == stop
      }
      let isDone = try first.run(on: { _ in Sums.strings }, loop: loop)
      #expect(!isDone)
      #expect(first.stepsDone == stop)
      var saved = first.tensors.makeIterator()
      var second = try TextGANTraining(settings, plan: plan, key: RandomKey(99))
      second.updateEach { $0 = saved.next()! }
      second.restore(stepsDone: first.stepsDone, history: first.history)
      loop.shouldStop = { false }
      let isComplete = try second.run(on: { _ in Sums.strings }, loop: loop)
      #expect(isComplete)
      let isSame = zip(whole.tensors, second.tensors).allSatisfy { haveSameBits($0, $1) }
      #expect(isSame)
      #expect(second.history == whole.history)
    }
  }

  /// What is measured after an epoch is abandoned, and made by who goes on.
  @Test func anAbandonedEndOfAnEpochIsMadeLater() throws {
    let settings = Sums.settings(hidden: 4)
    let plan = Sums.plan(settings, epochs: 2, rounds: 3)
    let loop = TrainingLoop(epochs: 2, stepsPerEpoch: 3)
    let whole = try train(settings, plan, seed: 4)
    for stop in [3, 6] {
      var first = try TextGANTraining(settings, plan: plan, key: RandomKey(4))
      let isDone = try first.run(
        on: { _ in Sums.strings }, loop: loop,
        endOfEpoch: { training in
          if training.stepsDone == stop { throw Interruption.Abandoned() }
          return Measurements()
        })
      #expect(!isDone && first.isEpochOpen && first.history.count == stop / 3 - 1)
      var saved = first.tensors.makeIterator()
      var second = try TextGANTraining(settings, plan: plan, key: RandomKey(99))
      second.updateEach { $0 = saved.next()! }
      second.restore(stepsDone: stop, history: first.history, isEpochOpen: true)
      let isComplete = try second.run(on: { _ in Sums.strings }, loop: loop)
      #expect(isComplete)
      let isSame = zip(whole.tensors, second.tensors).allSatisfy { haveSameBits($0, $1) }
      #expect(isSame)
      #expect(second.history == whole.history)
    }
  }

  @Test func nothingIsForgotten() throws {
    for kind in TextGAN.Settings.DiscriminatorKind.allCases {
      var settings = Sums.settings(hidden: 4)
      settings.discriminatorKind = kind
      settings.latentWidth = 2
      settings.penalty = kind == .perceptron ? .real : .spectral
      let gan = try TextGAN(settings, key: Self.key)
      let problems = forgottenParts(in: gan)
      #expect(problems == [])
      let names = gan.namedTensors.map(\.name)
      #expect(Set(names).count == names.count)
      #expect(names.contains("generator.conditioning.weight"))
    }
  }

  @Test func variety() {
    // "a", "ab", "ab", "" and "ba": four of five are different, and there are as many a as b but one.
    let tokens = Tensor(int32: [1, 1, 1, 0, 2, 0, 2, 2, 2, 1], shape: [2, 5])
    let found = TextVariety(of: tokens)
    #expect(found.uniqueShare == 0.8)
    let expected = -(4.0 / 7 * logarithm(4.0 / 7) + 3.0 / 7 * logarithm(3.0 / 7)) / logarithm(2)
    #expect(Swift.abs(found.symbolEntropy - expected) < 1e-12)
    let same = TextVariety(of: Tensor(int32: [1, 1, 0, 0], shape: [2, 2]))
    #expect(same.symbolEntropy == 0)
    #expect(same.uniqueShare == 0.5)
  }
}
