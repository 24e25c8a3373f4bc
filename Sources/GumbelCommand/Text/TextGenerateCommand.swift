import ArgumentParser
import GumbelCLibrary
import SwiftGumbel

struct TextGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Draw strings from a trained network.",
    discussion: """
      Prints a string a line. A string is drawn with noise of its own, so that a larger --count \
      only adds strings. One that does not end is cut at --max-length. --json writes an array of them.

      With --prefix all strings begin alike, and the network goes on from there, with the noise that \
      it would have at that place of any string.

      --only-new passes over strings that the network was trained on, and --only-valid over those \
      that the grammar of the run does not have; a string that is drawn twice is printed twice. \
      Strings are drawn until --count of them are kept, or --max-tries are drawn: what is kept by \
      then is printed, and the command fails.

      --log-probability puts before a string, and a tab, the natural logarithm of its probability \
      under the network, its end included: that of gumbel text score, whatever the temperature and \
      filters that it was drawn with.

      EXAMPLES
        gumbel text generate --checkpoint run --count 20
        gumbel text generate --checkpoint run --temperature 0.7 --seed 7
        gumbel text generate --checkpoint run --top-p 0.9 --json -
        gumbel text generate --checkpoint run --prefix Ann --log-probability
        gumbel text generate --checkpoint run --only-new --only-valid --count 100
      """)

  @OptionGroup var trained: TrainedRunOption<TextRun>
  @Option(name: .shortAndLong, "The number of strings.", valueName: "n") var count = 10
  @Option("What all strings begin with.", valueName: "string")
  var prefix: String?
  @OptionGroup(title: "Drawing") var drawing: TextSamplingOptions
  @OptionGroup(title: "Which strings are kept") var keeping: TextKeepingOptions
  @Option(
    "Symbols of a string at most, its prefix included; by default as many as in training.",
    valueName: "n")
  var maxLength: Int?
  @Flag(help: "Write the log-probability of each string before it.") var logProbability = false
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup var output: JSONOption
  @OptionGroup var progress: ProgressOption

  func validate() throws {
    try OptionChecks.count(count, "--count", from: 0)
    try OptionChecks.count(maxLength, "--max-length", upTo: 1_000_000)
  }

  /// A string as JSON has it beside its log-probability.
  private struct Scored: Encodable {
    let string: String
    let logProbability: Double
  }

  func run() throws {
    try device.use()
    try output.checkWritable()
    let sampling = try drawing.sampling()
    let (run, model) = try trained.load()
    if let maxLength, let limit = run.settings.timeLimit, maxLength > limit {
      throw CommandFailure(
        "--max-length \(maxLength): the network in \(trained.checkpoint) was made for at most \(limit)"
      )
    }
    let sieve = try keeping.sieve(run, checkpoint: trained.checkpoint)
    let generator = try TextGenerator(
      model, maximumLength: maxLength ?? run.texts.maximumLength,
      prefix: prefixTokens(of: run, maximumLength: maxLength ?? run.texts.maximumLength),
      sampling: sampling, key: seed.key, check: { try Interruption.check() })
    let scorer =
      logProbability
      ? TextScorer(
        model, endsStrings: run.texts.form == .lines, check: { try Interruption.check() }) : nil

    let tries = sieve == nil ? count : keeping.tries(for: count)
    let isPrinted = output.json != StandardOutput.argument
    // A bar would stand among the strings.
    let bar =
      sieve == nil || progress.isQuiet || (isPrinted && isatty(STDOUT_FILENO) == 1)
      ? nil : ProgressBar(title: "drawing", unit: "strings")
    bar?.start(at: 0, of: tries)
    var (strings, scores): ([String], [Double]) = ([], [])
    var (drawn, kept) = (0, 0)
    // Few at first, where the wanted ones may soon be there.
    var part = sieve == nil ? 1024 : 128
    while kept < count, drawn < tries {
      do {
        var found = try generator.tokens(drawn..<min(drawn + part, tries))
        let partCount = found.count
        if let sieve {
          found = try found.filter { try sieve.keeps($0, run.vocabulary) }
        }
        found.removeLast(max(0, found.count - (count - kept)))
        let new = found.map { run.vocabulary.decode($0) }
        let newScores = try scorer?.logProbabilities(of: found)
        if isPrinted { try write(new, newScores) }
        if output.json != nil {
          strings += new
          scores += newScores ?? []
        }
        (drawn, kept) = (drawn + partCount, kept + found.count)
        part = min(2 * part, 1024)
        bar?.update(drawn, metrics: [])
      } catch is Interruption.Abandoned {
        bar?.finish()
        throw CommandEnd.stop("after \(kept) of \(count) strings")
      }
    }
    bar?.finish()
    if let json = output.json {
      let text =
        try logProbability
        ? JSON.text(of: zip(strings, scores).map { Scored(string: $0, logProbability: $1) })
        : JSON.text(of: strings)
      try OutputFile.write(text + "\n", to: json)
    }
    if kept < count { throw keeping.tooFew(kept, of: count, tries: tries, trained.checkpoint) }
  }

  private func write(_ strings: [String], _ scores: [Double]?) throws {
    var text = ""
    for (i, string) in strings.enumerated() {
      if let scores { text += NumberText.fixed(scores[i], decimals: 6) + "\t" }
      text += string + "\n"
    }
    if !strings.isEmpty { try StandardOutput.write(text) }
  }

  private func prefixTokens(of run: TextRun, maximumLength: Int) throws -> [Int32] {
    guard let prefix else { return [] }
    guard let tokens = run.vocabulary.encode(prefix) else {
      let symbols = Set(run.vocabulary.symbols)
      let unknown = prefix.unicodeScalars.first { scalar in
        run.vocabulary.unit == .characters
          ? !symbols.contains(scalar.value)
          : String(scalar).utf8.contains { !symbols.contains(UInt32($0)) }
      }
      let name = unknown.map { quoted(String($0)) } ?? "a symbol"
      throw CommandFailure(
        "--prefix \(quoted(prefix)): \(name) is not among the \(symbols.count) "
          + "\(run.vocabulary.unit.rawValue) of the network in \(trained.checkpoint); expected only "
          + "these")
    }
    guard tokens.count <= maximumLength else {
      throw CommandFailure(
        "--prefix \(quoted(prefix)): \(tokens.count) \(run.vocabulary.unit.rawValue), expected at "
          + "most the \(maximumLength) of a string (--max-length)")
    }
    return tokens
  }
}
