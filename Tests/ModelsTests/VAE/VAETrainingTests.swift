import Models
import Tensors
import Testing
import Training
import _TestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

@Suite struct VAETrainingTests {
  private func train(_ plan: VAE.Plan, compiled: Bool = true) throws -> VAETraining {
    var training = try VAETraining(plan, key: RandomKey(5))
    let loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    let isDone = try training.run(
      on: { Patterns.batch(step: $0) }, loop: loop, compiled: compiled)
    #expect(isDone)
    return training
  }

  /// Without latent variables 16 pixels cost about 11 nats.
  private func learns(_ settings: VAE.Settings, by least: Float = 0.5) throws {
    let plan = Patterns.plan(settings, epochs: 6, steps: 50)
    let history = try train(plan).history
    let (first, last) = (history.first!, history.last!)
    let improves = last.loss < first.loss - least
    #expect(improves, "\(settings.latents.text) \(settings.estimator): \(history.map(\.loss))")
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

  private func variantPlan(_ i: Int) -> VAE.Plan {
    let (latents, change) = Self.variants[i]
    var plan = Patterns.plan(Patterns.settings(latents, change), epochs: 3, steps: 4)
    plan.temperature = .exponential(from: 1, rate: 0.1, floor: 0.5, every: 3)
    plan.learningRate = .cosine(from: 0.01, to: 0.001, over: 12)
    plan.divergenceWeight = .linear(from: 0.1, to: 1, over: 8)
    return plan
  }

  @Test(arguments: variants.indices) func compiledAndEagerStepsAgreeToTheBit(_ i: Int) throws {
    let compiled = try train(variantPlan(i))
    let eager = try train(variantPlan(i), compiled: false)
    #expect(haveSameBits(compiled, eager))
    #expect(compiled.history == eager.history)
  }

  @Test(arguments: variants.indices) func aResumedTrainingEndsInTheSameBits(_ i: Int) throws {
    let plan = variantPlan(i)
    let unbroken = try train(plan)
    var loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    var steps = 0
    loop.shouldStop = {
      steps += 1
      return steps == 6
    }
    var first = try VAETraining(plan, key: RandomKey(5))
    let isDone = try first.run(on: { Patterns.batch(step: $0) }, loop: loop)
    #expect(!isDone && first.stepsDone == 6 && first.history.count == 1)

    let bytes = try Checkpoint.bytes(of: first)
    var second = try VAETraining(plan, key: RandomKey(0))
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
    let plan = variantPlan(0)
    let loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    func run(_ training: inout VAETraining, abandoning step: Int?) throws -> (Bool, [Int]) {
      var measured: [Int] = []
      let isDone = try training.run(
        on: { Patterns.batch(step: $0) }, loop: loop,
        endOfEpoch: { training in
          if training.stepsDone == step { throw Interruption.Abandoned() }
          #expect(training.history.count * plan.stepsPerEpoch == training.stepsDone)
          measured.append(training.stepsDone)
        })
      return (isDone, measured)
    }
    let unbroken = try train(plan)
    var first = try VAETraining(plan, key: RandomKey(5))
    let (isDone, measured) = try run(&first, abandoning: stop)
    #expect(!isDone && first.isEpochOpen && first.stepsDone == stop)
    #expect(first.history.count == measured.count && !measured.contains(stop))

    var second = try VAETraining(plan, key: RandomKey(0))
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
    let plan = Patterns.plan(Patterns.settings("categorical:3x4"), epochs: 2, steps: 10)
    var training = try VAETraining(plan, key: RandomKey(5))
    let loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    do {
      _ = try training.run(
        on: { Patterns.batch(step: $0) * ($0 == 13 ? .nan : 1) }, loop: loop)
      Issue.record("no error")
    } catch let error as VAETrainingError {
      #expect(error.step == 13)
      let isNamed = error.description.hasPrefix("step 13: the reconstruction became ")
      #expect(isNamed, "\(error)")
    }
  }

  @Test func aPlanIsWrittenAndReadBack() throws {
    let plan = variantPlan(3)
    let text = try JSONEncoder().encode(plan)
    let again = try JSONDecoder().decode(VAE.Plan.self, from: text)
    #expect(again == plan)
  }
}
