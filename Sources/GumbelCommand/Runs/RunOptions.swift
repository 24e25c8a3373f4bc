import ArgumentParser
import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Where a command that trains keeps its run, and how it is taken up again.
struct RunOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep the run in this directory.", valueName: "directory"),
    completion: .directory)
  var checkpoint: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Save within epochs too, when so many seconds have passed since the last time; after every "
        + "epoch it is saved anyway. (default: 60)", valueName: "seconds"))
  var saveEvery: Double?
  @Flag(
    help: ArgumentHelp(
      "Go on where the run in the directory stopped, with its data and options; with more "
        + "--epochs, rates and temperatures that have come to their end stay there."))
  var resume = false
  @Flag(help: "Begin anew, and lose the run in the directory.") var overwrite = false

  /// The arguments that begin the run of this process.
  static var beginning: [String] { CommandLine.arguments.dropFirst().filter { $0 != "--resume" } }

  /// Says where nothing will be left of a training.
  func sayWhatIsKept(quiet: Bool) {
    guard checkpoint == nil, !quiet else { return }
    StandardError.print(
      "gumbel: without --checkpoint the trained network will not be kept, nor can the run be resumed"
    )
  }

  /// The settings of the run to go on with; nil where none is asked for, or it has none yet.
  func earlier<Run: RunDescription>(_ type: Run.Type) throws -> Run? {
    guard resume, let checkpoint,
      FileManager.default.fileExists(atPath: checkpoint + "/settings.json")
    else { return nil }
    return try Run.read(checkpoint)
  }

  /// Throws where the options contradict each other.
  func check() throws {
    if checkpoint == nil {
      for (name, isGiven) in [("--resume", resume), ("--overwrite", overwrite)] where isGiven {
        throw ValidationError("\(name): expected --checkpoint with the directory of a run")
      }
    }
    try OptionChecks.path(checkpoint, "--checkpoint")
    if resume, overwrite {
      throw ValidationError("--resume and --overwrite: expected one of them")
    }
    if let saveEvery {
      try OptionChecks.notNegative(saveEvery, "--save-every", upTo: 1e9)
      if checkpoint == nil {
        throw ValidationError("--save-every: expected --checkpoint with a directory to save to")
      }
    }
  }

  /// Takes the directory for this process; nil where the run is not kept.
  func directory() throws -> RunDirectory? {
    try checkpoint.map { try RunDirectory($0, resume ? .resume : overwrite ? .overwrite : .new) }
  }

  var saveInterval: Duration { .seconds(saveEvery ?? 60) }

  /// Ends the process as after Ctrl-C, saying how far it came and how to go on.
  func explainStop(after done: Int, of steps: Int) throws -> Never {
    let advice = checkpoint == nil ? "" : "; go on with the same command and --resume"
    StandardError.print("gumbel: stopped after \(done) of \(steps) steps\(advice)")
    throw ExitCode(Interruption.exitStatus)
  }
}
