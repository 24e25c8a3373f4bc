import ArgumentParser
import SwiftGumbel

struct TextGrammarCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "grammar",
    abstract: "Check a context-free grammar, and draw strings of it.",
    discussion: """
      A grammar is a file of productions. Characters are quoted, and the first symbol is the start:

        # Sums of x; one in five ends.
        S -> 'x' | S '+' S [4]

      A number in brackets is the weight of an alternative among those of its symbol, 1 if there is \
      none; '' is the empty string; a line that begins with | goes on with the last symbol. Built \
      in are arithmetic (x with + - * /) and expressions (the same with y and parentheses).

      Strings are drawn with the probabilities that the weights give them, among those up to \
      --max-length; balanced, with every length equally often and of a length all strings alike; \
      or with balanced-lengths, where those of a length keep their probabilities.

      EXAMPLES
        gumbel text grammar expressions --balanced --count 5
        gumbel text grammar arithmetic --max-length 20 --balanced --count 5000
        gumbel text grammar mine.grammar --check
        gumbel text grammar mine.grammar --count 100 --json -
      """)

  @Argument(
    help: "A built-in grammar's name, or a file; - for standard input.", completion: .grammar)
  var grammar: String
  @Option(name: .shortAndLong, "How many strings to draw. (default: 10)", valueName: "n")
  var count: Int?
  @Option("The longest strings to draw and to count.", valueName: "n") var maxLength = 12
  @Option("How to draw; by default natural.", valueName: "name") var sampling: GrammarSampling?
  @Flag(help: "The same as --sampling balanced.") var balanced = false
  @OptionGroup var seed: SeedOption
  @Flag(help: "Draw nothing: show what the grammar is like, and how many strings of each length.")
  var check = false
  @OptionGroup var output: JSONOption

  func validate() throws {
    try OptionChecks.count(count, "--count", from: 0)
    try OptionChecks.count(maxLength, "--max-length", from: 0, upTo: 1000)
    if balanced, sampling == .balancedLengths {
      throw ValidationError(
        "--balanced: not with --sampling balanced-lengths, expected one of both")
    }
    for (name, isGiven) in [
      ("--count", count != nil), ("--sampling", sampling != nil), ("--balanced", balanced),
    ] where check && isGiven {
      throw ValidationError(
        "--check and \(name): expected one of them, since a check draws nothing")
    }
  }

  func run() throws {
    try output.checkWritable()
    let grammar = try Grammar.load(
      self.grammar, shouldStop: { Interruption.isRequested })
    let sampling = balanced ? GrammarSampling.balanced : sampling ?? .natural
    var summary = try GrammarSummary(grammar, maximumLength: maxLength)
    if !check {
      if output.json != StandardOutput.argument, grammar.alphabet.contains("\n") {
        throw CommandFailure(
          "\(grammar.name): strings hold line ends and are printed one a line; expected --json -")
      }
      let sampler = try GrammarSampler(
        of: grammar, sampling, maximumLength: maxLength,
        shouldStop: { Interruption.isRequested })
      summary.sampling = sampling.rawValue
      summary.seed = seed.number
      summary.samples = sampler.strings(count: count ?? 10, key: seed.key) {
        Interruption.isRequested
      }
      if Interruption.isRequested {
        throw InputError(source: grammar.name, problem: .interrupted)
      }
    }
    if let json = output.json { try OutputFile.write(JSON.text(of: summary) + "\n", to: json) }
    if output.json == StandardOutput.argument { return }
    if let samples = summary.samples {
      // Those of a built-in grammar are what it is meant to be; --check shows them.
      let isBuiltIn = Grammar.named(self.grammar) != nil
      for warning in isBuiltIn ? [] : summary.warnings {
        StandardError.print("\(grammar.name), \(warning)")
      }
      try StandardOutput.write(samples.map { $0 + "\n" }.joined())
    } else {
      try StandardOutput.print(summary.text)
    }
  }
}

extension GrammarSampling: ExpressibleByArgument {}
