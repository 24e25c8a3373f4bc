import SwiftGumbel

/// The result in words and tables, for a terminal and for the report.
struct FitTable {
  let result: FitResult

  private var fit: GumbelFit { result.fit }

  var title: String {
    let kind = fit.extreme == .maximum ? "maxima" : "minima"
    let isWeighted = result.subject.columns.values.count > 1
    return "Gumbel distribution of \(kind), fitted to \(counted(fit.count, "value")) "
      + (isWeighted ? "that stand for \(NumberText.short(fit.totalWeight)) observations " : "")
      + "by \(methodName)"
  }

  var methodName: String {
    switch fit.method {
    case .maximumLikelihood: "maximum likelihood"
    case .moments: "moments"
    case .lMoments: "L-moments"
    }
  }

  var intervalTitle: String {
    let percent = NumberText.short(result.confidence * 100)
    switch result.intervalMethod {
    case .wald: return "\(percent) % interval (standard errors)"
    case .profileLikelihood: return "\(percent) % interval (profile likelihood)"
    case .bootstrap: return "\(percent) % interval (bootstrap)"
    }
  }

  /// Parameter, estimate, standard error and interval.
  var parameterRows: [[String]] {
    let errors = fit.standardErrors
    return [
      row(
        "location", fit.location, errors.location, result.intervals.location, fit.isLocationFixed),
      row("scale", fit.scale, errors.scale, result.intervals.scale, fit.isScaleFixed),
    ]
  }

  private func row(
    _ name: String, _ value: Double, _ error: Double, _ interval: FitResult.Interval,
    _ isFixed: Bool
  ) -> [String] {
    if isFixed { return [name, "\(value)", "", "fixed"] }
    let text = { NumberText.text($0, resolution: error) }
    return [name, text(value), text(error), "\(text(interval.lower)) to \(text(interval.upper))"]
  }

  /// Period, level and interval.
  var returnLevelRows: [[String]] {
    // One number of decimals for the column.
    let resolution =
      result.returnLevels.map { ($0.upper - $0.lower) / 4 }.filter { $0 > 0 && $0.isFinite }.min()
      ?? 0
    return result.returnLevels.map { level in
      let text = { NumberText.text($0, resolution: resolution) }
      return [
        plain(level.period), text(level.level), "\(text(level.lower)) to \(text(level.upper))",
      ]
    }
  }

  /// Test, distance, the distance exceeded in one case of twenty, and the probability.
  var testRows: [[String]] {
    [
      ("Anderson-Darling", result.goodnessOfFit.andersonDarling),
      ("Kolmogorov-Smirnov", result.goodnessOfFit.kolmogorovSmirnov),
    ].map { name, test in
      [
        name, NumberText.short(test.statistic), NumberText.short(test.criticalValue),
        test.pValue < 0.001 ? "< 0.001" : NumberText.text(test.pValue, resolution: 0.2),
      ]
    }
  }

  /// The goodness of fit for those who have no statistics.
  var verdict: String {
    let p = result.goodnessOfFit.andersonDarling.pValue
    let share =
      p < 0.001
      ? "fewer than 1 in 1000"
      : p < 0.0095
        ? "\(Int((p * 1000).rounded())) in 1000"
        : "\(Int((p * 100).rounded())) in 100"
    let meaning =
      p >= 0.1
      ? "The data look like a Gumbel distribution"
      : p >= 0.05
        ? "The data may come from a Gumbel distribution, but it is not a close fit"
        : "The data do not look like a Gumbel distribution, so the levels may mislead"
    let few =
      fit.totalWeight < 20 ? " With so few values, only a gross difference would show." : ""
    return "\(meaning): of samples that truly come from one, \(share) are as far from their fit "
      + "as these, or farther.\(few)"
  }

  var periodUnit: String { result.subject.blocks?.unit ?? "values" }

  /// What was read and what was left out, a line each.
  var facts: [String] {
    let subject = result.subject
    return [subject.description, subject.blocks?.summary, subject.omissions].compactMap(\.self)
  }

  var text: String {
    [
      ([title] + facts.map { "(\($0))" }).joined(separator: "\n"),
      AlignedTable([["parameter", "estimate", "std. error", intervalTitle]] + parameterRows).text,
      verdict,
      AlignedTable([["test", "distance", "5 % limit", "p"]] + testRows).text,
      "A value passes the level once in so many \(periodUnit) on average:",
      AlignedTable([["period", "level", intervalTitle]] + returnLevelRows).text,
    ].joined(separator: "\n\n")
  }
}
