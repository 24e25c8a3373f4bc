import SwiftGumbel

/// The measurements on a problem in words and columns, for a terminal and for the report.
struct EstimatorsTable {
  let measured: MeasuredProblem

  /// What estimators of one kind are called, and their rows.
  typealias Group = (title: String, rows: [[String]])

  static let legend = """
    bias: |mean − exact| / |exact|, ± what chance adds; variance: of one gradient; f: evaluations;
    * the best of its kind
    """

  var title: String { "\(measured.problem.name): \(measured.problem.title)" }

  var exactText: String {
    let gradient = measured.problem.exactGradient
    let shown = gradient.prefix(6).map { NumberText.text($0, resolution: 0.003 * largest) }
    let rest = gradient.count > 6 ? ", … \(gradient.count - 6) more" : ""
    return "exact gradient (" + shown.joined(separator: ", ") + rest + ")"
  }

  private var largest: Double { measured.problem.exactGradient.map(\.magnitude).max() ?? 1 }

  private var hasTemperatures: Bool { measured.rows.contains { $0.temperature != nil } }

  var columns: [String] {
    ["estimator"] + (hasTemperatures ? ["temperature"] : [])
      + ["bias", "± chance", "variance", "cosine", "f", "ns/draw", "variance × ns"]
  }

  /// Exact, unbiased and biased estimators, each kind by its variance.
  var groups: [Group] {
    let exact = measured.rows.filter { $0.measurement.name == "exact" }
    let others = measured.rows.filter { $0.measurement.name != "exact" }
    let kinds = [
      ("exact", exact), ("unbiased", others.filter(\.measurement.isUnbiased)),
      ("biased", others.filter { !$0.measurement.isUnbiased }),
    ]
    return kinds.filter { !$0.1.isEmpty }.map { title, rows in
      (title, texts(of: rows.sorted { $0.measurement.variance < $1.measurement.variance }))
    }
  }

  private func texts(of rows: [MeasuredProblem.Row]) -> [[String]] {
    func isBest(_ row: MeasuredProblem.Row, _ value: (GradientMeasurement) -> Double) -> Bool {
      rows.count > 1 && value(row.measurement) == rows.map { value($0.measurement) }.min()
    }
    // The least bias says nothing where it may be chance.
    let leastBias = rows.map(\.measurement).min { $0.relativeBias < $1.relativeBias }
    let isBiasKnown =
      leastBias.map {
        !$0.isUnbiased && $0.relativeBias > 3 * $0.biasStandardError
      } ?? false
    return rows.map { row in
      let found = row.measurement
      func text(_ value: (GradientMeasurement) -> Double, marked: Bool = true) -> String {
        digits(value(found)) + (marked && isBest(row, value) ? "*" : "")
      }
      let temperature = row.temperature.map { NumberText.short(Double($0)) } ?? ""
      return [found.name] + (hasTemperatures ? [temperature] : []) + [
        text(\.relativeBias, marked: isBiasKnown),
        digits(found.biasStandardError), text(\.variance),
        NumberText.text(found.cosine, resolution: 0.01), "\(found.evaluations)",
        text(\.nanosecondsPerDraw), text(\.varianceTimesTime),
      ]
    }
  }

  /// Three digits, or all of them before the point.
  private func digits(_ value: Double) -> String {
    NumberText.short(value.magnitude < 100 || !value.isFinite ? value : value.rounded())
  }

  /// Names to the left, numbers to the right, their marks hanging.
  var text: String {
    let groups = groups
    let rows = ([columns] + groups.flatMap(\.rows)).map(AlignedTable.hanging)
    var rest = AlignedTable(rows, areNumbers: true, gap: 1).lines[...]
    var lines = [title, exactText, "", rest.removeFirst()]
    for group in groups {
      if group.title != "exact" { lines.append(group.title) }
      lines += rest.prefix(group.rows.count)
      rest = rest.dropFirst(group.rows.count)
    }
    return lines.joined(separator: "\n")
  }
}
