import ArgumentParser

@main
struct GumbelCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "gumbel",
    abstract: "Neural networks that make discrete choices.",
    discussion: """
      EXAMPLES
        gumbel learn                        the article's experiment
        gumbel learn words.txt              learn the distribution of a file's lines
        producer | gumbel learn - --plot learned.svg
      """,
    version: version,
    subcommands: [LearnCommand.self, InfoCommand.self])
}
