import SwiftGumbel

/// The result in words and tables, for a terminal and for the report.
struct FitTable {
  let result: FitResult

  private var fit: any FittedExtremeValueModel { result.fit }

  var title: String {
    let isWeighted = result.subject.weights != nil
    return "\(headline), fitted to \(counted(fit.count, "value")) "
      + (isWeighted ? "that stand for \(NumberText.short(fit.totalWeight)) observations " : "")
      + "by \(methodName)"
  }

  /// What was fitted: `Gumbel distribution of maxima`.
  var headline: String {
    let isMaximum = fit.extreme == .maximum
    let name = fit.familyName.prefix(1).uppercased() + fit.familyName.dropFirst()
    let values =
      switch fit.data {
      case .exceedances(let threshold, _):
        "values \(isMaximum ? "above" : "below") \(plain(threshold))"
      case .largest: "the \(isMaximum ? "largest" : "smallest") values of blocks"
      case .blockExtremes: isMaximum ? "maxima" : "minima"
      }
    return "\(name) of \(values)"
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
    switch result.model.intervals.name {
    case .wald: return "\(percent) % interval (standard errors)"
    case .profile: return "\(percent) % interval (profile likelihood)"
    case .bootstrap: return "\(percent) % interval (bootstrap)"
    }
  }

  /// Parameter, estimate, standard error and interval.
  var parameterRows: [[String]] {
    result.parameters.flatMap { parameter, interval in
      func row(_ name: String, times factor: Double = 1) -> [String] {
        self.row(
          name, factor * parameter.estimate, factor * parameter.standardError,
          (factor * interval.lower, factor * interval.upper), parameter.isFixed)
      }
      guard parameter.quantity == .trend, result.subject.isTrendOfDates else {
        return [row(parameter.name)]
      }
      return [row("trend a year"), row("trend a decade", times: 10)]
    }
  }

  private func row(
    _ name: String, _ value: Double, _ error: Double, _ interval: (lower: Double, upper: Double),
    _ isFixed: Bool
  ) -> [String] {
    if isFixed { return [name, "\(value)", "", "fixed"] }
    let text = { NumberText.text($0, resolution: error) }
    return [name, text(value), text(error), "\(text(interval.lower)) to \(text(interval.upper))"]
  }

  /// Period, the probability that a block, or unit of time, stays within its level, level and
  /// interval.
  var returnLevelRows: [[String]] {
    // One number of decimals for the column.
    let resolution =
      result.returnLevels.map { ($0.upper - $0.lower) / 4 }.filter { $0 > 0 && $0.isFinite }.min()
      ?? 0
    return result.returnLevels.map { level in
      let text = { NumberText.text($0, resolution: resolution) }
      return [
        Self.period(level.period), Self.probability(level.nonExceedance), text(level.level),
        "\(text(level.lower)) to \(text(level.upper))",
      ]
    }
  }

  var returnLevelTitles: [String] { ["period", "not passed", "level", intervalTitle] }

  /// As it was asked for, or what rounding left of the period of a probability.
  private static func period(_ period: Double) -> String {
    let whole = period.rounded()
    return plain((period / whole - 1).magnitude < 1e-9 ? whole : period)
  }

  /// A probability near 1, with two digits of its distance from it at least.
  private static func probability(_ p: Double) -> String {
    p == 1 ? "1" : NumberText.fixed(p, decimals: p < 0.999 ? 4 : p < 0.999_99 ? 6 : 9)
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
      ? "The data look like \(fit.kind)"
      : p >= 0.05
        ? "The data may come from \(fit.kind), but it is not a close fit"
        : "The data do not look like \(fit.kind), so the levels may mislead"
    let few =
      fit.totalWeight < 20 ? " With so few values, only a gross difference would show." : ""
    return "\(meaning): of samples that truly come from one, \(share) are as far from their fit "
      + "as these, or farther.\(few)"
  }

  var periodUnit: String { result.subject.periodUnit }

  /// Level, period, interval and the probability that a block, or unit of time, stays within it.
  var levelRows: [[String]] {
    result.levelPeriods.map { found in
      // Three digits, as much as such a period is known to at best.
      let text = { (x: Double?) in x.map { NumberText.text($0, resolution: $0) } ?? "never" }
      return [
        plain(found.level), text(found.period),
        found.lower.map { "\(text($0)) to \(text(found.upper))" } ?? "",
        Self.probability(1 - found.probability),
      ]
    }
  }

  var levelTitles: [String] {
    let percent = NumberText.short(result.confidence * 100)
    return ["level", "period", "\(percent) % interval (profile likelihood)", "not passed"]
  }

  /// The fits with and without a shape beside each other.
  var comparisonRows: [[String]] {
    result.model.candidates.map { _, fit in
      [
        fit.familyName, "\(fit.parameterCount)",
        NumberText.fixed(fit.logLikelihood, decimals: 3),
        NumberText.fixed(fit.akaikeCriterion, decimals: 2),
      ]
    }
  }

  static let comparisonTitles = ["distribution", "parameters", "log-likelihood", "AIC"]

  /// What was read and what was left out, a line each.
  var facts: [String] {
    let subject = result.subject
    return [
      subject.description, subject.blocks?.summary, subject.omissions,
      result.model.exceedances?.summary, covariate,
    ].compactMap(\.self)
  }

  private var covariate: String? {
    guard let reference = fit.reference else { return nil }
    if result.subject.isTrendOfDates {
      let last = result.subject.blocks == nil ? "the last date" : "the middle of the last block,"
      return "location and levels at \(NumberText.fixed(reference, decimals: 2)), \(last) as a "
        + "year with its fraction"
    }
    return "location and levels where the covariate is \(plain(reference))"
  }

  var text: String {
    var parts = [
      (result.model.conclusions.map { $0 + "." } + [title] + facts.map { "(\($0))" }).joined(
        separator: "\n"),
      AlignedTable([["parameter", "estimate", "std. error", intervalTitle]] + parameterRows).text,
      verdict,
      AlignedTable([["test", "distance", "5 % limit", "p"]] + testRows).text,
      "A value passes the level once in so many \(periodUnit) on average:",
      AlignedTable([returnLevelTitles] + returnLevelRows).text,
    ]
    if !levelRows.isEmpty {
      parts += [
        "A level is passed once in so many \(periodUnit) on average:",
        AlignedTable([levelTitles] + levelRows).text,
      ]
    }
    if comparisonRows.count > 1 {
      parts.append(AlignedTable([Self.comparisonTitles] + comparisonRows).text)
    }
    return parts.joined(separator: "\n\n")
  }
}
