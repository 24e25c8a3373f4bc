import ArgumentParser
import SwiftGumbel

struct VAETrainCommand: GroupedCommand {
  typealias Description = VAERun
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a variational autoencoder on images.",
    discussion: """
      Trains on the training images of DATA and measures after every epoch on its test images, \
      with hard samples: bound, reconstruction and KL are in nats an image, and \
      bound = -(reconstruction + kl) is a lower bound of log p(x), so that more is better. \
      --plot draws them.

      The directory of --checkpoint holds settings.json, checkpoint.safetensors, metrics.jsonl \
      and event files for TensorBoard. \(RunOptions.discussion())

      \(ValidationOptions.discussion)

      \(GroupOptions.discussion)

      \(ShardsOption.discussion)

      EXAMPLES
        gumbel vae train fashion-mnist --checkpoint run
        gumbel vae train --checkpoint run --resume
        gumbel vae train --checkpoint run --resume --epochs 40
        gumbel vae train fashion-mnist --checkpoint run --patience 3 --minutes 30
        gumbel vae train fashion-mnist --seeds 8 --checkpoint runs --report runs.html
        gumbel vae train mnist-5k --sweep learning-rate=1e-3,3e-3 --checkpoint runs
        gumbel vae train fashion-mnist --checkpoint run --device cuda
        gumbel vae train fashion-mnist --latent bernoulli:200 --estimator reinmax
        gumbel vae train digits.csv.gz --latent gaussian:8+categorical:10x10
        mpirun -n 4 gumbel vae train fashion-mnist --batch-size 400 --checkpoint run
        gumbel vae train photos/ --likelihood gaussian --encoder conv:32,64
      """)

  @Argument(
    help: ArgumentHelp(
      "A named set, such as fashion-mnist (gumbel data lists them), an IDX, .npy or text file, or "
        + "a folder of PNG files, or of IDX or .npy files of one size. With --resume, by default "
        + "the run's."), completion: .imageData)
  var data: String?
  @OptionGroup(title: "Data") var reading: ImageDataOptions
  @Option(
    "Make pixels black or white: none, threshold (at 0.5, or as threshold:0.3), fixed (drawn once) "
      + "or dynamic (drawn anew each epoch; the default, but none with --likelihood gaussian).",
    valueName: "how", completion: .list(["none", "threshold", "fixed", "dynamic"]))
  var binarise: String?
  @OptionGroup(title: "Network") var network: VAENetworkOptions
  @OptionGroup(title: "Training") var schedule: VAEPlanOptions
  @OptionGroup(title: "Training") var shards: ShardsOption
  @OptionGroup(title: "Choosing") var choosing: ValidationOptions
  @OptionGroup(title: "Several trainings") var group: GroupOptions
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions

  @OptionGroup var keeping: RunOptions
  @Option("Draws a test image for the importance-weighted bound at the end.", valueName: "m")
  var testSamples = 100
  @OptionGroup var results: ResultOptions
  @OptionGroup var progress: ProgressOption

  var dataArgument: String? {
    get { data }
    set { data = newValue }
  }
  var epochs: Int? {
    get { schedule.epochs }
    set { schedule.epochs = newValue }
  }

  func validate() throws {
    try OptionChecks.count(testSamples, "--test-samples", upTo: 1_000_000)
    if let binarise, Binarisation(text: binarise) == nil {
      throw ValidationError(
        "--binarise \(binarise): expected none, threshold, threshold:x with x from 0 to 1, fixed "
          + "or dynamic")
    }
    // The rest may be the run's.
    if keeping.resume { return }
    if data == nil {
      throw ValidationError(
        "no data: expected a named set, a file or a folder, or --resume with the --checkpoint of a "
          + "run")
    }
    try choosing.checkUse()
    try group.checkUse(keeping)
    // A member of a group has what is swept.
    if !group.sweep.isEmpty { return }
    try schedule.checkUse(hasTemperature: network.hasTemperature)
    _ = try network.settings(image: VAE.ImageShape(height: 28, width: 28))
    // What would be too large for images of any size.
    let smallest = try network.settings(image: VAE.ImageShape(height: 1, width: 1))
    try OptionChecks.memory(
      for: smallest.size(batch: 1), "--encoder, --decoder, --latent or --samples")
  }

  func run() throws {
    try Processes.join(Self.Description.trainer)
    if try isGroup() { return try RunGroup(self).run() }
    try continued(keeping.settings(of: VAERun.self)).train(epochs: epochs)
  }

  static let sweepable = [
    "latent", "estimator", "estimator-draws", "encoder", "decoder", "prior", "kl",
    "prior-temperature", "samples", "states", "epochs", "batch-size", "learning-rate",
    "final-learning-rate", "temperature", "final-temperature", "anneal", "anneal-rate",
    "anneal-every", "kl-weight", "kl-warm-up", "clip",
  ]

  func load(for run: VAERun?) throws -> VAEData {
    let split = try reading.load(data!, shouldStop: { Interruption.isRequested })
    let parts = try choosing.parts(
      of: split.train, count: split.train.count, "images", by: { split.train.heldOut($0, key: $1) })
    return VAEData(train: parts.train, test: split.test, validation: parts.validation)
  }

  func wanted(_ images: VAEData, epochs: Int?) throws -> VAERun {
    let settings = try network.settings(image: images.train.shape)
    let count = images.train.count
    let batchSize = schedule.batchSize(imageCount: count)
    return VAERun(
      VAERun.Content(
        images: RunData(
          images, data: data!,
          testFraction: reading.testFraction ?? ImageDataOptions.usualTestFraction),
        binarisation: binarisation(settings).text, settings: settings,
        plan: try schedule.plan(imageCount: count, epochs: epochs)),
      batchSize: batchSize, shards: try shards.number(batchSize: batchSize, "images"),
      seed: seed.number, validation: choosing.choice(among: images.validation?.count))
  }

  func makeTrainer(_ images: VAEData, epochs: Int?) throws -> VAETrainer {
    let settings = try network.settings(image: images.train.shape)
    return try VAETrainer(
      images: images, binarisation: binarisation(settings), directory: keeping.directory,
      epochs: epochs
    ) { try wanted(images, epochs: $0) }
  }

  /// - Parameter epochs: how many were asked for in this process.
  private func train(epochs: Int?) throws {
    try device.use(quiet: progress.isQuiet)
    try results.checkWritable()
    try keeping.checkDirectory()
    let trainer = try makeTrainer(load(for: nil), epochs: epochs)
    keeping.sayWhatIsKept(quiet: progress.isQuiet)
    let finished = try trainer.train(
      TrainingView(
        trainer.run.progressBar(!progress.isQuiet, "images"),
        showsWeights: keeping.histograms),
      savingEvery: keeping.saveInterval(), until: keeping.deadline)

    let evaluation =
      finished
      ? try trainer.evaluate(samples: testSamples, quiet: progress.isQuiet) : nil
    if Processes.isFirst { try write(trainer.result(evaluation), trainer) }
    if !finished {
      try keeping.explainEnd(
        isTimeOver: trainer.isTimeOver, after: trainer.stepsDone, of: trainer.run.steps)
    } else if Interruption.isRequested {
      try keeping.explainStop(after: trainer.stepsDone, of: trainer.run.steps)
    }
  }

  private func binarisation(_ settings: VAE.Settings) -> Binarisation {
    binarise.flatMap(Binarisation.init(text:))
      ?? (settings.likelihood == .bernoulli ? .dynamic : .none)
  }

  // MARK: - Results

  private func write(_ result: VAETrainResult, _ trainer: VAETrainer) throws {
    let pictures = VAEPictures(epochs: result.history)
    try results.write(
      result, or: result.table, figure: pictures.figure,
      page: VAEReport(
        run: trainer.run, result: result, pictures: pictures,
        gallery: trainer.gallery(usage: result.test != nil)
      ).html)
  }
}
