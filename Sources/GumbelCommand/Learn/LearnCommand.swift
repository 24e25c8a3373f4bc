import ArgumentParser
import GumbelFiles
import SwiftGumbel

struct LearnCommand: TrainingCommand {
  typealias Description = LearnRun
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Learn the distribution of a stream of symbols with a GAN.",
    discussion: """
      A generator draws categories by the Gumbel-softmax trick; a discriminator tells them from \
      the stream's; both learn until the generator's distribution is the stream's.

      Without STREAM, the article's experiment runs: numbers from 0 to 4 with the probabilities \
      0, 0, 0.1, 0.3 and 0.6. With one, the file or the pipe is read: one symbol a line, or a \
      column of a table.

      The directory of --checkpoint holds settings.json, checkpoint.safetensors, metrics.jsonl \
      and event files for TensorBoard. \(RunOptions.discussion(
        saving: "after epochs by --save-every, and at the end"))

      EXAMPLES
        gumbel learn --plot article.svg
        gumbel learn pets.csv --column species --report pets.html
        fold -w1 book.txt | gumbel learn - --json learned.json
        gumbel learn clicks.txt --checkpoint clicks
        gumbel learn --checkpoint clicks --resume
      """)

  @Argument(
    help: "A file of symbols, or - for standard input, which may be endless.", completion: .file())
  var stream: String?

  @Option("The column of a table: its name, or its number from 1 (#2 is never a name).")
  var column: String?
  @OptionGroup var missing: MissingOptions
  @OptionGroup(title: "Reading a table") var table: TableOptions
  @Option("The categories, in order.", valueName: "a,b,c") var categories: String?
  @Option("Look for the categories of a pipe in so many symbols. (default: 10000)", valueName: "n")
  var discover: Int?
  @Option("Refuse streams with more categories than this.", valueName: "n")
  var maxCategories = 100_000

  @Option(
    "article (the default without STREAM) or robust (the default with one).", valueName: "name")
  var preset: StreamGAN.Preset?
  @OptionGroup(title: "Hyperparameters (by default the preset's)") var options: PlanOptions
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @Flag(help: "Run operation by operation instead of compiling: slower, the same bits.")
  var eager = false

  @OptionGroup var results: ResultOptions
  @Option(
    "The colours of the heat map range from -x to x; auto for the largest error. (default: 2)",
    valueName: "x|auto")
  var plotRange: PlotRange?
  @OptionGroup var keeping: RunOptions
  @OptionGroup var progress: ProgressOption

  static let dataName = "STREAM"
  var dataArgument: String? {
    get { stream }
    set { stream = newValue }
  }
  var epochs: Int? {
    get { options.epochs }
    set { options.epochs = newValue }
  }

  func validate() throws {
    try OptionChecks.count(discover, "--discover", from: 2, upTo: 1_000_000_000_000)
    if discover != nil, categories != nil {
      throw ValidationError("--discover and --categories: expected only one of them")
    }
    if case .fixed(let range) = plotRange, !(range > 0 && range.isFinite) {
      throw ValidationError("--plot-range \(range): expected a number above 0, or auto")
    }
    if plotRange != nil, !results.isPictured {
      throw ValidationError("--plot-range: expected --plot or --report, which have a heat map")
    }
    try OptionChecks.count(maxCategories, "--max-categories", from: 2, upTo: 1 << 20)
    // The rest may be the run's.
    if keeping.resume { return }
    if stream == nil {
      let options = [
        ("--column", column != nil), ("--categories", categories != nil),
        ("--discover", discover != nil),
      ]
      for name in options.filter(\.1).map(\.0) + missing.given + table.given {
        throw ValidationError(
          "\(name): describes a stream, and none was given; expected a file or -")
      }
    }
    _ = try options.hyperparameters(usedPreset, categoryCount: 2)
  }

  private var usedPreset: StreamGAN.Preset { preset ?? (stream == nil ? .article : .robust) }

  func run() throws {
    if let checkpoint = keeping.checkpoint, isRegularFile(checkpoint) {
      throw CommandFailure(
        "\(checkpoint): is a file, in which earlier versions kept their runs; expected a directory, in "
          + "which to begin the run anew")
    }
    let run = try keeping.settings(of: LearnRun.self)
    try continued(run).learn(epochs: epochs)
  }

  /// - Parameter epochs: how many were asked for in this process.
  private func learn(epochs: Int?) throws {
    try device.use(quiet: progress.isQuiet)
    if eager, !device.isHost {
      throw ValidationError("--eager: runs on the host; expected it with --device host")
    }
    if eager, device.precision != .float32 {
      throw ValidationError("--eager: runs in float32; expected it with --precision float32")
    }
    if let discover, let stream, stream != "-", isRegularFile(stream) {
      throw ValidationError(
        "--discover \(discover): \(quoted(stream)) is a file, which is read as a whole; expected "
          + "it with a pipe")
    }
    try results.checkWritable()
    try keeping.checkDirectory()
    var opened = try openStream(key: seed.key.folding(in: "stream"))
    func wanted(_ epochs: Int?) throws -> LearnRun {
      var options = options
      options.epochs = epochs ?? options.epochs
      let wanted = try options.hyperparameters(
        usedPreset, categoryCount: opened.categories.count)
      return LearnRun(
        LearnRun.Content(
          dataName: stream.map { $0 == "-" ? "standard input" : $0 } ?? "the article's",
          dataPath: stream.flatMap(DataPath.absolute), categories: opened.categories,
          preset: usedPreset, settings: wanted.settings, plan: wanted.plan),
        batchSize: wanted.settings.batchSize, seed: seed.number)
    }
    try wanted(epochs).checkMemory()
    let directory = try keeping.directory()
    let run = try LearnRun.begun(in: directory, epochs: epochs, wanted)
    let training: Run<Adversarial<StreamGAN, Adam>, LearnMeasurement> = try run.open(
      in: directory, run.makeTraining)
    if let row = training.epochs.first(where: { $0.learned.count != run.categories.count }) {
      throw CommandFailure(
        "\(directory?.metricsPath ?? ""): found \(row.learned.count) probabilities of epoch "
          + "\(row.epoch), expected \(run.categories.count)")
    }
    training.saveInterval = keeping.saveInterval(usual: 5)
    training.deadline = keeping.deadline
    training.showsWeights = keeping.histograms
    // Epochs may be as short as a millisecond.
    training.savesEveryEpoch = false
    training.observers =
      run.progressBar(!progress.isQuiet, "symbols", batches: run.plan.discriminatorSteps)
      .map { [$0] } ?? []
    let reference = opened.reference
    let shape = StreamGAN.batchShape(run.settings, run.plan)
    let finished = try training.train(
      on: { try opened.source.batch(of: shape, round: $0) }, compiled: !eager
    ) {
      LearnMeasurement($0.learnedProbabilities, reference: reference())
    }

    let result = LearnResult(
      training, run, reference: reference(), referenceKind: opened.referenceKind,
      layout: opened.layout, skippedRows: missing.isAllowed ? opened.skippedRows() : nil)
    let pictures = LearnPictures(
      result: result, losses: training.training.history, range: plotRange ?? .fixed(2))
    try results.write(
      result, or: result.table, figure: pictures.figure,
      page: LearnReport(run: run, result: result, pictures: pictures).html)
    sayWhereNothingWasLearned(training.training)
    if !finished {
      try keeping.explainEnd(
        isTimeOver: training.isTimeOver, after: training.training.stepsDone, of: run.steps,
        "rounds")
    }
  }

  /// Says where no gradient has reached the generator, whose logits are all 1 at the beginning.
  private func sayWhereNothingWasLearned(_ training: Training<Adversarial<StreamGAN, Adam>>) {
    guard training.stepsDone > 0, training.model.generator.scalars.allSatisfy({ $0 == 1 }) else {
      return
    }
    StandardError.print(
      "gumbel: nothing was learned: at the temperature \(training.model.temperature.scalar) samples "
        + "have no gradient; expected a higher --temperature")
  }

  // MARK: - Options

  private func openStream(key: RandomKey) throws -> LearnStream {
    guard let stream else { return .article(key: key) }
    let format = SymbolFormat.suggested(
      forPath: stream, column: column.map { .init(argument: $0) },
      dialect: table.dialect(forPath: stream), isTable: !table.given.isEmpty)
    return try table.explaining {
      try .open(
        stream, format: format, categories: try categories.map(Vocabulary.init(commaSeparated:)),
        missing: missing.isAllowed ? missing.texts : nil, discover: discover ?? 10_000,
        limits: SymbolLimits(lineBytes: table.maxLine.value, categories: maxCategories), key: key)
    }
  }
}
