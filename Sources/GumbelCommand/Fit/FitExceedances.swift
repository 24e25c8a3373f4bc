import SwiftGumbel

/// What of a series lies beyond a threshold, how much time the series took, and how the threshold might
/// be chosen.
struct FitExceedances {
  let found: Exceedances
  /// How many units of the return periods were watched.
  let time: Double
  /// How that is known; nil where it was told.
  let timeDescription: String?
  /// The number of exceedances, or clusters of them, in a unit of time.
  var rate: Double { Double(found.values.count) / time }
  /// The row of the table of each.
  let rows: [Int]
  let diagnostics: ThresholdDiagnostics?

  /// - Parameters:
  ///   - unit: What periods count.
  ///   - isPictured: Whether the choice of the threshold will be shown.
  init(
    _ series: [Double], _ model: FitModelOptions, dates: FitDates?, cut: FitBlocks?,
    extreme: GumbelFit.Extreme, isPictured: Bool
  ) throws {
    let threshold = model.threshold!
    let order = dates?.order ?? Array(series.indices)
    var values = order.map { series[$0] }
    if let cut {
      // What lies in no block that counts is not watched.
      let counted = Set(cut.extremes.blocks.map { Int32($0.index) })
      for (place, row) in order.enumerated() where !counted.contains(cut.indices[row]) {
        values[place] = .nan
      }
    }
    let watched = zip(order, values).filter { !$0.1.isNaN }.map(\.0)
    guard !watched.isEmpty else {
      throw CommandFailure("found no row with a value and a date, expected some")
    }
    if let cut {
      time = Double(cut.extremes.blocks.count)
      timeDescription = "\(NumberText.short(time)) \(cut.unit)"
    } else if let dates {
      let observed = dates.observedYears(watched)
      guard observed.years > 0 else {
        throw CommandFailure("all dates are the same, expected some that differ")
      }
      (time, timeDescription) = (observed.years, observed.description)
    } else {
      time = Double(watched.count) / (model.rowsPerPeriod ?? 1)
      timeDescription = nil
    }
    let times = model.declusterDays == nil ? nil : order.map { dates!.dates[$0]!.days }
    let separation = model.declusterDays ?? 0
    found =
      times.map {
        Exceedances(of: values, times: $0, threshold: threshold, separation: separation, extreme)
      }
      ?? Exceedances(
        of: values, threshold: threshold, runLength: model.declusterRuns ?? 0, extreme)
    rows = found.positions.map { order[$0] }
    guard found.values.count >= 2 else {
      throw CommandFailure(
        "found \(counted(found.values.count, "value")) beyond the threshold \(plain(threshold)), "
          + "expected at least 2")
    }
    if isPictured, found.exceedanceCount > 20, values.count <= 1_000_000 {
      // From the middle of the values on.
      let sorted = values.filter { !$0.isNaN }.sorted()
      diagnostics = ThresholdDiagnostics(
        of: values, runLength: model.declusterRuns ?? 0, times: times, separation: separation,
        from: sorted[sorted.count / 2], extreme)
    } else {
      diagnostics = nil
    }
  }

  /// One line on them.
  var summary: String {
    var text =
      "\(counted(found.exceedanceCount, "value")) of \(found.seriesCount) beyond the threshold"
    if let separation = found.separation, separation > 0 {
      text +=
        " in \(counted(found.values.count, "cluster")), which are more than "
        + "\(NumberText.short(separation)) days apart"
    } else if found.runLength > 0 {
      text +=
        " in \(counted(found.values.count, "cluster")), each of which ends with "
        + "\(counted(found.runLength, "row")) within it"
    }
    if let timeDescription {
      text += "; \(NumberText.short(rate)) in each of \(timeDescription)"
    }
    return text
  }
}
