import Gumbel

/// A run of `gumbel vae train`: trains, measures after every epoch, logs and saves.
final class VAETrainer {
  let run: VAERun
  /// The test images as the likelihood wants them.
  let test: ImageSet
  private(set) var training: VAETraining
  private(set) var epochs: [VAEEpoch] = []
  private var batches: ImageBatches
  private let directory: RunDirectory?
  private let log: MetricsLog
  private let key: RandomKey

  /// Begins a run, or takes it up where its directory has it.
  init(
    _ run: VAERun, images: ImageSplit, binarisation: Binarisation, directory: RunDirectory?,
    isResumed: Bool
  ) throws {
    key = RandomKey(run.seed)
    training = try run.makeTraining()
    var position: RunDirectory.Position?
    if let directory {
      if isResumed, let text = try directory.settings() {
        let earlier = try VAERun(json: text, path: directory.settingsPath)
        try run.checkContinues(earlier, path: directory.path)
        position = try directory.restore(&training)
        self.run = earlier
      } else {
        try directory.writeSettings(JSON.text(of: run))
        self.run = run
      }
      log = try directory.openLog(at: position)
    } else {
      self.run = run
      log = MetricsLog([])
    }
    if let directory, let position {
      epochs = try JSONLinesLog.read(directory.metricsPath).compactMap(VAEEpoch.init)
      training.restore(
        stepsDone: position.step,
        history: epochs.map { epoch in
          VAETraining.Metrics(
            loss: Float(-epoch.train.bound), reconstruction: Float(epoch.train.reconstruction),
            divergence: Float(epoch.train.kl))
        })
    }
    self.directory = directory
    batches = ImageBatches(
      images.train, batchSize: run.batchSize, binarisation: binarisation,
      key: key.folding(in: "batches"))
    test = images.test.binarisedForTesting(binarisation)
  }

  var seconds: Double { log.seconds }

  /// Trains to the end of the plan; false if it was stopped before.
  func train(showingProgress: Bool) throws -> Bool {
    let plan = run.plan
    var loop = TrainingLoop(epochs: plan.epochs, stepsPerEpoch: plan.stepsPerEpoch)
    if showingProgress {
      loop.progress = ProgressBar(
        title: "training", unit: "images", itemsPerStep: run.batchSize)
    }
    return try training.run(
      on: { self.batches.batch($0).pixels }, loop: loop,
      report: { self.shown(try $0.metricsOfEpoch(), step: $0.stepsDone) },
      save: { try self.directory?.save($0, step: $0.stepsDone) },
      endOfEpoch: {
        let epoch = try self.measure($0)
        self.epochs.append(epoch)
        try self.log.write(step: epoch.steps, epoch: epoch.epoch, epoch.values)
        return self.shown($0.history.last!, step: $0.stepsDone)
          + [(name: "test bound", value: epoch.test.bound)]
      })
  }

  private func shown(
    _ metrics: VAETraining.Metrics, step: Int
  ) -> [(name: String, value: Double)] {
    [
      (name: "bound", value: -Double(metrics.loss)), ("kl", Double(metrics.divergence)),
      ("temperature", run.plan.temperature(step)),
    ]
  }
}

extension ImageSet {
  /// Black and white pixels drawn once, and for every run the same, so that runs can be compared.
  func binarisedForTesting(_ binarisation: Binarisation) -> ImageSet {
    binarised(binarisation, key: RandomKey(0).folding(in: "test images"))
  }
}
