import SwiftGumbel

/// A run of `gumbel vae train`: trains, measures after every epoch, logs and saves.
final class VAETrainer {
  let run: VAERun
  let training: Run<Descent<VAE, Adam>, VAEMeasurement>
  /// The test images as they are, and as the likelihood wants them.
  private let originals, test: ImageSet
  private var batches: ImageBatches
  private let key: RandomKey

  /// Begins a run, or takes it up where its directory has it.
  ///
  /// - Parameters:
  ///   - directory: takes the directory, once it is known that the run can be made.
  ///   - epochs: how many were asked for.
  ///   - wanted: the run that the options ask for, with so many epochs.
  init(
    images: ImageSplit, binarisation: Binarisation, directory: () throws -> RunDirectory?,
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
  }

  private var vae: VAE { training.training.model }

  /// Trains to the end of the plan; false if it was stopped before.
  func train(showingProgress: Bool, savingEvery interval: Duration) throws -> Bool {
    training.saveInterval = interval
    let progress = run.progressBar(showingProgress, "images")
    training.observers = progress.map { [$0] } ?? []
    func measureEpoch(_ training: Training<Descent<VAE, Adam>>) throws -> VAEMeasurement {
      let measured = try measure(training)
      progress?.note(
        measured.line(epoch: training.stepsDone / run.stepsPerEpoch, of: run.epochs))
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
    let found = try training.model.evaluate(
      count: test.count, key: key.folding(in: "test").folding(in: step),
      pixels: { test.tensor(of: $0) }, progress: { _ in try Interruption.check() })
    return VAEMeasurement(
      temperature: run.plan.temperature(step - 1), learningRate: run.plan.learningRate(step - 1),
      train: VAEBound(
        bound: -Double(means[0]), reconstruction: Double(means[1]), kl: Double(means[2])),
      test: VAEBound(
        bound: found.bound, reconstruction: found.reconstruction, kl: found.divergence))
  }

  // MARK: - Results

  /// The bounds on the test images; nil if that was stopped.
  func evaluate(samples: Int, quiet: Bool) throws -> VAEEvaluationResult? {
    try VAEEvaluationResult.measure(
      vae, on: test, samples: samples, key: RandomKey(0), quiet: quiet)
  }

  func result(_ evaluation: VAEEvaluationResult?) -> VAETrainResult {
    VAETrainResult(
      epochs: training.epochs.count, steps: training.training.stepsDone,
      trainingSeconds: training.seconds, parameters: vae.parameterCount, seed: run.seed,
      settings: run.settingsByName, test: evaluation, history: training.epochs)
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
