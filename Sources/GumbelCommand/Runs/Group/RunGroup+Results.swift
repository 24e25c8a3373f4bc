import ArgumentParser
import SwiftGumbel

extension RunGroup {
  func write(
    _ found: Outcome, _ wanted: [Description], _ deadline: ContinuousClock.Instant?
  ) throws {
    let failures = found.problems.sorted { $0.key < $1.key }.map { index, problem in
      GroupResult.Failure(
        name: members[index].name, seed: members[index].seed, settings: members[index].settings,
        problem: problem)
    }
    let (measure, moreIsBetter) = Command.Trainer.validationMeasure
    let result = GroupResult(
      trainer: Description.trainer, data: wanted[0].dataName, validationMeasure: measure,
      moreIsBetter: moreIsBetter,
      runs: found.runs.sorted { $0.key < $1.key }.map(\.value), failures: failures)
    let isDone = found.runs.count + failures.count == members.count
    if isDone, let best = result.best { try directory.link(best: best) }
    try command.results.write(
      result, or: result.table, figure: GroupPictures(result: result).figure,
      page: GroupReport(
        result: result, settings: commonSettings(wanted), command: arguments
      ).html)
    if !isDone {
      let advice = "; go on with the same command and --resume"
      let count = "after \(found.runs.count) of \(counted(members.count, "run"))"
      guard Interruption.isRequested else {
        StandardError.print(
          "gumbel: the time of --minutes is over \(count)\(advice)")
        return
      }
      LastWords.leaveUnsaid()
      throw CommandEnd.stop(count + advice)
    }
    if let failure = failures.first {
      throw CommandFailure(
        "\(failures.count) of \(counted(members.count, "run")) failed, of which the others are kept: "
          + "\(failure.name): \(failure.problem)")
    }
  }

  /// What all runs have in common.
  private func commonSettings(_ runs: [Description]) -> [(name: String, value: String)] {
    let tables = runs.map(\.settingsTable)
    return tables[0].filter { row in
      tables.allSatisfy { table in
        table.contains { $0.name == row.name && $0.value == row.value }
      }
    }
  }
}
