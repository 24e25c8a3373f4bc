import ArgumentParser
import Gumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// The program: what `main` calls, and what of it reads without doing anything.
package enum Program {
  package static func main() {
    StandardDescriptors.prepare()
    // Beyond a limit of the sizes of files a write then fails with an error, instead of the process
    // with a core dump.
    signal(SIGXFSZ, SIG_IGN)
    Interruption.handleSignals(patience: .milliseconds(1500), beforeEnd: LastWords.say)
    ResourceLimits.prepare()
    AtomicFile.onWritingInPlace = { path in
      StandardError.print("gumbel: \(path): cannot be replaced, so it is written in place")
    }
    let arguments = Array(CommandLine.arguments.dropFirst())
    do {
      try ResourceLimits.check()
      try CommandPath.check(arguments)
      var command = try GumbelCommand.parseAsRoot(arguments)
      try command.run()
    } catch {
      CommandEnd.exit(after: error, arguments)
    }
  }

  /// Reads arguments as ``main()`` does, without doing what they say.
  package static func check(_ arguments: [String]) throws {
    try CommandPath.check(arguments)
    _ = try GumbelCommand.parseAsRoot(arguments)
  }

  /// Reads settings as they stand in the directory of a run, with all that is made of them where the
  /// network has no more than so many numbers.
  package static func checkSettings(_ json: String, sizeLimit limit: Double) throws {
    func check(_ run: some RunDescription) throws {
      _ = (run.settingsByName, run.commandLine, run.prolongation, run.memoryProblem)
      _ = (run.steps, run.loop(savingEvery: .seconds(1), showing: nil))
      if run.size.parameters + run.size.activations <= limit { _ = try run.makeTraining() }
    }
    let path = "settings.json"
    do {
      try check(VAERun(json: json, path: path))
    } catch is CommandFailure {
      try check(TextRun(json: json, path: path))
    }
  }

  /// Reads what commands write down of their runs and read when they go on.
  package static func checkResults(_ json: String) {
    _ = try? JSON.value(LearnLog.self, from: json)
    _ = try? JSON.value([TextEpoch].self, from: json)
    _ = try? JSON.value(CompareResult.self, from: json)
  }
}

struct GumbelCommand: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "gumbel",
    abstract: "Neural networks that make discrete choices.",
    discussion: """
      All is computed on the processor; no GPU is used.

      EXAMPLES
        gumbel learn                     the article's experiment
        gumbel learn words.txt           learn the distribution of a file's lines
        gumbel vae train fashion-mnist   an autoencoder with discrete codes
        gumbel text grammar arithmetic --balanced
        gumbel text train names          a network that writes names
        gumbel sample --probabilities 0.5,0.2,0.3 --count 10
        gumbel fit levels.csv --column level --report levels.html
        gumbel explore                   the Gumbel-softmax trick in pictures
        gumbel estimators --problem k3   bias and variance of gradient estimators
        gumbel data                      sets of images and texts to learn from

      EXIT STATUS
        0    done
        1    a file cannot be read or written, or what is in it does not fit
        64   a mistake in the options, found before any file is read
        130  stopped by Ctrl-C; 143 by SIGTERM, 129 by SIGHUP
        141  the reader of standard output, such as head, had enough
      """,
    version: version,
    subcommands: [
      LearnCommand.self, VAECommand.self, TextCommand.self, SampleCommand.self, FitCommand.self,
      EstimatorsCommand.self, ExploreCommand.self, DataCommand.self, InfoCommand.self,
    ])
}
