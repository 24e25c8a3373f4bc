import Gumbel

/// A run of `gumbel vae train`: trains, measures after every epoch, logs and saves.
final class VAETrainer {
  let run: VAERun
  /// The test images as they are, and as the likelihood wants them.
  private let originals, test: ImageSet
  private(set) var training: VAETraining
  private(set) var epochs: [VAEEpoch] = []
  private var batches: ImageBatches
  private let directory: RunDirectory?
  private let log: MetricsLog
  private let key: RandomKey

  private var progress: ProgressBar?

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
    let start = try RunStart(in: directory, epochs: epochs, wanted)
    run = start.run
    training = start.training
    log = start.log
    key = RandomKey(run.seed)
    if let position = start.position {
      self.epochs = start.records.compactMap(VAEEpoch.init)
      training.restore(
        stepsDone: position.step,
        history: self.epochs.map { epoch in
          VAETraining.Metrics(
            loss: Float(-epoch.train.bound), reconstruction: Float(epoch.train.reconstruction),
            divergence: Float(epoch.train.kl))
        }, isEpochOpen: position.isEpochOpen)
    }
    self.directory = directory
    batches = ImageBatches(
      images.train, batchSize: run.batchSize, binarisation: binarisation,
      key: key.folding(in: "batches"))
    originals = images.test
    test = originals.binarisedForTesting(binarisation)
  }

  var seconds: Double { log.seconds }

  /// Trains to the end of the plan; false if it was stopped before.
  func train(showingProgress: Bool, savingEvery interval: Duration) throws -> Bool {
    let loop = run.loop(savingEvery: interval, showing: showingProgress ? "images" : nil)
    progress = loop.progress
    return try training.run(
      on: { self.batches.batch($0).pixels }, loop: loop,
      save: {
        try self.directory?.save($0, step: $0.stepsDone, isEpochOpen: $0.isEpochOpen)
      },
      endOfEpoch: { try self.measure($0) })
  }

  /// Measures after an epoch, and logs it with pictures; abandoned when a stop is asked for.
  private func measure(_ training: VAETraining) throws {
    let (step, vae) = (training.stepsDone, training.vae)
    let metrics = training.history[training.history.count - 1]
    let found = try vae.evaluate(
      count: test.count, key: key.folding(in: "test").folding(in: step),
      pixels: { test.tensor(of: $0) }, progress: { _ in try Interruption.check() })
    let epoch = VAEEpoch(
      epoch: step / run.stepsPerEpoch, steps: step,
      temperature: run.plan.temperature(step - 1), learningRate: run.plan.learningRate(step - 1),
      train: VAEBound(
        bound: -Double(metrics.loss), reconstruction: Double(metrics.reconstruction),
        kl: Double(metrics.divergence)),
      test: VAEBound(
        bound: found.bound, reconstruction: found.reconstruction, kl: found.divergence))
    epochs.append(epoch)
    progress?.note(epoch.line(of: run.epochs))
    guard directory != nil else { return }
    try log.write(step: step, epoch: epoch.epoch, epoch.values)
    let gallery = gallery(of: vae, usage: false)
    try log.write(image: gallery.samples.bitmap().png(), named: "samples", step: step)
    try log.write(
      image: gallery.reconstructions.bitmap().png(), named: "reconstructions", step: step)
  }

  // MARK: - Results

  /// The bounds on the test images; nil if that was stopped.
  func evaluate(samples: Int, quiet: Bool) throws -> VAEEvaluationResult? {
    try VAEEvaluationResult.measure(
      training.vae, on: test, samples: samples, key: RandomKey(0), quiet: quiet)
  }

  func result(_ evaluation: VAEEvaluationResult?) -> VAETrainResult {
    VAETrainResult(
      epochs: epochs.count, steps: training.stepsDone, trainingSeconds: seconds,
      parameters: training.vae.parameterCount, seed: run.seed,
      settings: run.settingsByName,
      test: evaluation, history: epochs)
  }

  /// Pictures of the network as it now is; of how its codes are used only where there is time to go
  /// through all images.
  func gallery(usage: Bool) -> VAEGallery { gallery(of: training.vae, usage: usage) }

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
