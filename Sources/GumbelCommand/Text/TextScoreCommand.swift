import ArgumentParser
import SwiftGumbel

struct TextScoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "score",
    abstract: "Say how probable strings are under a trained network.",
    discussion: """
      Reads strings, one a line, and writes a line for each, with tabs between: the natural logarithm \
      of its probability, the same for each of its characters, its perplexity, and the string. The \
      probability is that of the whole string with its end, where the run is of strings that end; for \
      each character it is, in nats, what gumbel text evaluate has in bits. \
      The perplexity is exp(-log p / n), of n symbols with the end among them.

      A string with characters that the network does not know has probability 0: -inf in a line, null \
      in JSON. The sum of all, which stands on standard error, or with --total alone on standard \
      output, leaves such strings out and says how many they are. An empty line is the empty string. \
      What a GAN's network writes it draws symbol by symbol as well, so that its strings have \
      probabilities too.

      EXAMPLES
        gumbel text score names.txt --checkpoint run
        shuf -n 100 names.txt | gumbel text score - --checkpoint run
        gumbel text score names.txt --checkpoint run --total --json -
      """)

  @Argument(
    help: ArgumentHelp(
      "A file of strings, one a line; - for standard input.", valueName: "strings"),
    completion: .file())
  var source: String
  @OptionGroup var trained: TrainedRunOption<TextRun>
  @Flag(help: "Write the sum over all strings alone.") var total = false
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup var output: JSONOption
  @OptionGroup var progress: ProgressOption

  /// Strings that are measured together: as many, or as many as have so many symbols.
  private static let most = (strings: 2048, symbols: 1 << 20)

  func run() throws {
    try device.use(quiet: progress.isQuiet)
    try output.checkWritable()
    let (run, model) = try trained.load()
    let scorer = TextScorer(
      model, endsStrings: run.texts.form == .lines, check: { try Interruption.check() })
    let input = InputSource(argument: source)
    let reader = try TextLineReader(
      input, vocabulary: run.vocabulary, shouldStop: { Interruption.isRequested })
    let writer = try TextScoreWriter(
      json: output.json, isTotal: total, isQuiet: progress.isQuiet,
      endsStrings: scorer.endsStrings)
    var lines: [TextLineReader.Line] = []
    var symbols = 0
    do {
      repeat {
        let line = try reader.next()
        if let line {
          if let most = scorer.maximumLength, let count = line.tokens?.count, count > most {
            throw CommandFailure(
              "\(input.name), line \(line.number): \(count) \(run.vocabulary.unit.rawValue), expected "
                + "at most the \(most) that the network in \(trained.checkpoint) was made for")
          }
          lines.append(line)
          symbols += line.tokens?.count ?? 0
          if lines.count < Self.most.strings, symbols < Self.most.symbols { continue }
        }
        let values = try scorer.logProbabilities(of: lines.compactMap(\.tokens))
        try writer.write(lines, values)
        lines.removeAll(keepingCapacity: true)
        symbols = 0
        if line == nil { break }
      } while true
      if reader.isStopped { throw Interruption.Abandoned() }
    } catch is Interruption.Abandoned {
      try writer.abandon()
      throw CommandEnd.stop("after \(writer.sum.strings + writer.sum.outside) strings")
    }
    try writer.finish()
  }
}

/// What strings have together.
struct TextScoreSum: Encodable {
  /// The strings that count, and those with symbols that the network does not know.
  var strings = 0, outside = 0
  var characters = 0
  /// Characters and ends.
  var symbols = 0
  var logProbability = 0.0

  mutating func add(_ logProbability: Double, characters: Int, symbols: Int) {
    strings += 1
    self.characters += characters
    self.symbols += symbols
    self.logProbability += logProbability
  }

  var perCharacter: Double? { characters > 0 ? logProbability / Double(characters) : nil }
  var perplexity: Double? { symbols > 0 ? TextScore.perplexity(logProbability, symbols) : nil }

  private enum Key: CodingKey {
    case strings, outside, characters, symbols, logProbability, perCharacter, perplexity
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(strings, forKey: .strings)
    try container.encode(outside, forKey: .outside)
    try container.encode(characters, forKey: .characters)
    try container.encode(symbols, forKey: .symbols)
    try container.encode(logProbability, forKey: .logProbability)
    try container.encode(perCharacter, forKey: .perCharacter)
    try container.encode(perplexity, forKey: .perplexity)
  }

  /// In words.
  var line: String {
    let unknown = outside == 0 ? "" : ", and \(outside) with other characters than the network's"
    return "\(counted(strings, "string"))\(unknown): log-probability "
      + TextScore.text(logProbability)
      + (perCharacter.map { ", a character \(TextScore.text($0))" } ?? "")
      + (perplexity.map { ", perplexity \(TextScore.text($0))" } ?? "")
  }

  var table: String {
    AlignedTable(
      [
        ["strings", "\(strings)"], ["with other characters", "\(outside)"],
        ["characters", "\(characters)"], ["log-probability", TextScore.text(logProbability)],
        ["a character", perCharacter.map(TextScore.text) ?? ""],
        ["perplexity", perplexity.map(TextScore.text) ?? ""],
      ], areNumbers: true
    ).text
  }
}
