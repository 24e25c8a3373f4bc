import ArgumentParser
import SwiftGumbel

struct TextEvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Measure how good and how diverse a trained network's strings are.",
    discussion: """
      Generates strings, and predicts test strings of the data: the network's own data unless \
      others are given, which are read in the same form. Quality and diversity are given together, \
      since either alone is easy: \
      validity (of a grammar), BLEU against test strings and the total variation distance of \
      lengths; the parts of different, of new and of all possible strings, and self-BLEU. \
      negativeLogLikelihood is in nats a string.

      EXAMPLES
        gumbel text evaluate words --checkpoint run
        gumbel text evaluate --checkpoint run --samples 20000 --json -
        gumbel text evaluate --checkpoint run --temperature 0.8
      """)

  @OptionGroup(title: "Data") var data: TextDataOptions
  @OptionGroup var trained: TrainedRunOption<TextRun>
  @Option("Strings that are generated.", valueName: "n") var samples = 20_000
  @OptionGroup(title: "Drawing") var drawing: TextSamplingOptions
  @OptionGroup var seed: EvaluationSeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup var output: JSONOption
  @OptionGroup var progress: ProgressOption

  func validate() throws { try OptionChecks.count(samples, "--samples", upTo: 10_000_000) }

  func run() throws {
    try device.use(quiet: progress.isQuiet)
    try output.checkWritable()
    let sampling = try drawing.sampling()
    let (run, model) = try trained.load()
    let data = try data.load(for: run, checkpoint: trained.checkpoint)
    guard
      let result = try TextEvaluation.measure(
        model, run, data, sampling: sampling, samples: samples, key: seed.key,
        quiet: progress.isQuiet
      )
    else {
      throw CommandEnd.stop("before all was measured; nothing was written")
    }
    try output.write(result, or: result.table)
  }
}

extension TextDataOptions {
  /// The texts of a run, or others in its vocabulary; what it held out is not among its training strings.
  func load(for run: TextRun, checkpoint: String) throws -> TextData {
    run.holdingOut(try texts(for: run, checkpoint: checkpoint))
  }

  private func texts(for run: TextRun, checkpoint: String) throws -> TextData {
    if let grammar {
      let found = try Grammar.load(grammar, shouldStop: { Interruption.isRequested })
      return try data(of: found, for: run)
    }
    if source == nil, let grammar = try run.grammar() {
      if let testFraction {
        throw ValidationError(
          "--test-fraction \(testFraction): the run is of a grammar, of which test strings are drawn "
            + "besides; expected none")
      }
      return try data(of: grammar, for: run)
    }
    if let count {
      throw ValidationError("--count \(count): expected --grammar, or the run of one")
    }
    let source =
      try source
      ?? DataPath.ofRun(
        recorded: run.dataPath, typed: run.dataName, run: checkpoint,
        command: "gumbel text evaluate DATA --checkpoint \(checkpoint)")
    return try run.loadTexts(at: source, testFraction: testFraction)
  }

  private func data(of grammar: Grammar, for run: TextRun) throws -> TextData {
    let longest = run.texts.maximumLength
    guard longest <= Self.longestOfGrammar else {
      throw CommandFailure(
        "\(grammar.name): the run is of strings of up to \(longest) symbols; of a grammar, "
          + "expected at most \(Self.longestOfGrammar)")
    }
    guard TextData.vocabulary(of: grammar) == run.vocabulary else {
      throw CommandFailure(
        "\(grammar.name): other characters than those of the network, which was trained on "
          + run.dataName)
    }
    return try TextData(
      of: grammar, count: count ?? run.texts.grammar?.count ?? Self.usualCount,
      maximumLength: longest)
  }
}
