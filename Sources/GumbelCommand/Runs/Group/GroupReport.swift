import SwiftGumbel

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
