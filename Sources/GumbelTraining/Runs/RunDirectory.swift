import GumbelFiles
import GumbelTensors

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A directory that holds a training run: settings, checkpoint and measurements.
///
/// | file | what it holds |
/// | --- | --- |
/// | `settings.json` | what was asked for |
/// | `checkpoint.safetensors` | all tensors of the training, with the step in the metadata |
/// | `best.safetensors` | the same as of the best epoch, where the run keeps it (``Run/keepBest(_:by:)``) |
/// | `metrics.jsonl` | the measurements (``JSONLinesLog``) |
/// | `events.out.tfevents.…` | the same for TensorBoard, with pictures (``TensorBoardLog``) |
/// | `.lock` | locked by the process that trains |
///
/// The process may end at any moment, also by `kill -9` or with the power. Files are written beside,
/// flushed and renamed, so that one checkpoint is enough: there is always a whole one. The
/// measurements are flushed before each checkpoint, so none up to its step is missing, and those
/// after it are cut off when the run goes on. The lock goes with its process.
public final class RunDirectory {
  /// What to do about a run that is in the directory already.
  public enum Start: Sendable {
    /// Begin a run; an older one is an error.
    case new
    /// Go on with the run that is there; it is an error if there is none.
    case resume
    /// Go on with the run that is there; begin one where there is none.
    case resumeIfPresent
    /// Remove the run that is there, if any, and begin anew.
    case overwrite
  }

  /// Where a checkpoint left a run.
  public struct Position: Equatable, Sendable {
    /// The number of steps done.
    public let step: Int
    /// The seconds of training up to there.
    public let seconds: Double
    /// Whether the step ended an epoch of which nothing is measured yet; see
    /// ``Interruption/Abandoned``.
    public let isEpochOpen: Bool
    /// What ``save(_:step:seconds:isEpochOpen:metadata:)`` was given.
    public let metadata: [String: String]

    /// The last step that something may be measured about.
    public var lastMeasuredStep: Int { isEpochOpen ? max(step - 1, 0) : step }

    /// The seconds that a run can have taken: 30,000 years.
    package static let seconds = 0...1e12
  }

  /// The directory as it was given.
  public let path: String
  /// What the run was asked for, for TensorBoard's table of hyperparameters; to be set before
  /// ``openLogs(at:tensorBoard:)``, or before a ``Run`` is made. Nil for no row there.
  public var hyperparameters: Hyperparameters?

  private let lock: DirectoryLock

  /// Takes a directory for the use of this process.
  ///
  /// Makes the directory if there is none, and removes what a process that was killed has left
  /// half-written.
  ///
  /// - Throws: ``RunError`` if another process trains there, or if what is there does not agree with
  ///   `start`. Nothing is then changed.
  public init(_ path: String, _ start: Start) throws {
    self.path = path
    // What can be told before is told before anything is made.
    if try !Self.check(path, start) {
      do {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      } catch {
        throw RunError(path: path, problem: "the directory cannot be made")
      }
    }
    lock = try DirectoryLock(path)
    let files = try Self.filesOfRun(in: path)
    try Self.check(start, files, in: path)
    if start == .overwrite {
      // The settings go last: a run that is removed in part can still be told from none.
      for name in files.sorted(by: { $1 == Self.settingsName && $0 != $1 }) {
        try FileManager.default.removeItem(atPath: path + "/" + name)
      }
    }
    AtomicFile.removeAbandoned(beside: checkpointPath)
  }

  /// Whether there is such a directory; fails where taking it would, as far as that can be told
  /// without changing anything: for use ahead of long work.
  @discardableResult
  package static func check(_ path: String, _ start: Start) throws -> Bool {
    var isDirectory = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      if start == .resume {
        throw RunError(path: path, problem: "does not exist; expected the directory of a run")
      }
      return false
    }
    if !isDirectory { throw RunError(path: path, problem: "is not a directory") }
    try check(start, filesOfRun(in: path), in: path)
    return true
  }

  private static func check(_ start: Start, _ files: [String], in path: String) throws(RunError) {
    switch start {
    case .new:
      if !files.isEmpty {
        throw RunError(
          path: path,
          problem: "holds a run already; expected another directory, --resume to go "
            + "on with it, or --overwrite to lose it")
      }
    case .resume, .resumeIfPresent:
      if files.isEmpty, start == .resume {
        throw RunError(path: path, problem: "holds no run to resume; begin one without --resume")
      }
      if let link = files.first(where: { RunFile.isLink(path + "/" + $0) }) {
        throw RunError(
          path: path + "/" + link,
          problem: "is a symbolic link, through which nothing is written; expected the run's own "
            + "file")
      }
    // A link is removed, and what it points to stays.
    case .overwrite: break
    }
  }

  /// The file with what was asked for.
  public var settingsPath: String { path + "/" + Self.settingsName }
  /// The file with the tensors.
  public var checkpointPath: String { path + "/" + Self.checkpointName }
  /// The file with the tensors as they were after the best epoch, where the run keeps these.
  public var bestPath: String { path + "/" + Self.bestName }
  /// The file with the measurements.
  public var metricsPath: String { path + "/" + Self.metricsName }

  // MARK: - Settings

  /// Keeps what was asked for, as JSON.
  public func writeSettings(_ json: String) throws {
    let text = json.hasSuffix("\n") ? json : json + "\n"
    try AtomicFile.replace(settingsPath, with: Array(text.utf8))
  }

  /// What was asked for; nil if the run ended before it was written.
  public func settings() throws -> String? {
    guard FileManager.default.fileExists(atPath: settingsPath) else { return nil }
    return try Self.settings(in: path)
  }

  /// The settings in a run's directory, which is not taken; at most 64 MiB.
  package static func settings(in path: String) throws(RunError) -> String {
    String(
      decoding: try RunFile.bytes(
        of: path + "/" + settingsName, limit: RunFile.Limit.settings, expected: "a run's settings"),
      as: UTF8.self)
  }

  // MARK: - Checkpoint

  /// Saves a training and the number of steps that it has done.
  ///
  /// What is logged about a step has to be logged and flushed before the step is saved, unless the step
  /// ends an epoch that is still open. Traps if the metadata has an entry `step`, `seconds` or `epoch`,
  /// which are ours.
  ///
  /// - Parameters:
  ///   - training: what is saved.
  ///   - step: the number of steps done.
  ///   - seconds: of training up to there.
  ///   - isEpochOpen: whether what is to be measured after the step was abandoned.
  ///   - metadata: kept with it.
  public func save(
    _ training: some TensorGroup, step: Int, seconds: Double = 0, isEpochOpen: Bool = false,
    metadata: [String: String] = [:]
  ) throws {
    require(
      ["step", "seconds", "epoch"].allSatisfy { metadata[$0] == nil },
      "RunDirectory.save: the metadata has an entry step, seconds or epoch already")
    var own = ["step": "\(step)", "seconds": "\(seconds)"]
    if isEpochOpen { own["epoch"] = Self.openEpoch }
    try Checkpoint.replace(
      checkpointPath, with: training, metadata: metadata.merging(own) { $1 })
    FreedMemory.giveBack()
  }

  /// Saves a training as it is after its best epoch, beside the checkpoint.
  func saveBest(_ training: some TensorGroup, step: Int, seconds: Double) throws {
    try Checkpoint.replace(
      bestPath, with: training, metadata: ["step": "\(step)", "seconds": "\(seconds)"])
  }

  /// Reads a training back; nil, and nothing read, if the run ended before it was first saved.
  ///
  /// - Throws: ``CheckpointError``; the group is then unchanged.
  public func restore(_ training: inout some TensorGroup) throws -> Position? {
    guard FileManager.default.fileExists(atPath: checkpointPath) else { return nil }
    return try Self.restore(&training, from: checkpointPath)
  }

  /// Reads a training out of a run's checkpoint without taking the directory.
  public static func restore(
    _ training: inout some TensorGroup, from checkpointPath: String
  ) throws -> Position {
    func failure(_ problem: String) -> CheckpointError {
      CheckpointError(path: checkpointPath, problem: problem)
    }
    var copy = training
    var metadata = try Checkpoint.read(&copy, from: checkpointPath)
    let (stepText, secondsText) = (
      metadata.removeValue(forKey: "step"), metadata.removeValue(forKey: "seconds")
    )
    let epochText = metadata.removeValue(forKey: "epoch")
    guard let stepText, let secondsText else {
      throw failure("does not say its step and seconds; expected a run's checkpoint")
    }
    guard let step = Int(stepText), 0...TrainingLoop.mostSteps ~= step else {
      throw failure(
        "has the step \(quoted(stepText)), expected a whole number from 0 to "
          + "\(TrainingLoop.mostSteps)")
    }
    guard let seconds = Double(secondsText), Position.seconds ~= seconds else {
      throw failure(
        "has the seconds \(quoted(secondsText)), expected a number from 0 to "
          + "\(Position.seconds.upperBound)")
    }
    if let epochText, epochText != openEpoch {
      throw failure("has the epoch \(quoted(epochText)), expected \(openEpoch) or none")
    }
    training = copy
    return Position(
      step: step, seconds: seconds, isEpochOpen: epochText != nil, metadata: metadata)
  }

  // MARK: - Measurements

  /// Opens the logs of the run where a checkpoint left it; nil for its beginning.
  ///
  /// What they hold about later steps is cut off, and about its own where its epoch is open.
  public func openLogs(
    at position: Position?, tensorBoard: Bool = true
  ) throws -> [any MetricsLog] {
    let step = position?.lastMeasuredStep
    let lines = try JSONLinesLog(metricsPath, resumingAt: step)
    return tensorBoard
      ? [
        lines,
        try TensorBoardLog(directory: path, resumingAt: step, hyperparameters: hyperparameters),
      ] : [lines]
  }

  // MARK: - Files

  /// The entry `epoch` of a checkpoint's metadata.
  private static let openEpoch = "open"
  private static let settingsName = "settings.json"
  private static let checkpointName = "checkpoint.safetensors"
  private static let bestName = "best.safetensors"
  private static let metricsName = "metrics.jsonl"

  private static func filesOfRun(in path: String) throws -> [String] {
    let names: [String]
    do {
      names = try FileManager.default.contentsOfDirectory(atPath: path)
    } catch {
      throw RunError(path: path, problem: "the directory cannot be read")
    }
    let own = [settingsName, checkpointName, bestName, metricsName]
    return names.filter { own.contains($0) || $0.hasPrefix(TensorBoardLog.prefix) }
  }
}

/// Why a run's directory or its log cannot be used.
public struct RunError: Error, Equatable, CustomStringConvertible {
  /// The directory or file.
  public let path: String
  /// What was found, and what was expected.
  public let problem: String

  /// Creates an error about a directory or file.
  public init(path: String, problem: String) {
    self.path = path
    self.problem = problem
  }

  public var description: String { "\(path): \(problem)" }
}
