import ArgumentParser
import Gumbel

struct VAETrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a variational autoencoder on images.",
    discussion: """
      Trains on the training images of DATA and measures after every epoch on its test images, \
      with hard samples: bound, reconstruction and KL are in nats an image, and \
      bound = -(reconstruction + kl) is a lower bound of log p(x), so that more is better.

      The directory of --checkpoint holds settings.json, checkpoint.safetensors, metrics.jsonl \
      and event files for TensorBoard. A run that was stopped, whether by Ctrl-C, kill -9 or a \
      power cut, goes on with the same command and --resume, to the same bits.

      EXAMPLES
        gumbel vae train fashion-mnist --checkpoint run
        gumbel vae train fashion-mnist --checkpoint run --resume
        gumbel vae train fashion-mnist --latent bernoulli:200 --estimator reinmax
        gumbel vae train digits.csv.gz --latent gaussian:8+categorical:10x10
        gumbel vae train photos/ --likelihood gaussian --encoder conv:32,64
      """)

  @OptionGroup(title: "Data") var source: VAEDataOptions
  @Option(
    help: ArgumentHelp(
      "Make pixels black or white: none, threshold (at 0.5, or as threshold:0.3), fixed (drawn "
        + "once) or dynamic (drawn anew each epoch; the default, but none with --likelihood "
        + "gaussian).",
      valueName: "how"))
  var binarise: String?
  @OptionGroup(title: "Network") var network: VAENetworkOptions
  @OptionGroup(title: "Training") var schedule: VAEPlanOptions
  @Option(parsing: .unconditional, help: "The same seed gives the same bits.") var seed: UInt64 = 42

  @OptionGroup var keeping: RunOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Draws a test image for the importance-weighted bound at the end.", valueName: "m"))
  var testSamples = 100
  @Option(
    help: ArgumentHelp(
      "Write the result as JSON; - for JSON alone on standard output.", valueName: "path"))
  var json: String?
  @Option(
    help: ArgumentHelp("Draw the bounds of every epoch: an .svg or .png file.", valueName: "path"))
  var plot: String?
  @Option(help: ArgumentHelp("Write a page with pictures and numbers: .html.", valueName: "path"))
  var report: String?
  @Flag(name: .shortAndLong, help: "Show no progress.") var quiet = false

  func run() throws {
    try checkOptions()
    let images = try source.load()
    let settings = try network.settings(image: images.train.shape)
    let run = VAERun(
      images: VAERun.Images(images), binarisation: binarisation(settings).text,
      batchSize: schedule.batchSize, seed: seed,
      plan: try schedule.plan(settings, imageCount: images.train.count),
      command: RunOptions.beginning)
    let trainer = try VAETrainer(
      run, images: images, binarisation: binarisation(settings),
      directory: keeping.directory())
    let finished = try trainer.train(
      showingProgress: !quiet, savingEvery: keeping.saveInterval)

    let evaluation = finished ? try trainer.evaluate(samples: testSamples, quiet: quiet) : nil
    let result = trainer.result(evaluation)
    try write(result, trainer)
    if !finished || Interruption.isRequested {
      try keeping.explainStop(after: trainer.training.stepsDone, of: trainer.run.steps)
    }
  }

  // MARK: - Options

  /// All mistakes that can be found before the images are read.
  private func checkOptions() throws {
    try keeping.check()
    try OptionChecks.count(testSamples, "--test-samples", upTo: 1_000_000)
    try schedule.check()
    _ = try network.settings(image: VAE.ImageShape(height: 28, width: 28))
    if let binarise, Binarisation(text: binarise) == nil {
      throw CommandFailure(
        "--binarise \(binarise): expected none, threshold, threshold:x with x from 0 to 1, fixed "
          + "or dynamic")
    }
    try OptionChecks.outputs(json: json, plot: plot, report: report)
  }

  private func binarisation(_ settings: VAE.Settings) -> Binarisation {
    binarise.flatMap(Binarisation.init(text:))
      ?? (settings.likelihood == .bernoulli ? .dynamic : .none)
  }

  // MARK: - Results

  private func write(_ result: VAETrainResult, _ trainer: VAETrainer) throws {
    let pictures = VAEPictures(epochs: result.history)
    if let plot { try pictures.figure.write(to: plot) }
    if let report {
      let page = VAEReport(
        run: trainer.run, result: result, pictures: pictures, gallery: trainer.gallery())
      try AtomicFile.write(page.html, to: report)
    }
    try JSON.write(result, to: json, or: result.table)
  }
}
