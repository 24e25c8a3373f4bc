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
    let numbers = rows.map { row in
      [shortened(categories[row]), fixed(learned[row]), fixed(reference[row])]
        + [signed(learned[row] - reference[row])]
    }
    let titles = ["category", "learned", referenceKind == .true ? "true" : "empirical", "error"]
    let scale = max(rows.map { max(learned[$0], reference[$0]) }.max() ?? 1, 1e-9)
    let bars = [""] + rows.map { bar(learned[$0] / scale) }
    var lines = zip(AlignedTable([titles] + numbers, areNumbers: true).lines, bars).map {
      line, bar in
      bar.isEmpty ? line : line + "  " + bar
    }
    if categories.count > limit {
      lines.append("… and \(categories.count - limit) rarer categories")
    }
    if let assumedHeaderLine {
      lines.append("line \(assumedHeaderLine) was taken for the names of columns")
    }
    if let rowsLeftOut, rowsLeftOut > 0 {
      lines.append("\(counted(rowsLeftOut, "row")) without a symbol left out")
    }
    lines.append(
      "total variation \(fixed(totalVariation)) after \(epochs) epochs in "
        + "\(hundredths(trainingSeconds)) s")
    return lines.joined(separator: "\n")
  }

  private func shortened(_ name: String) -> String {
    let printable = escaped(name)
    return printable.count <= 24 ? printable : printable.prefix(23) + "…"
  }

  /// Eighths of a character, 16 characters for the largest value.
  private func bar(_ share: Double) -> String {
    let eighths = Int((min(max(share, 0), 1) * 128).rounded())
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
  }
}
