import SwiftGumbel

extension GroupResult {
  private func number(_ value: Double?) -> String {
    value.map { NumberText.text($0, resolution: 0.1) } ?? ""
  }

  /// Titles and rows of the summaries of a measure.
  func summaryTable(_ measure: String) -> (titles: [String], rows: [[String]]) {
    let rows = settings.compactMap { setting -> [String]? in
      guard let found = setting.measures.first(where: { $0.name == measure })?.summary else {
        return nil
      }
      return [
        name(setting), "\(found.n)", number(found.mean), number(found.standardDeviation),
        number(found.lower), number(found.upper),
      ]
    }
    return ([measure, "n", "mean", "s.d.", "95 % from", "to"], rows)
  }

  /// Titles and rows of the trainings one by one.
  var runTable: (titles: [String], rows: [[String]]) {
    let names = measureNames
    let rows = runs.map { run in
      [run.name + (run.name == best ? "*" : ""), "\(run.epochs)", "\(run.validation.bestEpoch)"]
        + names.map { name in number(run.measures.first { $0.name == name }?.value) }
    }
    return (["run", "epochs", "best epoch"] + names, rows)
  }

  var measureNames: [String] {
    var names: [String] = []
    for measure in runs.flatMap(\.measures) where !names.contains(measure.name) {
      names.append(measure.name)
    }
    return names
  }

  private func name(_ setting: Setting) -> String {
    setting.settings.isEmpty ? "all" : GroupMember.text(setting.settings)
  }

  var notes: [String] {
    if best == nil { return ["No run is done."] + problems }
    return [
      "Over n seeds: the mean, the standard deviation of the runs, and the 95 % interval of the mean by "
        + "Student's t. The weights are those of each run's best epoch by \(validationMeasure).",
      best.map {
        "* the best, which the link best leads to: of the setting that is best on average by "
          + "\(validationMeasure), the run that is (\($0))."
      } ?? "",
    ] + problems
  }

  private var problems: [String] { failures.map { "\($0.name): \($0.problem)" } }

  var table: String {
    var parts = measureNames.map { measure in
      let (titles, rows) = summaryTable(measure)
      return AlignedTable([titles] + rows, areNumbers: true).text
    }
    let (titles, rows) = runTable
    if !rows.isEmpty { parts.append(AlignedTable([titles] + rows, areNumbers: true).text) }
    return (parts + [notes.map { escaped($0) }.joined(separator: "\n")]).joined(separator: "\n\n")
  }
}
