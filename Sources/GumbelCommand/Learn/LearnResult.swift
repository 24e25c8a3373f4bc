import SwiftGumbel

/// What a run of `gumbel learn` found; printed as JSON with these names.
struct LearnResult: Encodable {
  enum ReferenceKind: String, Encodable { case `true`, empirical }

  let categories: [String]
  let learned: [Double]
  let reference: [Double]
  let referenceKind: ReferenceKind
  let totalVariation: Double
  let epochs: Int
  let discriminatorSteps: Int
  let generatorSteps: Int
  let trainingSeconds: Double
  let seed: UInt64
  let preset: String
  let history: [[Double]]
  /// The line of a table that was taken for the names of its columns by its looks.
  let assumedHeaderLine: Int?
  /// The lines or rows that lack a symbol, where they may; nil otherwise.
  let rowsLeftOut: Int?

  init(
    _ training: Run<Adversarial<StreamGAN, Adam>, LearnMeasurement>, _ run: LearnRun,
    reference: [Double], referenceKind: ReferenceKind, layout: TableLayout? = nil,
    skippedRows: Int? = nil
  ) {
    rowsLeftOut = skippedRows
    categories = run.categories
    learned = training.training.learnedProbabilities.map(Double.init)
    self.reference = reference
    self.referenceKind = referenceKind
    totalVariation = zip(learned, reference).reduce(0) { $0 + abs($1.0 - $1.1) } / 2
    epochs = training.training.history.count
    discriminatorSteps = training.training.stepsDone * run.plan.discriminatorSteps
    generatorSteps = training.training.stepsDone * run.plan.generatorSteps
    trainingSeconds = training.seconds
    seed = run.seed
    preset = run.preset.rawValue
    history = training.epochs.map { $0.learned.map(Double.init) }
    assumedHeaderLine = layout.flatMap { $0.isHeaderAssumed ? $0.headerLine : nil }
  }
}

// MARK: - The table

extension LearnResult {
  /// A row a category, the most frequent ones where there are many, and the total variation.
  var table: String {
    let limit = 40
    var rows = Array(categories.indices)
    if rows.count > limit {
      rows = Array(rows.sorted { (reference[$0], $1) > (reference[$1], $0) }.prefix(limit))
    }
    let names = rows.map { shortened(categories[$0]) }
    let referenceTitle = referenceKind == .true ? "true" : "empirical"
    let width = max(8, names.map(\.count).max() ?? 0)
    var lines = [
      padded("category", width) + "  learned  " + leftPadded(referenceTitle, 9) + "    error"
    ]
    let scale = rows.map { max(learned[$0], reference[$0]) }.max() ?? 1
    for (row, name) in zip(rows, names) {
      let error = learned[row] - reference[row]
      lines.append(
        padded(name, width) + "  " + fixed(learned[row]) + "  "
          + leftPadded(fixed(reference[row]), 9)
          + "  " + leftPadded(signed(error), 7) + "  "
          + bar(learned[row] / max(scale, 1e-9)))
    }
    if categories.count > limit {
      lines.append("… and \(categories.count - limit) rarer categories")
    }
    if let assumedHeaderLine {
      lines.append("line \(assumedHeaderLine) was taken for the names of columns")
    }
    if let rowsLeftOut, rowsLeftOut > 0 {
      lines.append("\(amount(rowsLeftOut, "row")) without a symbol left out")
    }
    lines.append(
      "total variation \(fixed(totalVariation)) after \(epochs) epochs in "
        + "\(hundredths(trainingSeconds)) s")
    return lines.map(withoutTrailingSpaces).joined(separator: "\n")
  }

  private func shortened(_ name: String) -> String {
    let printable = escaped(name)
    return printable.count <= 24 ? printable : printable.prefix(23) + "…"
  }

  private func withoutTrailingSpaces(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// Eighths of a character, 16 characters for the largest value.
  private func bar(_ share: Double) -> String {
    let eighths = Int((min(max(share, 0), 1) * 128).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}

/// Four decimals and a sign; what rounds to 0 has a plus.
func signed(_ value: Double) -> String {
  let text = fixed(value)
  return text.hasPrefix("-") ? text : "+" + text
}

/// Four decimals.
func fixed(_ value: Double) -> String {
  guard abs(value) < 1e14 else { return "\(value)" }
  let scaled = Int((abs(value) * 10_000).rounded())
  let digits = String(scaled % 10_000)
  return (value < 0 && scaled > 0 ? "-" : "") + "\(scaled / 10_000)."
    + String(repeating: "0", count: 4 - digits.count) + digits
}

/// Two decimals.
func hundredths(_ value: Double) -> String {
  guard abs(value) < 1e15 else { return "\(value)" }
  let scaled = Int((abs(value) * 100).rounded())
  return "\(scaled / 100).\(scaled % 100 < 10 ? "0" : "")\(scaled % 100)"
}
