import SwiftGumbel

/// The pictures of a comparison.
struct ComparePictures {
  let result: CompareResult

  /// The negated bound of test images after each epoch; the worst ones may leave the picture.
  var curves: ChartPanel {
    let rows = result.rows
    let marks = zip(rows, EstimatorFamily.styles(of: rows.map(\.name))).map { row, style in
      let curve = row.curve
      return ChartPanel.Mark.line(
        row.name, x: curve.indices.map { Double($0 + 1) }, y: curve, color: style.color,
        dash: style.dash)
    }
    return ChartPanel(
      marks, title: "Test images, exact draws", x: "epoch",
      y: ChartPanel.Axis("-bound (nats)", range: range(rows)),
      size: Drawing.Size(width: 620, height: 380))
  }

  /// From the least of all to where the first epoch left the middle one.
  private func range(_ rows: [CompareResult.Row]) -> ClosedRange<Double>? {
    let starts = rows.compactMap(\.curve.first).sorted()
    guard let least = rows.flatMap(\.curve).filter(\.isFinite).min(), !starts.isEmpty else {
      return nil
    }
    let top = starts[starts.count / 2]
    guard top > least else { return nil }
    let room = 0.06 * (top - least)
    return (least - room)...(top + room)
  }

  var bars: BarChart {
    let rows = result.rows
    return BarChart(
      categories: rows.map(\.name),
      series: [("milliseconds a step", rows.map { 1000 * $0.secondsPerStep })],
      title: "Time", valueLabel: "ms a step", size: Drawing.Size(width: 420, height: 380))
  }

  /// What `--plot` draws.
  var figure: Figure { Figure(columns: [curves, bars]) }
}

/// One self-contained page on a comparison.
struct CompareReport {
  let table: CompareTable
  let command: [String]

  var html: String {
    let pictures = ComparePictures(result: table.result)
    return HTMLPage(
      title: "Gradient estimators compared",
      body: """
        <p>\(xmlEscaped(table.title)). Every estimator trains the same network on the same batches
        for as many steps; only the way in which the gradient passes through the discrete variables
        differs.</p>
        <p>The curves are what the test images lose by each estimator after every epoch: lower is
        better. The bars are what a step takes.</p>
        \(HTMLPage.figure(pictures.figure))
        <h2>Numbers</h2>
        \(HTMLPage.table(table.columns, table.rows, label: "Numbers"))
        \(table.notes.map { "<p>\(xmlEscaped($0))</p>" }.joined(separator: "\n"))
        <h2>Again</h2>
        \(HTMLPage.command(ShellWords.line(["gumbel"] + command)))
        """,
      footer: """
        <p>Times are of this machine, on \(counted(Backend.threadCount, "thread")). Made by gumbel
        \(GumbelCommand.version).</p>
        """
    ).html
  }
}
