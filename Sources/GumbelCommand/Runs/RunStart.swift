import ArgumentParser
import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// A run as it begins, or as its directory has it.
struct RunStart<Run: RunDescription> {
  let run: Run
  let training: Run.Training
  /// Where the directory has it; nil at the beginning.
  let position: RunDirectory.Position?
  let log: MetricsLog
  /// What was measured up to there.
  let records: [MetricsRecord]

  /// - Parameters:
  ///   - epochs: how many were asked for.
  ///   - wanted: the run that the options ask for, with so many epochs; nil for their default.
  /// - Throws: Where the directory holds another run than the one that is wanted.
  init(
    in directory: RunDirectory?, epochs: Int?, _ wanted: (Int?) throws -> Run
  ) throws {
    if let directory, let text = try directory.settings() {
      let earlier = try Run(json: text, path: directory.settingsPath)
      run = try earlier.goingOn(to: epochs, as: wanted, path: directory.path)
      var training = try run.makeCheckedTraining(path: directory.path)
      position = try directory.restore(&training)
      self.training = training
      if let position { try run.check(position, path: directory.checkpointPath) }
      if run.epochs > earlier.epochs || run.dataPath != earlier.dataPath {
        try directory.writeSettings(JSON.indentedText(of: run))
      }
      if let prolongation = run.prolongation { StandardError.print("gumbel: " + prolongation) }
    } else {
      run = try wanted(epochs)
      training = try run.makeCheckedTraining(path: nil)
      position = nil
      try directory?.writeSettings(JSON.indentedText(of: run))
    }
    if let directory {
      LastWords.keep("the run in \(directory.path)", in: directory.checkpointPath)
    }
    log = try directory?.openLog(at: position) ?? MetricsLog([])
    records =
      position == nil ? [] : try directory.map { try JSONLinesLog.read($0.metricsPath) } ?? []
    // There is no step after which it would be saved.
    if run.steps == 0, position == nil { try directory?.save(training, step: 0) }
    if let directory, let position { sayWhatIsLost(directory, position) }
  }

  private func sayWhatIsLost(_ directory: RunDirectory, _ position: RunDirectory.Position) {
    let done = position.lastMeasuredStep / run.stepsPerEpoch
    let measured = Set(
      records.compactMap { record in
        record.epoch.flatMap { $0 * run.stepsPerEpoch == record.step ? $0 : nil }
      }
    ).count
    if measured < done {
      StandardError.print(
        "gumbel: \(directory.metricsPath): has the measurements of \(measured) of \(done) epochs; "
          + "the run goes on without the others")
    }
  }
}
