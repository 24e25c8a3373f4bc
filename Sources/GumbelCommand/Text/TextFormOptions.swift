import ArgumentParser
import SwiftGumbel

/// What the strings of a text are to a network that learns from them.
struct TextFormOptions: ParsableArguments {
  @Option(
    "Characters of a string at most; longer ones are left out. (default: 100, with --grammar 12)",
    valueName: "n")
  var maxLength: Int?
  @Flag(
    help: "The text runs on through its lines: learn windows of --max-length characters of it.")
  var running = false
  @Option("What counts as a symbol: characters (Unicode scalars) or bytes.", valueName: "name")
  var symbols = TextVocabulary.Unit.characters

  /// Characters of a string at most.
  func maximumLength(_ data: TextDataOptions) -> Int {
    maxLength ?? (data.grammar == nil ? 100 : 12)
  }

  /// Throws where the strings are not of the data.
  func checkUse(_ data: TextDataOptions) throws {
    let isGrammar = data.grammar != nil
    try OptionChecks.count(
      maxLength, "--max-length", upTo: isGrammar ? TextDataOptions.longestOfGrammar : 100_000)
    if isGrammar {
      if running { throw ValidationError("--running: not with --grammar, whose strings end") }
      if symbols == .bytes { throw ValidationError("--symbols bytes: not with --grammar") }
    }
  }
}

extension TextVocabulary.Unit: ExpressibleByArgument {}
