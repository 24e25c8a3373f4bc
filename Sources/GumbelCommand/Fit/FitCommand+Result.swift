import GumbelCLibrary
import SwiftGumbel

extension FitCommand {
  /// Whether the trend follows the dates.
  var isTrendOfDates: Bool { model.trend != nil && model.trend == blocks.dateColumn }

  /// What is fitted, and what came of it.
  func result(_ columns: NumberColumns, keepsMissing: Bool) throws -> FitResult {
    let extreme = minimum ? GumbelFit.Extreme.minimum : .maximum
    let cut = blocks.isGiven ? try cutting(columns, extreme) : nil
    var dates = cut?.dates
    if dates == nil, let column = blocks.dates {
      dates = try located {
        try FitDates(columns.groups!, given: column, order: blocks.dateOrder)
      }
    }
    if dates == nil, isTrendOfDates || model.declusterDays != nil {
      // Of blocks of calendar years the year alone had to be sure.
      dates = try located {
        try FitDates(columns.groups!, given: blocks.dateColumn!, order: blocks.dateOrder)
      }
    }
    let unit =
      cut?.unit ?? (model.threshold != nil && dates != nil ? "years" : nil)
      ?? model.rowsPerPeriod.map { "periods of \(NumberText.short($0)) rows" }
      ?? (model.threshold != nil ? "rows" : "values")
    let subject = FitSubject(
      rawSource: InputSource(argument: data).name, columns: columns, given: table.column ?? "1",
      weights: table.weights, blocks: cut, dates: dates, trend: model.trend,
      isTrendOfDates: isTrendOfDates, seed: seed.number, periodUnit: unit,
      keepsMissing: keepsMissing)
    let exceedances =
      model.threshold == nil
      ? nil
      : try located {
        try FitExceedances(
          columns.values[0], model, dates: dates, cut: cut, extreme: extreme,
          isPictured: results.isPictured)
      }
    let data = try fitData(subject, exceedances, extreme)
    var periods: [Double] = []
    for (option, found, text) in [
      (
        "--return-periods \(returnPeriods ?? Self.usualPeriods)",
        try self.periods(rate: exceedances?.rate), plain
      ),
      // The same for all that may be fitted.
      (
        "--probabilities \(probabilities ?? "")",
        try nonExceedances().map { exceedances == nil ? 1 / (1 - $0) : -1 / log($0) },
        NumberText.short
      ),
    ] {
      if let exceedances, let short = found.first(where: { $0 * exceedances.rate <= 1 }) {
        throw CommandFailure(
          "\(option): in \(text(short)) \(unit) fewer than one value passes the threshold, "
            + "expected more than \(NumberText.short(1 / exceedances.rate))"
            + (dates == nil && cut == nil
              ? "; --rows-per-period says how many rows make one of them" : ""))
      }
      periods += found
    }
    let choice = FitModel.Choice(
      family: model.family, isExtended: model.isExtended,
      isComparing: method == .maximumLikelihood && fixLocation == nil && fixScale == nil,
      period: periods.min { ($0 - 100).magnitude < ($1 - 100).magnitude }!, unit: unit,
      trendUnit: isTrendOfDates ? "year" : nil)
    let chosen = try FitModel(
      data, choice, exceedances: exceedances, intervals: intervalMethod)
    return try FitResult(
      chosen, subject, periods: periods, levels: try model.levelNumbers(),
      confidence: confidence, position: model.plottingPosition, key: seed.key)
  }

  /// What is fitted.
  private func fitData(
    _ subject: FitSubject, _ exceedances: FitExceedances?, _ extreme: GumbelFit.Extreme
  ) throws -> FitData {
    let (columns, cut) = (subject.columns, subject.blocks)
    let series = columns.values[0]
    let values: FitData.Values
    if let exceedances {
      values = .exceedances(
        exceedances.found.values, threshold: exceedances.found.threshold, rate: exceedances.rate)
    } else if let largest = model.largest, let cut {
      values = .largest(cut.largest(largest, of: series, extreme))
    } else {
      values = .extremes(
        cut?.extremes.values ?? series, weights: table.weights == nil ? nil : columns.values[1])
    }
    var data = FitData(
      values: values, location: fixLocation, scale: fixScale, method: method, extreme: extreme)
    if let covariate = subject.covariate {
      data.covariate = cut?.means(of: covariate) ?? covariate
      data.reference = data.covariate!.last
    }
    return data
  }

  /// Puts the table's name before what is wrong in it.
  private func located<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as CommandFailure {
      throw CommandFailure("\(source): \(error)")
    }
  }

  /// The method asked for, or the best one that is fast.
  private func intervalMethod(
    _ family: any FitFamily, _ fit: any FittedExtremeValueModel, _ cost: Double
  ) throws -> ExtremeValueIntervalMethod {
    let usual: Interval =
      method == .maximumLikelihood && Double(fit.count) * cost <= 1e6 ? .profile : .wald
    switch interval ?? usual {
    case .wald: return .wald
    case .profile: return .profileLikelihood
    case .bootstrap:
      let replicates = replicates ?? family.usualReplicates
      guard fit.totalWeight * Double(replicates) * cost <= 5e8 else {
        throw CommandFailure(
          "--interval bootstrap: \(replicates) samples of \(Int(min(fit.totalWeight, 1e18))) "
            + "values are too many; expected fewer --replicates, or --interval wald")
      }
      return .bootstrap(fit.bootstrap(replicates: replicates, key: seed.key))
    }
  }

  private func cutting(
    _ columns: NumberColumns, _ extreme: GumbelFit.Extreme
  ) throws -> FitBlocks {
    let cut = try located { try FitBlocks(columns, blocks, extreme) }
    guard cut.extremes.blocks.isEmpty else { return cut }
    if let coverage = blocks.blockCoverage, !cut.extremes.leftOut.isEmpty {
      throw CommandFailure(
        "\(source): no block has \(NumberText.short(coverage)) of its values, "
          + "expected some that do; --block-coverage \(coverage) asks for it")
    }
    throw CommandFailure(
      "\(source): found \(columns.values[0].count) rows, expected at least one block"
        + (blocks.blockMaxima.map { " of \($0)" } ?? " with a value"))
  }
}
