import SwiftGumbel

/// The images of a run.
struct VAEData {
  let train, test: ImageSet
  /// What is held out of the training images; nil for nothing.
  let validation: ImageSet?
}

/// A run of `gumbel vae train`: trains, measures after every epoch, logs and saves.
final class VAETrainer: GroupedTrainer {
  typealias Command = VAETrainCommand
  let run: VAERun
  let training: Run<Descent<VAE, Adam>, VAEMeasurement>
  /// The test images as they are, and as the likelihood wants them.
  private let originals, test: ImageSet
  private let heldOut: ImageSet?
  private var batches: ImageBatches
  private let key: RandomKey

  /// Begins a run, or takes it up where its directory has it.
  ///
  /// - Parameters:
  ///   - directory: takes the directory, once it is known that the run can be made.
  ///   - epochs: how many were asked for.
  ///   - wanted: the run that the options ask for, with so many epochs.
  init(
    images: VAEData, binarisation: Binarisation, directory: () throws -> RunDirectory?,
    epochs: Int?, _ wanted: (Int?) throws -> VAERun
  ) throws {
    try wanted(epochs).checkMemory()
    let directory = try directory()
    run = try VAERun.begun(in: directory, epochs: epochs, wanted)
    training = try run.open(in: directory, run.makeTraining)
    key = RandomKey(run.seed)
    batches = ImageBatches(
      images.train, batchSize: run.batchSize, binarisation: binarisation,
      key: key.folding(in: "batches"))
    originals = images.test
    test = originals.binarisedForTesting(binarisation)
    heldOut = images.validation?.binarisedForTesting(binarisation)
    if let validation = run.validation {
      try training.keepBest(validation.stopping, by: Self.loss)
    }
  }

  private static func loss(_ measured: VAEMeasurement) -> Double {
    measured.validation.map { -$0.bound } ?? .nan
  }

  /// The network whose results are asked for.
  private var vae: VAE { (training.best ?? training.training).model }

  func train(
    _ view: TrainingView, savingEvery interval: Duration, until deadline: ContinuousClock.Instant?
  ) throws -> Bool {
    (training.saveInterval, training.observers) = (interval, view.observers)
    training.deadline = deadline
    training.showsWeights = view.showsWeights
    func measureEpoch(_ training: Training<Descent<VAE, Adam>>) throws -> VAEMeasurement {
      let measured = try measure(training)
      view.note(measured.line(epoch: training.stepsDone / run.stepsPerEpoch, of: run.epochs))
      return measured
    }
    if Device.default.isHost {
      return try training.train(
        on: { self.batches.batch($0).pixels }, measure: measureEpoch, attachments: pictures)
    }
    return try training.train(
      on: ImageTensors(batches), measure: measureEpoch, attachments: pictures)
  }

  /// Pictures of an epoch, for TensorBoard.
  private func pictures(
    _ training: Training<Descent<VAE, Adam>>, _: VAEMeasurement
  ) throws -> Attachments {
    let gallery = gallery(of: training.model, usage: false)
    return Attachments(images: [
      ("samples", try gallery.samples.bitmap().png()),
      ("reconstructions", try gallery.reconstructions.bitmap().png()),
    ])
  }

  /// Measures after an epoch; abandoned when a stop is asked for.
  private func measure(_ training: Training<Descent<VAE, Adam>>) throws -> VAEMeasurement {
    let (step, means) = (training.stepsDone, training.history.last!)
    func bound(on images: ImageSet, _ name: String) throws -> VAEBound {
      let found = try training.model.evaluate(
        count: images.count, key: key.folding(in: name).folding(in: step),
        pixels: { images.tensor(of: $0) }, progress: { _ in try Interruption.check() })
      return VAEBound(
        bound: found.bound, reconstruction: found.reconstruction, kl: found.divergence)
    }
    return VAEMeasurement(
      temperature: run.plan.temperature(step - 1), learningRate: run.plan.learningRate(step - 1),
      train: VAEBound(
        bound: -Double(means[0]), reconstruction: Double(means[1]), kl: Double(means[2])),
      test: try bound(on: test, "test"),
      validation: try heldOut.map { try bound(on: $0, "validation") })
  }

  // MARK: - Results

  static let validationMeasure = (name: "validation bound", moreIsBetter: true)

  var stepsDone: Int { training.training.stepsDone }
  var seconds: Double { training.seconds }
  var parameters: Int { vae.parameterCount }
  var isTimeOver: Bool { training.isTimeOver }
  var validationCurve: [Double] { training.epochs.map { -Self.loss($0.measured) } }

  var validation: ValidationResult? {
    ValidationResult(
      run.validation, training.stopping, value: { -$0 }, endedEarly: training.hasEndedEarly)
  }

  func finalMeasures(_ command: VAETrainCommand) throws -> [GroupResult.Measure]? {
    try evaluate(samples: command.testSamples, quiet: true).map { found in
      [
        ("test bound", found.bound),
        ("test bound of \(counted(found.samples, "draw"))", found.importanceWeightedBound),
        ("test reconstruction", found.reconstruction), ("test KL", found.kl),
      ].map { GroupResult.Measure(name: $0.0, value: $0.1) }
    }
  }

  /// The bounds on the test images; nil if that was stopped.
  func evaluate(samples: Int, quiet: Bool) throws -> VAEEvaluationResult? {
    try training.shareBest()
    return try VAEEvaluationResult.measure(
      vae, on: test, samples: samples, key: RandomKey(0), quiet: quiet)
  }

  func result(_ evaluation: VAEEvaluationResult?) -> VAETrainResult {
    VAETrainResult(
      epochs: training.epochs.count, steps: training.training.stepsDone,
      trainingSeconds: training.seconds, parameters: vae.parameterCount, seed: run.seed,
      settings: run.settingsByName, validation: validation, test: evaluation,
      history: training.epochs)
  }

  /// Pictures of the network as it now is; of how its codes are used only where there is time to go
  /// through all images.
  func gallery(usage: Bool) -> VAEGallery { gallery(of: vae, usage: usage) }

  private func gallery(of vae: VAE, usage: Bool) -> VAEGallery {
    VAEGallery(
      of: vae, on: test, originals: originals, key: key.folding(in: "pictures"), usage: usage)
  }
}

extension ImageSet {
  /// Black and white pixels drawn once, and for every run the same, so that runs can be compared.
  func binarisedForTesting(_ binarisation: Binarisation, seed: UInt64 = 0) -> ImageSet {
    binarised(binarisation, key: RandomKey(seed).folding(in: "test images"))
  }
}
