import ArgumentParser
import Gumbel

@main
enum Main {
  static func main() {
    StandardDescriptors.openClosed()
    Interruption.handleSignals(patience: .milliseconds(1500), beforeEnd: LastWords.say)
    do {
      var command = try GumbelCommand.parseAsRoot()
      try command.run()
    } catch {
      let code = GumbelCommand.exitCode(for: error)
      // Help and the version are not failures; a stop by Ctrl-C has explained itself.
      if code.isSuccess || error is ExitCode { GumbelCommand.exit(withError: error) }
      StandardError.print("gumbel: " + GumbelCommand.message(for: error))
      if let error = error as? InputError, case .interrupted = error.problem {
        GumbelCommand.exit(withError: ExitCode(Interruption.exitStatus))
      }
      GumbelCommand.exit(withError: code)
    }
  }
}

struct GumbelCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "gumbel",
    abstract: "Neural networks that make discrete choices.",
    discussion: """
      EXAMPLES
        gumbel learn                     the article's experiment
        gumbel learn words.txt           learn the distribution of a file's lines
        gumbel vae train fashion-mnist   an autoencoder with discrete codes
        gumbel text grammar arithmetic   strings of a context-free grammar
        gumbel text train names          a network that writes names
        gumbel sample --probabilities 0.5,0.2,0.3 --count 10
        gumbel fit levels.csv --column level --report levels.html
        gumbel explore                   the Gumbel-softmax trick in pictures
        gumbel estimators --problem k3   bias and variance of gradient estimators
        gumbel data                      sets of images and texts to learn from
      """,
    version: version,
    subcommands: [
      LearnCommand.self, VAECommand.self, TextCommand.self, SampleCommand.self, FitCommand.self,
      EstimatorsCommand.self, ExploreCommand.self, DataCommand.self, InfoCommand.self,
    ])
}
