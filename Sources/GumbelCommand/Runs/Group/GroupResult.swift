import SwiftGumbel

/// What the trainings of a group found; printed as JSON with these names.
struct GroupResult: Encodable {
  /// A number that runs are compared by.
  struct Measure: Codable {
    let name: String
    @Measured var value: Double
  }

  /// One training.
  struct Run: Codable {
    let name: String
    let seed: UInt64
    let settings: [GroupMember.Setting]
    let epochs, steps: Int
    /// The steps of its plan, of which it may have ended before.
    let plannedSteps: Int
    let trainingSeconds: Double
    let parameters: Int
    let validation: ValidationResult
    /// What was measured at the end, with the weights of the best epoch.
    let measures: [Measure]
    /// What was measured on what is held out, after each epoch.
    let curve: [Measured]
  }

  /// A training that could not come to its end.
  struct Failure: Encodable {
    let name: String
    let seed: UInt64
    let settings: [GroupMember.Setting]
    let problem: String
  }

  /// What the trainings of a setting found, whatever their seeds.
  struct Setting: Encodable {
    struct NamedSummary: Encodable {
      let name: String
      let summary: SeedSummary
    }

    let settings: [GroupMember.Setting]
    let measures: [NamedSummary]
    /// Of what is held out, after each epoch that all of its trainings have.
    let curve: [SeedSummary]
  }

  let trainer: String
  let data: String
  /// What is measured on what is held out, and whether more of it is better.
  let validationMeasure: String
  let moreIsBetter: Bool
  let runs: [Run]
  let failures: [Failure]
  let settings: [Setting]
  /// The run that is kept as the best one; nil where none is done.
  let best: String?

  /// - Parameter runs: in the order of the group.
  init(
    trainer: String, data: String, validationMeasure: String, moreIsBetter: Bool, runs: [Run],
    failures: [Failure]
  ) {
    (self.trainer, self.data) = (trainer, data)
    (self.validationMeasure, self.moreIsBetter) = (validationMeasure, moreIsBetter)
    (self.runs, self.failures) = (runs, failures)
    var groups: [[Run]] = []
    for run in runs {
      if let place = groups.firstIndex(where: { $0[0].settings == run.settings }) {
        groups[place].append(run)
      } else {
        groups.append([run])
      }
    }
    settings = groups.map(Self.summary)
    func score(_ run: Run) -> Double {
      moreIsBetter ? -run.validation.best : run.validation.best
    }
    let best = groups.min { a, b in
      SeedSummary(a.map(score)).mean < SeedSummary(b.map(score)).mean
    }
    self.best = best?.min { score($0) < score($1) }?.name
  }

  private static func summary(_ runs: [Run]) -> Setting {
    let names = runs[0].measures.map(\.name).filter { name in
      runs.allSatisfy { run in run.measures.contains { $0.name == name } }
    }
    let epochs = runs.map(\.curve.count).min() ?? 0
    return Setting(
      settings: runs[0].settings,
      measures: names.map { name in
        Setting.NamedSummary(
          name: name,
          summary: SeedSummary(
            runs.map { run in run.measures.first { $0.name == name }!.value }))
      },
      curve: (0..<epochs).map { epoch in SeedSummary(runs.map { $0.curve[epoch].wrappedValue }) })
  }
}

// MARK: - Tables

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

// MARK: - Pictures

/// The pictures of a group.
struct GroupPictures {
  let result: GroupResult

  /// What is measured on what is held out, after each epoch: means with the intervals of these.
  var curves: ChartPanel {
    let marks = result.settings.enumerated().flatMap { index, setting in
      let color = Drawing.Color.palette[index % Drawing.Color.palette.count]
      let x = setting.curve.indices.map { Double($0 + 1) }
      let name = setting.settings.isEmpty ? nil : GroupMember.text(setting.settings)
      var marks: [ChartPanel.Mark] = []
      if setting.curve.contains(where: { $0.lower != nil }) {
        marks.append(
          .band(
            x: x, lower: setting.curve.map { $0.lower ?? $0.mean },
            upper: setting.curve.map { $0.upper ?? $0.mean }, color: color))
      }
      return marks + [.line(name, x: x, y: setting.curve.map(\.mean), color: color)]
    }
    return ChartPanel(
      marks, title: "What is held out", x: "epoch", y: ChartPanel.Axis(result.validationMeasure),
      size: Drawing.Size(width: 620, height: 380))
  }

  /// What `--plot` draws.
  var figure: Figure { Figure(columns: [curves]) }
}

/// One self-contained page on a group.
struct GroupReport {
  let result: GroupResult
  /// What all runs have in common.
  let settings: [(name: String, value: String)]
  let command: [String]

  var html: String {
    let runs = result.runTable
    return HTMLPage(
      title: "\(counted(result.runs.count, "training")) of \(result.data)",
      body: """
        <p>\(xmlEscaped(summary))</p>
        \(HTMLPage.figure(GroupPictures(result: result).figure))
        <p>Lines are means over the seeds of a setting, as long as all of its runs go on; the areas
        around them are 95 % intervals of these means.</p>
        <h2>Numbers</h2>
        \(result.measureNames.map { measure in
          let (titles, rows) = result.summaryTable(measure)
          return HTMLPage.table(titles, rows, label: measure)
        }.joined(separator: "\n"))
        <h2>Runs</h2>
        \(HTMLPage.table(runs.titles, runs.rows, label: "Runs"))
        \(result.notes.map { "<p>\(xmlEscaped($0))</p>" }.joined(separator: "\n"))
        <h2>Settings</h2>
        \(HTMLPage.settings(settings))
        <h2>Again</h2>
        <p>The same command gives the same bits on a machine of the same kind:</p>
        \(HTMLPage.command(ShellWords.line(["gumbel"] + command)))
        """,
      footer: "<p>Made by gumbel \(GumbelCommand.version).</p>"
    ).html
  }

  private var summary: String {
    let count = result.settings.count
    let what =
      "\(counted(result.runs.count, "run")) of \(result.trainer)"
      + (count > 1 ? ", with \(count) settings" : "")
    return result.best.map { "\(what). The best by \(result.validationMeasure): \($0)." } ?? what
  }
}
