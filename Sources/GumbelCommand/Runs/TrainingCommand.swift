import ArgumentParser
import SwiftGumbel

/// A command that trains, and goes on with a run that a directory holds.
protocol TrainingCommand: ParsableCommand {
  associatedtype Description: RunDescription
  /// What says where the data are; nil where that is left to the run.
  var dataArgument: String? { get set }
  /// What usage calls it.
  static var dataName: String { get }
  /// What `--epochs` gives.
  var epochs: Int? { get set }
  var keeping: RunOptions { get set }
  var progress: ProgressOption { get set }
}

extension TrainingCommand {
  static var dataName: String { "DATA" }

  /// The command that goes on with a run: the one that began it, with the options that are given here;
  /// itself where it begins one.
  ///
  /// - Parameter run: as its directory has it; nil where nothing of it is there yet.
  func continued(_ run: Description?) throws -> Self {
    guard keeping.resume else { return self }
    var command: Self = try ResumedCommand.merging(run?.command)
    let showsHistograms = command.keeping.histograms
    (command.keeping, command.progress) = (keeping, progress)
    command.keeping.histograms = showsHistograms
    guard let run, let checkpoint = keeping.checkpoint else { return command }
    command.epochs = run.begunEpochs
    if dataArgument == nil, let typed = command.dataArgument {
      command.dataArgument = try DataPath.ofRun(
        recorded: run.dataPath, typed: typed, run: checkpoint,
        command: "\(Description.trainer) \(Self.dataName) --checkpoint \(checkpoint) --resume")
    }
    return command
  }
}
