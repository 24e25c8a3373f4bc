import ArgumentParser
import SwiftGumbel

/// The trainings of a comparison: one an estimator and seed, all with the same budget.
struct Comparison {
  let settings: CompareResult.Settings
  let latent: VAE.Latent
  let networks: (encoder: VAE.Network, decoder: VAE.Network)
  /// Black and white.
  let train, test: ImageSet
  let showsProgress: Bool

  /// How many test images the curves are of.
  private static let curveImages = 1000

  /// Thrown to end an evaluation.
  private struct Stopped: Error {}

  /// Trains and measures; nil where it was stopped.
  func run(
    _ contender: CompareContender, seed: UInt64, learningRate: Double
  ) throws -> CompareResult.Run? {
    // The same batches and first weights for all estimators.
    let key = RandomKey(seed)
    var batches = ImageBatches(
      self.train, batchSize: settings.batchSize, binarisation: .none,
      key: key.folding(in: "batches"))
    var loop = TrainingLoop(epochs: settings.epochs, stepsPerEpoch: batches.batchesPerEpoch)
    let title = "\(contender.name), seed \(seed)"
    if showsProgress { loop.observers = [ProgressBar(title: title)] }
    var watch = EpochWatch(stepsPerEpoch: loop.stepsPerEpoch)
    var curve: [Double] = []
    let evaluationKey = key.folding(in: "evaluation")
    var plan = DescentPlan(epochs: settings.epochs, stepsPerEpoch: loop.stepsPerEpoch)
    plan.learningRate = .constant(learningRate)
    plan.temperature = contender.temperature(settings.task, rate: settings.annealRate)
    func train<Model: LossModel>(
      _ training: Training<Descent<Model, Adam>>,
      bounds: (_ model: Model, _ images: Int, _ samples: Int, _ title: String?) throws -> (
        bound: Double, sampled: Double
      )
    ) throws -> CompareResult.Run? where Model.Batch == Tensor {
      var training = training
      func measure(_ training: Training<Descent<Model, Adam>>) throws -> Measurements {
        watch.end()
        defer { watch.begin() }
        curve.append(
          try bounds(training.model, min(Self.curveImages, test.count), 1, nil).bound)
        return Measurements()
      }
      watch.begin()
      let isDone =
        if Device.default.isHost {
          try training.run(on: { batches.batch($0).pixels }, loop: loop, endOfEpoch: measure)
        } else {
          try training.run(on: ImageTensors(batches), loop: loop, endOfEpoch: measure)
        }
      guard isDone else { return nil }
      let found = try bounds(training.model, settings.testImages, settings.samples, title)
      return CompareResult.Run(
        estimator: contender.name, seed: seed, learningRate: learningRate, bound: found.bound,
        sampledBound: found.sampled, testBounds: curve,
        trainingLosses: training.history.map { Double($0[0]) },
        secondsPerStep: watch.secondsPerStep)
    }
    do {
      switch settings.task {
      case .vae:
        return try train(
          Training(vaeSettings(contender), plan: plan, key: key.folding(in: "training"))
        ) { vae, images, samples, title in
          let found = try vae.evaluate(
            count: images, samples: samples, key: evaluationKey,
            pixels: { test.tensor(of: $0) }, progress: evaluationProgress(title, of: images))
          return (found.bound, found.importanceWeightedBound)
        }
      case .structured:
        let network = try StructuredPrediction(
          structuredSettings(contender), key: key.folding(in: "network"))
        return try train(
          Training(Descent(network, plan: plan), key: key.folding(in: "training"))
        ) { network, images, samples, title in
          let found = try network.evaluate(
            count: images, samples: samples, key: evaluationKey,
            image: { test.tensor(of: $0...$0) }, progress: evaluationProgress(title, of: images))
          return (found.bound, found.sampledBound)
        }
      }
    } catch is Stopped {
      return nil
    }
  }

  // MARK: - Networks

  func vaeSettings(_ contender: CompareContender) -> VAE.Settings {
    var settings = VAE.Settings(image: train.shape)
    settings.latents = [latent]
    settings.encoder = networks.encoder
    settings.decoder = networks.decoder
    settings.estimator = contender.estimator
    if contender.estimator == "vimco" { settings.boundSamples = 2 }
    return settings
  }

  func structuredSettings(_ contender: CompareContender) -> StructuredPrediction.Settings {
    var settings = StructuredPrediction.Settings(image: train.shape)
    settings.layers = [latent, latent]
    settings.estimator = contender.estimator
    return settings
  }

  /// Throws unless all networks can be made.
  func check(_ contenders: [CompareContender]) throws {
    for contender in contenders {
      do {
        let size: NetworkSize
        switch settings.task {
        case .vae:
          let wanted = vaeSettings(contender)
          try wanted.validate()
          size = wanted.size(batch: settings.batchSize)
        case .structured:
          let wanted = structuredSettings(contender)
          try wanted.validate()
          size = wanted.size(batch: settings.batchSize)
        }
        try OptionChecks.memory(for: size, "--encoder, --decoder, --latent or --batch-size")
      } catch let error as ValidationError {
        throw error
      } catch {
        throw ValidationError("--estimator \(contender.name): \(error)")
      }
    }
  }

  // MARK: - Measuring

  private func evaluationProgress(_ title: String?, of images: Int) -> (Int) throws -> Void {
    let bar = showsProgress ? title.map { ProgressBar(title: "measuring \($0)") } : nil
    bar?.start(at: 0, of: images)
    return { done in
      bar?.update(done, metrics: [])
      if done == images { bar?.finish() }
      if Interruption.isRequested { throw Stopped() }
    }
  }
}

/// The time of a step: the median over epochs, without what is measured between them.
private struct EpochWatch {
  let stepsPerEpoch: Int
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant?
  private var epochs: [Double] = []

  init(stepsPerEpoch: Int) { self.stepsPerEpoch = stepsPerEpoch }

  mutating func begin() { start = clock.now }

  mutating func end() {
    guard let start else { return }
    epochs.append((clock.now - start) / .seconds(1) / Double(stepsPerEpoch))
  }

  var secondsPerStep: Double {
    let sorted = epochs.sorted()
    return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
  }
}
