import ArgumentParser

struct TextCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "text",
    abstract: "Networks that generate text, character by character.",
    discussion: """
      A run is kept in a directory, and the other commands read the network from there.

      EXAMPLES
        gumbel text train words --checkpoint run --report words.html
        gumbel text generate --checkpoint run --count 20 --temperature 0.8
        gumbel text evaluate words --checkpoint run --json -
        gumbel text score names.txt --checkpoint run
        gumbel text grammar arithmetic --balanced --count 5
      """,
    subcommands: [
      TextTrainCommand.self, TextGenerateCommand.self, TextEvaluateCommand.self,
      TextScoreCommand.self, TextGrammarCommand.self,
    ])
}
