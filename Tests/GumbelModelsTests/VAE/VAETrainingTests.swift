import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct VAETrainingTests {
  private func train(
    _ settings: VAE.Settings, _ plan: DescentPlan, compiled: Bool = true
  ) throws -> Training<Descent<VAE, Adam>> {
    var training = try Training(settings, plan: plan, key: RandomKey(5))
    let isDone = try training.run(on: { Patterns.batch(step: $0) }, compiled: compiled)
    #expect(isDone)
    return training
  }

  /// Without latent variables 16 pixels cost about 11 nats.
  private func learns(_ settings: VAE.Settings, by least: Float = 0.5) throws {
    let history = try train(settings, Patterns.plan(epochs: 6, steps: 50)).history
    let improves = history.last![0] < history.first![0] - least
    #expect(improves, "\(settings.latents.text) \(settings.estimator): \(history.map(\.[0]))")
  }

  @Test(arguments: ["gaussian:4", "bernoulli:6", "categorical:3x4", "categorical:2x4+gaussian:2"])
  func everyKindOfLatentVariableLearns(_ latents: String) throws {
    try learns(Patterns.settings(latents))
    try learns(
      Patterns.settings(latents) {
        $0.prior = .learned; $0.states = .signed
      })
    try learns(
      Patterns.settings(latents) {
        $0.divergence = .relaxed; $0.boundSamples = 3
      })
    try learns(Patterns.settings(latents) { $0.likelihood = .gaussian(scale: nil) })
  }

  /// Halved three times, 6 columns become 1, which are enlarged to 8 and cut.
  @Test func convolutionsLearn() throws {
    var settings = Patterns.settings("categorical:3x4")
    settings.encoder = .convolutional([16])
    settings.decoder = .convolutional([16])
    try learns(settings)

    settings.image = VAE.ImageShape(height: 5, width: 6, channels: 3)
    settings.encoder = .convolutional([2, 3, 4])
    settings.decoder = .convolutional([4, 3, 2])
    let vae = try VAE(settings, key: RandomKey(1))
    #expect(vae.generate(2, key: RandomKey(2)).shape == [2, 90])
    #expect(vae.reconstruct(Tensor.zeros([4, 90])).shape == [4, 90])
  }

  @Test(arguments: [
    "exact", "gumbel-softmax", "straight-through-gumbel-softmax", "decoupled-straight-through",
    "straight-through", "reinmax", "gumbel-rao", "gapped-straight-through", "score-function",
    "score-function-baseline", "rloo", "rebar", "relax", "unordered-set", "vimco", "arm", "disarm",
  ])
  func everyEstimatorLearns(_ estimator: String) throws {
    let isBinary = ["arm", "disarm"].contains(estimator)
    for latents in isBinary ? ["bernoulli:3"] : ["bernoulli:3", "categorical:2x4"] {
      try learns(
        Patterns.settings(latents) {
          $0.estimator = estimator
          $0.boundSamples = estimator == "vimco" ? 4 : 1
        },
        // So few steps are too few for the variance of a score without a baseline.
        by: estimator == "score-function" ? 0.3 : 0.5)
    }
  }

  private static let variants: [(String, @Sendable (inout VAE.Settings) -> Void)] = [
    ("categorical:3x4", { _ in }),
    ("bernoulli:5", { $0.estimator = "score-function-baseline" }),
    ("bernoulli:5", { $0.estimator = "rebar" }),
    (
      "categorical:2x3+gaussian:2",
      {
        $0.divergence = .relaxed; $0.boundSamples = 2
      }
    ),
    (
      "gaussian:2+bernoulli:3",
      {
        $0.estimator = "vimco"; $0.boundSamples = 3
      }
    ),
  ]

  private func variant(_ i: Int) -> (VAE.Settings, DescentPlan) {
    let (latents, change) = Self.variants[i]
    var plan = Patterns.plan(epochs: 3, steps: 4)
    plan.temperature = .exponential(from: 1, rate: 0.1, floor: 0.5, every: 3)
    plan.learningRate = .cosine(from: 0.01, to: 0.001, over: 12)
    plan.weight = .linear(from: 0.1, to: 1, over: 8)
    return (Patterns.settings(latents, change), plan)
  }

  @Test(arguments: variants.indices) func compiledAndEagerStepsAgreeToTheBit(_ i: Int) throws {
    let (settings, plan) = variant(i)
    let compiled = try train(settings, plan)
    let eager = try train(settings, plan, compiled: false)
    #expect(haveSameBits(compiled, eager))
    #expect(compiled.history == eager.history)
  }

  @Test(arguments: variants.indices) func aResumedTrainingEndsInTheSameBits(_ i: Int) throws {
    let (settings, plan) = variant(i)
    let unbroken = try train(settings, plan)
    var loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    var steps = 0
    loop.shouldStop = {
      steps += 1
      return steps == 6
    }
    var first = try Training(settings, plan: plan, key: RandomKey(5))
    let isDone = try first.run(on: { Patterns.batch(step: $0) }, loop: loop)
    #expect(!isDone && first.stepsDone == 6 && first.history.count == 1)

    let bytes = try Checkpoint.bytes(of: first)
    var second = try Training(settings, plan: plan, key: RandomKey(0))
    _ = try Checkpoint.read(&second, bytes: bytes, path: "memory")
    second.restore(stepsDone: first.stepsDone, history: first.history)
    loop.shouldStop = { false }
    let isDoneNow = try second.run(on: { Patterns.batch(step: $0) }, loop: loop)
    #expect(isDoneNow)
    #expect(haveSameBits(unbroken, second))
    #expect(unbroken.history == second.history)
  }

  /// What is measured after an epoch is abandoned, the last one's too, and made by who goes on.
  @Test(arguments: [4, 12]) func anAbandonedEndOfAnEpochIsMadeLater(_ stop: Int) throws {
    let (settings, plan) = variant(0)
    let loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    func run(_ training: inout Training<Descent<VAE, Adam>>, abandoning step: Int?) throws -> (
      Bool, [Int]
    ) {
      var measured: [Int] = []
      let isDone = try training.run(
        on: { Patterns.batch(step: $0) }, loop: loop,
        endOfEpoch: { training in
          if training.stepsDone == step { throw Interruption.Abandoned() }
          #expect(training.history.count * plan.stepsPerEpoch == training.stepsDone)
          measured.append(training.stepsDone)
          return Measurements()
        })
      return (isDone, measured)
    }
    let unbroken = try train(settings, plan)
    var first = try Training(settings, plan: plan, key: RandomKey(5))
    let (isDone, measured) = try run(&first, abandoning: stop)
    #expect(!isDone && first.isEpochOpen && first.stepsDone == stop)
    #expect(first.history.count == measured.count && !measured.contains(stop))

    var second = try Training(settings, plan: plan, key: RandomKey(0))
    _ = try Checkpoint.read(&second, bytes: Checkpoint.bytes(of: first), path: "memory")
    second.restore(
      stepsDone: first.stepsDone, history: first.history, isEpochOpen: first.isEpochOpen)
    let (isDoneNow, rest) = try run(&second, abandoning: nil)
    #expect(isDoneNow && !second.isEpochOpen)
    #expect(measured + rest == [4, 8, 12])
    #expect(haveSameBits(unbroken, second))
    #expect(unbroken.history == second.history)
  }

  @Test func aLossThatIsNotFiniteIsReported() throws {
    let settings = Patterns.settings("categorical:3x4")
    let plan = Patterns.plan(epochs: 2, steps: 10)
    var training = try Training(settings, plan: plan, key: RandomKey(5))
    let loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    do {
      _ = try training.run(
        on: { Patterns.batch(step: $0) * ($0 == 13 ? .nan : 1) }, loop: loop)
      Issue.record("no error")
    } catch let error as TrainingError {
      #expect(error.step == 13)
      let isNamed = error.description.hasPrefix("step 13, in epoch 2: the reconstruction became ")
      #expect(isNamed, "\(error)")
    }
  }

  @Test func aPlanIsWrittenAndReadBack() throws {
    let (settings, plan) = variant(3)
    let text = try JSONEncoder().encode(plan)
    let again = try JSONDecoder().decode(DescentPlan.self, from: text)
    let same = try JSONDecoder().decode(VAE.Settings.self, from: JSONEncoder().encode(settings))
    #expect(again == plan && same == settings)
  }
}
