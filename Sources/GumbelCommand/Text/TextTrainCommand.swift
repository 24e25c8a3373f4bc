import ArgumentParser
import SwiftGumbel

struct TextTrainCommand: GroupedCommand {
  typealias Description = TextRun
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Train a network that generates strings.",
    discussion: """
      Learns to predict each symbol of a string from those before it, so that strings can be drawn \
      symbol by symbol. After every epoch it measures how well test strings are predicted, and how \
      good and how diverse generated ones are; --plot draws these measures. With --objective gan \
      it learns from a discriminator instead, which tells generated strings from those of the data \
      and whose gradient passes the choices of symbols by --estimator.

      The directory of --checkpoint holds settings.json, checkpoint.safetensors, metrics.jsonl, \
      with generated strings, and event files for TensorBoard. \
      \(RunOptions.discussion())

      \(ValidationOptions.discussion)

      \(GroupOptions.discussion)

      \(ShardsOption.discussion)

      EXAMPLES
        gumbel text train words --checkpoint run --report words.html
        gumbel text train --checkpoint run --resume
        gumbel text train --checkpoint run --resume --epochs 40
        gumbel text train words --checkpoint run --patience 3 --minutes 30
        gumbel text train words --seeds 8 --checkpoint runs --report runs.html
        gumbel text train words --seeds 4 --sweep hidden=128,256 --checkpoint runs
        gumbel text train --checkpoint run --resume --device host
        mpirun -n 4 gumbel text train words --checkpoint run
        gumbel text train --grammar arithmetic --checkpoint run --hidden 64
        gumbel text train --grammar arithmetic --objective gan --checkpoint run
        gumbel text train book.txt --running --max-length 100 --model gru --layers 2
      """)

  @OptionGroup(title: "Data") var data: TextDataOptions
  @OptionGroup(title: "Strings") var form: TextFormOptions
  @OptionGroup(title: "Network") var network: TextModelOptions
  @OptionGroup(title: "Training") var schedule: TextPlanOptions
  @OptionGroup(title: "Training") var shards: ShardsOption
  @OptionGroup(title: "Discriminator") var discriminator: TextGANOptions
  @Option(
    "What is minimised: likelihood (-log p), gan (what a discriminator makes of generated strings) "
      + "or pretrained-gan (the one, then the other).", valueName: "name")
  var objective = TextObjective.likelihood
  @OptionGroup(title: "Choosing") var choosing: ValidationOptions
  @OptionGroup(title: "Several trainings") var group: GroupOptions
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions

  @OptionGroup var keeping: RunOptions
  @Option("Strings that are generated and measured at the end.", valueName: "n") var samples = 5000
  @OptionGroup var results: ResultOptions
  @Option(
    "Another run, such as one with another objective: the report draws its curve of quality and "
      + "diversity beside this one's. May be given several times.",
    valueName: "directory", completion: .directory)
  var beside: [String] = []
  @OptionGroup var progress: ProgressOption

  var dataArgument: String? {
    get { data.source }
    set { data.source = newValue }
  }
  var epochs: Int? {
    get { schedule.epochs }
    set { schedule.epochs = newValue }
  }

  func validate() throws {
    if !beside.isEmpty, results.report == nil {
      throw ValidationError("--beside: expected --report with the page that shows both runs")
    }
    try OptionChecks.count(samples, "--samples", upTo: 10_000_000)
    // The rest may be the run's.
    if keeping.resume { return }
    if data.source == nil, data.grammar == nil {
      throw ValidationError(
        "no data: expected a named set, a file, or --grammar with a grammar's name or file")
    }
    try form.checkUse(data)
    try choosing.checkUse()
    try group.checkUse(keeping)
    if let given = group.given, !beside.isEmpty {
      throw ValidationError("--beside and \(given): expected one of them")
    }
    // A member of a group has what is swept.
    if !group.sweep.isEmpty { return }
    try discriminator.checkUse(objective, epochs: schedule.epochCount(objective))
    if form.running, objective != .likelihood {
      throw ValidationError(
        "--objective \(objective.rawValue) and --running: expected strings that end")
    }
    _ = try network.settings(vocabularyCount: 2, maximumLength: 1, objective: objective)
  }

  func run() throws {
    try Processes.join(Self.Description.trainer)
    if try isGroup() { return try RunGroup(self).run() }
    let run = try keeping.settings(of: TextRun.self)
    // A grammar's file may be elsewhere by now, or another; the run has what was in it.
    try continued(run).train(epochs: epochs, for: data.grammar == nil ? run : nil)
  }

  static let sweepable = [
    "model", "hidden", "layers", "heads", "embedding", "dropout", "objective", "epochs",
    "batch-size", "learning-rate", "final-learning-rate", "clip", "estimator", "discriminator",
    "discriminator-hidden", "adversarial-loss", "penalty", "penalty-weight", "temperature",
    "final-temperature", "pretrain-epochs",
  ]

  func load(for run: TextRun?) throws -> TextData {
    let grammar = try run?.grammar() ?? data.loadGrammar()
    let check = grammar.map { grammar in
      return { (longest: Int) throws in
        try checkPlan(
          symbolCount: TextData.vocabulary(of: grammar).count,
          stringCount: self.data.count ?? TextDataOptions.usualCount, longest: longest)
      }
    }
    try check?(0)
    // A network by likelihood is as large for strings of any length.
    let texts = try data.load(form, of: grammar, check: objective == .likelihood ? nil : check)
    let train = texts.split.train
    let parts = try choosing.parts(
      of: train, count: train.count, "strings", by: { train.heldOut($0, key: $1) })
    return texts.dividing(into: parts.train, parts.validation)
  }

  func makeTrainer(_ source: TextData, epochs: Int?) throws -> TextTrainer {
    try TextTrainer(data: source, directory: keeping.directory, epochs: epochs) {
      try wanted(source, epochs: $0)
    }
  }

  /// - Parameters:
  ///   - epochs: how many were asked for in this process.
  ///   - run: that goes on, where its grammar is to be had from it.
  private func train(epochs: Int?, for run: TextRun?) throws {
    try device.use(quiet: progress.isQuiet)
    try results.checkWritable()
    try checkPlan()
    try keeping.checkDirectory()
    let others = try beside.map { path in
      let (run, model) = try TextRun.trained(path)
      return (name: "\(run.objective.rawValue) (\(path))", run: run, model: model)
    }
    let trainer = try makeTrainer(load(for: run), epochs: epochs)
    keeping.sayWhatIsKept(quiet: progress.isQuiet)
    let finished = try trainer.train(
      TrainingView(
        trainer.run.progressBar(!progress.isQuiet, "strings"),
        showsWeights: keeping.histograms),
      savingEvery: keeping.saveInterval(), until: keeping.deadline)
    func explainEnd() throws {
      try keeping.explainEnd(
        isTimeOver: trainer.isTimeOver, after: trainer.stepsDone, of: trainer.run.steps)
    }

    guard Processes.isFirst else { return finished ? () : try explainEnd() }
    let evaluation =
      finished ? try trainer.evaluate(samples: samples, quiet: progress.isQuiet) : nil
    let temperatures = finished && results.report != nil ? try trainer.temperatures() : nil
    var curves = [(name: "\(objective.rawValue), this run", found: temperatures ?? [])]
    if temperatures != nil {
      for other in others {
        let found = try trainer.temperatures(of: other.model, other.run.vocabulary)
        curves.append((other.name, found ?? []))
      }
    }
    try write(trainer.result(evaluation, temperatures), trainer, curves)
    if !finished {
      try explainEnd()
    } else if Interruption.isRequested {
      try keeping.explainStop(after: trainer.stepsDone, of: trainer.run.steps)
    }
  }

  // MARK: - Options

  /// The run that the options ask for, with so many epochs.
  func wanted(_ data: TextData, epochs: Int?) throws -> TextRun {
    let train = data.split.train
    let settings = try network.settings(
      vocabularyCount: train.vocabulary.count, maximumLength: train.maximumLength,
      objective: objective)
    let batchSize = schedule.batchSize(stringCount: train.count)
    return TextRun(
      TextRun.Content(
        texts: TextRun.Texts(
          data, source: self.data.source,
          testFraction: self.data.testFraction ?? TextDataOptions.usualTestFraction),
        vocabulary: train.vocabulary, objective: objective, settings: settings,
        plan: try discriminator.plan(
          objective, settings,
          schedule.numbers(stringCount: train.count, objective: objective, epochs: epochs),
          batchSize: batchSize, length: train.time)),
      batchSize: batchSize, shards: try shards.number(batchSize: batchSize, "strings"),
      seed: seed.number, validation: choosing.choice(among: data.validation?.count))
  }

  /// The mistakes of network and plan that show before there are strings: what is refused here would
  /// be refused of any.
  ///
  /// - Parameters:
  ///   - symbolCount: tokens of the vocabulary, at least.
  ///   - stringCount: training strings; nil where that is yet to be seen.
  ///   - longest: symbols of the longest of them, at least.
  private func checkPlan(
    symbolCount: Int = 2, stringCount: Int? = nil, longest: Int = 0
  ) throws {
    let settings = try network.settings(
      vocabularyCount: symbolCount, maximumLength: form.maximumLength(data), objective: objective)
    let strings = stringCount ?? schedule.batchSize ?? 1
    let batchSize = schedule.batchSize(stringCount: strings)
    let adversarial = try discriminator.plan(
      objective, settings, schedule.numbers(stringCount: strings, objective: objective),
      batchSize: batchSize, length: longest + 1
    ).adversarialSettings
    if adversarial?.estimator == "rloo", batchSize / (shards.shards ?? Processes.group.count) < 2,
      schedule.batchSize != nil || stringCount != nil
    {
      throw ValidationError(
        "--batch-size \(batchSize): --estimator rloo compares the strings of a batch, expected 2 or "
          + "more")
    }
    try OptionChecks.memory(
      for: adversarial?.size ?? settings.size(batch: batchSize, time: 1),
      TextRun.sizeOptions(isAdversarial: adversarial != nil))
  }

  // MARK: - Results

  private func write(
    _ result: TextTrainResult, _ trainer: TextTrainer,
    _ temperatures: [(name: String, found: [TextTemperature])]
  ) throws {
    let pictures = TextPictures(epochs: result.history, temperatures: temperatures)
    try results.write(
      result, or: result.table, figure: pictures.figure,
      page: TextReport(run: trainer.run, result: result, pictures: pictures).html)
  }
}
