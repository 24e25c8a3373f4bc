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

  @Option(
    help: ArgumentHelp("Keep the run in this directory.", valueName: "directory"))
  var checkpoint: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Save within epochs too, when so many seconds have passed since the last time; after every "
        + "epoch it is saved anyway.", valueName: "seconds"))
  var saveEvery = 60.0
  @Flag(help: "Go on where the run in the directory stopped.") var resume = false
  @Flag(help: "Begin anew, and lose the run in the directory.") var overwrite = false
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
    Interruption.handleSignals()
    let images = try source.load()
    let settings = try network.settings(image: images.train.shape)
    let run = VAERun(
      images: VAERun.Images(images), binarisation: binarisation(settings).text,
      batchSize: schedule.batchSize, seed: seed,
      plan: try schedule.plan(settings, imageCount: images.train.count),
      command: Array(CommandLine.arguments.dropFirst()))
    let directory = try checkpoint.map { path in
      try RunDirectory(path, resume ? .resume : overwrite ? .overwrite : .new)
    }
    let trainer = try VAETrainer(
      run, images: images, binarisation: binarisation(settings), directory: directory,
      isResumed: resume)
    let finished = try trainer.train(
      showingProgress: !quiet, savingEvery: .seconds(saveEvery))

    let evaluation = finished ? try trainer.evaluate(samples: testSamples, quiet: quiet) : nil
    let result = trainer.result(evaluation)
    try write(result, trainer)
    if !finished || Interruption.isRequested { try explainStop(trainer) }
  }

  // MARK: - Options

  /// All mistakes that can be found before the images are read.
  private func checkOptions() throws {
    if checkpoint == nil {
      for (name, isGiven) in [("--resume", resume), ("--overwrite", overwrite)] where isGiven {
        throw CommandFailure("\(name): expected --checkpoint with the directory of a run")
      }
    }
    if resume, overwrite {
      throw CommandFailure("--resume and --overwrite: expected one of them")
    }
    try OptionChecks.count(testSamples, "--test-samples", upTo: 1_000_000)
    try OptionChecks.notNegative(saveEvery, "--save-every", upTo: 1e9)
    try schedule.check()
    _ = try network.settings(image: VAE.ImageShape(height: 28, width: 28))
    if let binarise, Binarisation(text: binarise) == nil {
      throw CommandFailure(
        "--binarise \(binarise): expected none, threshold, threshold:x with x from 0 to 1, fixed "
          + "or dynamic")
    }
    if let plot, !Figure.hasForm(path: plot) {
      throw CommandFailure("--plot \(plot): expected a name that ends in .svg or .png")
    }
    for path in [json == "-" ? nil : json, plot, report] {
      if let path { try AtomicFile.checkWritable(path) }
    }
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
    if let json, json != "-" { try AtomicFile.write(JSON.text(of: result) + "\n", to: json) }
    print(json == "-" ? try JSON.text(of: result) : result.table)
  }

  private func explainStop(_ trainer: VAETrainer) throws {
    let training = trainer.training
    let progress = "stopped after \(training.stepsDone) of \(trainer.run.plan.steps) steps"
    let advice =
      checkpoint == nil
      ? "" : "; go on with the same command and --resume"
    StandardError.print("gumbel: \(progress)\(advice)")
    throw ExitCode(130)
  }
}
