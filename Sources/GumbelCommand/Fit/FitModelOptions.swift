import ArgumentParser
import SwiftGumbel

/// Which distribution is fitted, and to what of the values.
struct FitModelOptions: ParsableArguments {
  @Option(
    "\(Self.families); or auto: gumbel unless a test of the shape rejects it (default: gumbel, "
      + "and gev with --threshold and --largest).", valueName: "name")
  var family: FitFamilyOption?
  @Option(
    "Fit what lies above this (with --minimum below), by a generalized Pareto distribution.",
    valueName: "x")
  var threshold: Double?
  @Option(
    "With --threshold: so many rows in a row within it end a cluster, of which only the most extreme "
      + "value counts (default: 0, every value counts).", valueName: "n")
  var declusterRuns: Int?
  @Option(
    "With --threshold and dates: values beyond it that are no more than so many days apart are one "
      + "cluster.", valueName: "days")
  var declusterDays: Double?
  @Option(
    "With --threshold: how many rows are one unit of the return periods, such as 365.25 of daily "
      + "rows for years (default: 1); dates say it by themselves.", valueName: "n")
  var rowsPerPeriod: Double?
  @Option("Fit so many of the largest (or smallest) values of each block.", valueName: "r")
  var largest: Int?
  @Option(
    "A column of numbers, such as years, or that of the dates, that the location follows along a "
      + "straight line; levels are those at its last value.", valueName: "column")
  var trend: String?
  @Option(
    "Give how often these levels are passed, with intervals, and how likely they are not passed.",
    valueName: "x,x,…")
  var levels: String?
  @Option(
    "Where values stand on the plots: weibull, gringorten, hazen or cunnane.", valueName: "name")
  var plottingPosition = PlottingPosition.weibull

  /// Whether the fit is one with a shape, or may be.
  var isExtended: Bool {
    family.map { $0.name != GumbelFamily().name } ?? false || threshold != nil || largest != nil
      || trend != nil || levels != nil
  }

  private static let families = FitFamilies.all.map { "\($0.name), \($0.summary)" }
    .joined(separator: "; ")

  func validate() throws {
    if let threshold, !threshold.isFinite {
      throw ValidationError("--threshold \(threshold): expected a finite number")
    }
    try OptionChecks.count(declusterRuns, "--decluster-runs", from: 0)
    try OptionChecks.notNegative(declusterDays, "--decluster-days", upTo: 1e6)
    try OptionChecks.positive(rowsPerPeriod, "--rows-per-period", upTo: 1e9)
    try OptionChecks.count(largest, "--largest", upTo: 10_000)
    for (option, isGiven) in [
      ("--decluster-runs", declusterRuns != nil), ("--decluster-days", declusterDays != nil),
      ("--rows-per-period", rowsPerPeriod != nil),
    ] where isGiven && threshold == nil {
      throw ValidationError("\(option): expected it with --threshold")
    }
    if declusterRuns != nil, declusterDays != nil {
      throw ValidationError("--decluster-runs and --decluster-days: expected only one of them")
    }
    if threshold != nil, largest != nil {
      throw ValidationError("--threshold and --largest: expected only one of them")
    }
    if threshold != nil, trend != nil {
      throw ValidationError("--trend: cannot be combined with --threshold")
    }
    _ = try levelNumbers()
  }

  func levelNumbers() throws -> [Double] {
    guard let levels else { return [] }
    return try levels.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let level = Double($0), level.isFinite else {
        throw ValidationError("--levels \(levels): expected numbers, separated by commas")
      }
      return level
    }
  }
}

extension PlottingPosition: ExpressibleByArgument {}
