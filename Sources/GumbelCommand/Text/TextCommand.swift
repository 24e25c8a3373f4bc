import ArgumentParser

struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Networks that generate text, character by character.",
    discussion: """
      EXAMPLES
        gumbel text grammar arithmetic --count 5
      """,
    subcommands: [
      TextGrammarCommand.self
    ])
}
