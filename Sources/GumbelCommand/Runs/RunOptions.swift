import ArgumentParser
import GumbelCLibrary
import SwiftGumbel

/// Whether a command goes on with what an earlier call of it has kept.
struct ResumeOptions: ParsableArguments {
  @Flag(help: "Go on with what an earlier call has kept.") var resume = false
  @Flag(help: "Begin anew, and lose what an earlier call has kept.") var overwrite = false

  func validate() throws {
    if resume, overwrite {
      throw ValidationError("--resume and --overwrite: expected one of them")
    }
  }

  /// Throws where something is to be kept of which the command is not told where.
  func check(keptBy option: String?, expected: String) throws {
    if option == nil, resume || overwrite {
      throw ValidationError("\(resume ? "--resume" : "--overwrite"): expected \(expected)")
    }
  }
}

/// Where a command that trains keeps its run, and how it is taken up again.
struct RunOptions: ParsableArguments {
  @Option(
    "Keep the run in this directory, where another is not replaced without --overwrite.",
    valueName: "directory", completion: .directory)
  var checkpoint: String?
  @Option(
    "Save the run when so many seconds have passed since the last time. (default: 60, of gumbel "
      + "learn 5)", valueName: "seconds")
  var saveEvery: Double?
  @Option(
    "End after so many minutes, as after Ctrl-C but with status 0; --resume goes on.",
    valueName: "m")
  var minutes: Double?
  @Flag(help: "Show TensorBoard where all weights lie after each epoch.") var histograms = false
  @OptionGroup private var earlier: ResumeOptions

  /// What the discussion of a command says of its runs.
  ///
  /// - Parameter saving: when a run is saved.
  static func discussion(
    saving: String = "after every epoch, and within epochs by --save-every"
  ) -> String {
    """
    A run that was stopped, whether by Ctrl-C, kill -9 or a power cut, goes on with --checkpoint \
    and --resume, to the same bits; data and options are those that the run was begun with, but \
    --device may name another one, where bits differ by rounding. With \
    more --epochs, rates and temperatures that have come to their end stay there. A run is saved \
    \(saving). Without --checkpoint nothing is kept but --json, --plot and --report.
    """
  }

  var resume: Bool { earlier.resume }
  var overwrite: Bool { earlier.overwrite }

  /// - Parameter usual: seconds, where no others were asked for.
  func saveInterval(usual: Double = 60) -> Duration { .seconds(saveEvery ?? usual) }

  private static let processStart = ContinuousClock.now

  /// When the time of this process is over; nil for never.
  var deadline: ContinuousClock.Instant? {
    minutes.map { Self.processStart + .seconds(60 * $0) }
  }

  func validate() throws {
    try OptionChecks.positive(minutes, "--minutes", upTo: 1e7)
    _ = Self.processStart
    try earlier.check(
      keptBy: checkpoint, expected: "--checkpoint with the directory of a run")
    try OptionChecks.path(checkpoint, "--checkpoint")
    try OptionChecks.notNegative(saveEvery, "--save-every", upTo: 1e9)
    if histograms, checkpoint == nil {
      throw ValidationError("--histograms: expected --checkpoint with a directory to write them to")
    }
    if saveEvery != nil, checkpoint == nil {
      throw ValidationError("--save-every: expected --checkpoint with a directory to save to")
    }
  }

  /// Says how far a training came that did not come to its end, and ends the process as after Ctrl-C
  /// unless it was its time that was over.
  func explainEnd(
    isTimeOver: Bool, after done: Int, of all: Int, _ unit: String = "steps"
  ) throws {
    let isOver = try Processes.fromFirst {
      isTimeOver && !Interruption.isRequested ? "" : nil
    }
    guard isOver != nil else { try explainStop(after: done, of: all, unit) }
    guard Processes.isFirst else { return }
    let advice = checkpoint == nil ? "" : "; go on with the same command and --resume"
    StandardError.print(
      "gumbel: the time of --minutes is over after \(done) of \(all) \(unit)\(advice)")
  }

  /// Ends the process as after Ctrl-C, saying how far it came and how to go on.
  func explainStop(after done: Int, of all: Int, _ unit: String = "steps") throws -> Never {
    if !Processes.isFirst { throw ExitCode(Interruption.exitStatus) }
    let advice = checkpoint == nil ? "" : "; go on with the same command and --resume"
    LastWords.leaveUnsaid()
    throw CommandEnd.stop("after \(done) of \(all) \(unit)\(advice)")
  }

  /// Says where nothing will be left of a training.
  func sayWhatIsKept(quiet: Bool) {
    guard checkpoint == nil, !quiet else { return }
    StandardError.print(
      "gumbel: without --checkpoint the trained network will not be kept, nor can the run be resumed"
    )
  }

  /// The settings of the run to go on with; nil where it has none yet, or where one begins.
  func settings<Run: RunDescription>(of type: Run.Type) throws -> Run? {
    guard resume, let checkpoint else { return nil }
    let text = try Processes.fromFirst {
      guard access(checkpoint + "/settings.json", F_OK) == 0 else { return nil }
      return try RunDirectory.settings(in: checkpoint)
    }
    return try text.map { try Run(json: $0, path: checkpoint + "/settings.json") }
  }

  private var start: RunDirectory.Start { resume ? .resume : overwrite ? .overwrite : .new }

  /// Fails where ``directory()`` would, as far as that can be told before long work, and changes
  /// nothing.
  func checkDirectory() throws {
    if Processes.isFirst, let checkpoint { try RunDirectory.check(checkpoint, start) }
  }

  /// Takes the directory for this process; nil where the run is not kept, or another process keeps it.
  func directory() throws -> RunDirectory? {
    guard Processes.isFirst else { return nil }
    return try checkpoint.map { try RunDirectory($0, start) }
  }
}
