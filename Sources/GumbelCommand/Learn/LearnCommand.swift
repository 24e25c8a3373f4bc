import ArgumentParser
import Gumbel

struct LearnCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "learn",
    abstract: "Learn the distribution of a stream of symbols with a GAN.",
    discussion: """
      A generator draws categories by the Gumbel-softmax trick; a discriminator tells them from \
      the stream's; both learn until the generator's distribution is the stream's.

      Without STREAM, the article's experiment runs: numbers from 0 to 4 with the probabilities \
      0, 0, 0.1, 0.3 and 0.6. With one, the file or the pipe is read: one symbol a line, or a \
      column of a table.

      \(RunOptions<RunInFile>.discussion)

      EXAMPLES
        gumbel learn --plot article.svg
        gumbel learn pets.csv --column species --report pets.html
        fold -w1 book.txt | gumbel learn - --json learned.json
        gumbel learn clicks.txt --checkpoint clicks.safetensors
        gumbel learn --checkpoint clicks.safetensors --resume
      """)

  @Argument(
    help: "A file of symbols, or - for standard input, which may be endless.", completion: .file())
  var stream: String?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The column of a table: its name, or its number from 1 (#2 is never a name)."))
  var column: String?
  @OptionGroup var missing: MissingOptions
  @OptionGroup(title: "Reading a table") var table: TableOptions
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The categories, in order.", valueName: "a,b,c"))
  var categories: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Look for the categories of a pipe in so many symbols. (default: 10000)", valueName: "n"))
  var discover: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Refuse streams with more categories than this.", valueName: "n"))
  var maxCategories = 100_000

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "article (the default without STREAM) or robust (the default with one).",
      valueName: "name"))
  var preset: StreamGAN.Preset?
  @OptionGroup(title: "Hyperparameters (by default the preset's)") var options: PlanOptions
  @OptionGroup var seed: SeedOption
  @Flag(help: "Run operation by operation instead of compiling: slower, the same bits.")
  var eager = false

  @OptionGroup var results: ResultOptions
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The colours of the heat map range from -x to x; auto for the largest error. (default: 2)",
      valueName: "x|auto"))
  var plotRange: PlotRange?
  @OptionGroup var keeping: RunOptions<RunInFile>
  @OptionGroup var progress: ProgressOption

  func validate() throws {
    if let discover {
      guard discover >= 2 else {
        throw ValidationError("--discover \(discover): expected 2 or more")
      }
      if categories != nil {
        throw ValidationError("--discover and --categories: expected only one of them")
      }
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
    _ = try options.plan(usedPreset, categoryCount: 2)
  }

  private var usedPreset: StreamGAN.Preset { preset ?? (stream == nil ? .article : .robust) }

  func run() throws {
    let checkpoint = keeping.checkpoint
    if let checkpoint { try AtomicFile.checkWritable(checkpoint) }
    let lock = try checkpoint.flatMap { path in
      RegularFile.isOrCanBe(path) ? try DirectoryLock(file: path) : nil
    }
    try withExtendedLifetime(lock) {
      if let checkpoint, !keeping.resume, !keeping.overwrite, RegularFile.exists(checkpoint) {
        throw CommandFailure(
          "\(checkpoint): exists already; expected another file, --resume to go on with the run in "
            + "it, or --overwrite to lose what it holds")
      }
      let (command, beginning) = try continued()
      try command.learn(beginning, epochs: options.epochs)
    }
  }

  /// The command that goes on with a run: its own, with the options that are given here; and how it
  /// was begun.
  private func continued() throws -> (LearnCommand, LearnCheckpoint.Beginning?) {
    guard keeping.resume, let checkpoint = keeping.checkpoint else { return (self, nil) }
    let beginning = try LearnCheckpoint(path: checkpoint).beginning()
    var command = try ResumedCommand.merging(
      Self.self, name: ["learn"], beginning?.command, data: \.stream)
    (command.keeping, command.progress) = (keeping, progress)
    if stream == nil, let typed = command.stream {
      command.stream = try DataPath.ofRun(
        recorded: beginning?.stream, typed: typed, run: checkpoint,
        command: "gumbel learn STREAM --checkpoint \(checkpoint) --resume")
    }
    return (command, beginning)
  }

  /// - Parameters:
  ///   - beginning: how the run was begun that this one goes on with.
  ///   - wanted: the epochs that were asked for in this process.
  private func learn(_ beginning: LearnCheckpoint.Beginning?, epochs wanted: Int?) throws {
    if let discover, let stream, stream != "-", RegularFile.exists(stream) {
      throw ValidationError(
        "--discover \(discover): \(quoted(stream)) is a file, which is read as a whole; expected "
          + "it with a pipe")
    }
    try results.checkWritable()
    let preset = usedPreset
    let key = seed.key
    var opened = try openStream(key: key.folding(in: "stream"))
    let plan = try options.plan(preset, categoryCount: opened.categories.count)
    let epochs = max(wanted ?? 0, beginning?.epochs ?? plan.epochs)
    _ = try OptionChecks.steps(epochs: epochs, stepsPerEpoch: plan.roundsPerEpoch)
    if let wanted, wanted < epochs, beginning != nil {
      throw CommandFailure(
        "\(keeping.checkpoint ?? ""): the run has --epochs \(epochs), found \(wanted); expected as "
          + "many, or more")
    }
    var training = StreamGANTraining(plan, key: key.folding(in: "training"))
    let identity = LearnCheckpoint.Identity(
      plan: plan, seed: seed.number, categories: opened.categories)
    let begun = LearnCheckpoint.Beginning(
      command: beginning?.command ?? ResumedCommand.beginning.filter { $0 != "--overwrite" },
      epochs: epochs, stream: stream.flatMap(DataPath.absolute))
    let saved = keeping.checkpoint.map { LearnCheckpoint(path: $0) }
    if let saved { AtomicFile.removeAbandoned(beside: saved.path) }
    var earlierSeconds = 0.0
    if keeping.resume, let saved {
      earlierSeconds = try saved.read(into: &training, identity)
      if training.round > epochs * plan.roundsPerEpoch {
        throw CommandFailure(
          "\(saved.path): is of round \(training.round); expected one of "
            + "\(epochs * plan.roundsPerEpoch)")
      }
    }
    sayWhatHolds(plan, epochs: epochs)

    let clock = ContinuousClock()
    let start = clock.now
    var lastSave = start
    func seconds() -> Double { earlierSeconds + (clock.now - start) / .seconds(1) }
    var loop = TrainingLoop(epochs: epochs, stepsPerEpoch: plan.roundsPerEpoch)
    if !progress.quiet {
      loop.progress = ProgressBar(
        title: "learning", unit: "symbols",
        itemsPerStep: plan.settings.batchSize * plan.settings.discriminatorSteps)
    }
    let finished = try opened.run(&training, loop, compiled: !eager) { training in
      if let saved, clock.now - lastSave >= keeping.saveInterval {
        try saved.write(training, identity, begun, seconds: seconds())
        lastSave = clock.now
      }
    }
    if let saved { try saved.write(training, identity, begun, seconds: seconds()) }

    let result = LearnResult(
      training: training, categories: opened.categories, reference: opened.reference(),
      referenceKind: opened.referenceKind, seconds: seconds(), seed: seed.number, preset: preset,
      layout: opened.layout, skippedRows: missing.isAllowed ? opened.skippedRows() : nil)
    try write(result, training, settings: settings(plan, preset))
    sayWhereNothingWasLearned(training)
    if !finished { try keeping.explainStop(after: training.round, of: loop.stepCount, "rounds") }
  }

  /// Says where no gradient has reached the generator, whose logits are all 1 at the beginning.
  private func sayWhereNothingWasLearned(_ training: StreamGANTraining) {
    guard training.round > 0, training.gan.logits.scalars.allSatisfy({ $0 == 1 }) else { return }
    StandardError.print(
      "gumbel: nothing was learned: at the temperature \(training.gan.temperature.scalar) samples "
        + "have no gradient; expected a higher --temperature")
  }

  /// Says what more epochs than the run was begun with mean.
  private func sayWhatHolds(_ plan: StreamGAN.Plan, epochs: Int) {
    let changing = [
      ("the temperature", plan.temperature != plan.finalTemperature),
      (
        "the learning rates",
        plan.discriminatorRate != plan.finalDiscriminatorRate
          || plan.generatorRate != plan.finalGeneratorRate
      ),
    ].filter(\.1).map(\.0)
    if epochs > plan.epochs, !changing.isEmpty {
      StandardError.print(
        "gumbel: the run was begun with \(plan.epochs) epochs: over these "
          + "\(changing.joined(separator: " and ")) changed as planned, and up to epoch \(epochs) "
          + "the last value holds")
    }
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

  private func settings(
    _ plan: StreamGAN.Plan, _ preset: StreamGAN.Preset
  ) -> [(name: String, value: String)] {
    func change(_ from: Double, _ to: Double) -> String {
      from == to ? "\(from)" : "\(from) to \(to)"
    }
    let settings = plan.settings
    return [
      ("stream", stream.map { $0 == "-" ? "standard input" : $0 } ?? "the article's"),
      ("preset", preset.rawValue),
      ("seed", "\(seed.number)"),
      ("epochs", "\(plan.epochs) of \(plan.roundsPerEpoch) rounds"),
      (
        "a round",
        amount(settings.discriminatorSteps, "discriminator step") + ", "
          + amount(settings.generatorSteps, "generator step")
      ),
      ("batch size", "\(settings.batchSize)"),
      ("samples", settings.sampling.rawValue),
      ("temperature", change(plan.temperature, plan.finalTemperature)),
      (
        "discriminator",
        settings.hiddenWidths.isEmpty
          ? "logistic regression" : "perceptron with hidden layers \(settings.hiddenWidths)"
      ),
      ("real symbols smoothed", settings.smoothsRealRows ? "yes" : "no"),
      ("discriminator rate", change(plan.discriminatorRate, plan.finalDiscriminatorRate)),
      ("generator rate", change(plan.generatorRate, plan.finalGeneratorRate)),
      ("averaging of logits", settings.averageDecay == 0 ? "none" : "\(settings.averageDecay)"),
    ]
  }

  // MARK: - Results

  private func write(
    _ result: LearnResult, _ training: StreamGANTraining,
    settings: [(name: String, value: String)]
  ) throws {
    let pictures = LearnPictures(
      result: result, losses: training.losses, range: plotRange ?? .fixed(2))
    try results.write(
      result, or: result.table, figure: pictures.figure,
      page: LearnReport(
        result: result, pictures: pictures, settings: settings,
        command: Array(CommandLine.arguments.dropFirst())
      ).html)
  }
}

extension LearnStream {
  /// Trains on the source.
  mutating func run(
    _ training: inout StreamGANTraining, _ loop: TrainingLoop, compiled: Bool,
    endOfEpoch: (StreamGANTraining) throws -> Void
  ) throws -> Bool {
    func run(_ source: inout some CategorySource) throws -> Bool {
      try training.run(on: &source, loop: loop, compiled: compiled, endOfEpoch: endOfEpoch)
    }
    return try run(&source)
  }
}
