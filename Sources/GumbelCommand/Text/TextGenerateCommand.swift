import ArgumentParser
import SwiftGumbel

struct TextGenerateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Draw strings from a trained network.",
    discussion: """
      Prints a string a line. A string is drawn with noise of its own, so that a larger --count \
      only adds strings. One that does not end is cut at --max-length. --json writes an array of them.

      EXAMPLES
        gumbel text generate --checkpoint run --count 20
        gumbel text generate --checkpoint run --temperature 0.7 --seed 7
        gumbel text generate --checkpoint run --top-p 0.9 --json -
      """)

  @OptionGroup var trained: TrainedRunOption<TextRun>
  @Option(name: .shortAndLong, "The number of strings.", valueName: "n") var count = 10
  @OptionGroup(title: "Drawing") var drawing: TextSamplingOptions
  @Option("Symbols of a string at most; by default as many as in training.", valueName: "n")
  var maxLength: Int?
  @OptionGroup var seed: SeedOption
  @OptionGroup(title: "Device") var device: DeviceOptions
  @OptionGroup var output: JSONOption

  func validate() throws {
    try OptionChecks.count(count, "--count", from: 0)
    try OptionChecks.count(maxLength, "--max-length", upTo: 1_000_000)
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
    let generator = TextGenerator(
      model, maximumLength: maxLength ?? run.texts.maximumLength, sampling: sampling,
      key: seed.key, check: { try Interruption.check() })
    var all: [String] = []
    let isPrinted = output.json != "-"
    let part = 1024
    for start in stride(from: 0, to: count, by: part) {
      let strings: [String]
      do {
        strings = try generator.strings(
          start..<min(start + part, count), vocabulary: run.vocabulary)
      } catch is Interruption.Abandoned {
        throw CommandEnd.stop("after \(start) of \(count) strings")
      }
      if isPrinted { try StandardOutput.write(strings.joined(separator: "\n") + "\n") }
      if output.json != nil { all += strings }
    }
    if let json = output.json { try OutputFile.write(JSON.text(of: all) + "\n", to: json) }
  }
}
