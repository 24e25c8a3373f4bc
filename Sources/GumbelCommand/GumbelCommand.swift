import ArgumentParser

@main
struct GumbelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "gumbel")
}
