import SwiftGumbel

/// The values over time, or over what the location follows: with the blocks that they were cut into, a
/// threshold and a trend.
struct FitTimePicture {
  let panel: ChartPanel

  /// Nil where it is not known when values were measured.
  init?(_ result: FitResult, size: Drawing.Size) {
    let subject = result.subject
    let series = subject.columns.values[0]
    let x: [Double]
    var axis: ChartPanel.Axis
    if let dates = subject.dates {
      x = dates.years
      let found = x.filter { !$0.isNaN }
      guard let first = found.min(), let last = found.max() else { return nil }
      axis = ChartPanel.Axis("date", ticks: DateTicks.ticks(from: first, to: last))
    } else if let covariate = subject.covariate {
      x = covariate
      axis = ChartPanel.Axis(subject.covariateName)
    } else {
      return nil
    }
    let rows = x.indices.filter { x[$0].isFinite && series[$0].isFinite }
      .sorted { x[$0] < x[$1] }
    guard !rows.isEmpty else { return nil }
    var marks: [ChartPanel.Mark] = []
    func dots(_ name: String, _ rows: [Int]) -> ChartPanel.Mark {
      .points(
        name, x: rows.map { x[$0] }, y: rows.map { series[$0] }, color: .blue,
        size: rows.count > 300 ? 3 : 4.5)
    }
    if let blocks = subject.blocks {
      marks.append(Self.line(rows, x, series, step: subject.dates?.step))
      if result.model.exceedances == nil {
        marks.append(Self.marks(of: blocks, x))
        marks.append(
          dots(
            result.fit.extreme == .maximum ? "largest of a block" : "smallest of a block",
            blocks.rowsOfExtremes(of: series).filter { x[$0].isFinite }))
      }
    } else if result.model.exceedances != nil {
      marks.append(Self.line(rows, x, series, step: subject.dates?.step))
    } else {
      marks.append(dots("data", rows))
    }
    if let beyond = result.model.exceedances {
      marks.append(.rule("threshold", y: beyond.found.threshold))
      marks.append(dots("beyond it", beyond.rows.filter { x[$0].isFinite }))
    }
    if let trend = result.fit.trend, let reference = result.fit.reference {
      let ends = [x[rows[0]], x[rows[rows.count - 1]]]
      let location = result.fit.estimate(of: .location)
      marks.append(
        .line(
          "location", x: ends, y: ends.map { location + trend * ($0 - reference) },
          color: .vermillion))
    }
    panel = ChartPanel(
      marks, title: "Values in time", x: axis, y: ChartPanel.Axis(subject.name), size: size)
  }

  /// All values as a line, broken where there are none for ten usual steps.
  ///
  /// - Parameter step: In days.
  private static func line(
    _ rows: [Int], _ x: [Double], _ series: [Double], step: Double?
  ) -> ChartPanel.Mark {
    let widest = step.map { 10 * $0 / CalendarDate.daysInYear } ?? .infinity
    var (places, values) = ([Double](), [Double]())
    for row in rows {
      if let last = places.last, x[row] - last > widest {
        places.append(last)
        values.append(.nan)
      }
      places.append(x[row])
      values.append(series[row])
    }
    return .line("data", x: places, y: values, color: .skyBlue, width: 0.75)
  }

  /// A level line for each block from its first to its last row.
  private static func marks(of blocks: FitBlocks, _ x: [Double]) -> ChartPanel.Mark {
    var (places, levels) = ([Double](), [Double]())
    for (rows, block) in zip(blocks.rowsOfBlocks, blocks.extremes.blocks) {
      let inside = rows.map { x[$0] }.filter(\.isFinite)
      guard let first = inside.min(), let last = inside.max() else { continue }
      let level = block.extreme!
      // What is not a number ends a line.
      places += [first, last, last]
      levels += [level, level, .nan]
    }
    return .line("block", x: places, y: levels, color: .gray, width: 1.25)
  }
}

/// Where an axis of dates is marked.
enum DateTicks {
  /// The first days of months, quarters or years between two decimal years, as many as a picture has
  /// room for; none where whole years, which an axis finds by itself, are enough.
  static func ticks(from first: Double, to last: Double) -> [(value: Double, label: String)] {
    let span = last - first
    guard span < 5, first >= 1, last < 9999 else { return [] }
    let months = span > 2.5 ? 12 : span > 1.2 ? 6 : span > 0.5 ? 3 : 1
    if span < 0.15 { return days(from: first, to: last) }
    var ticks: [(Double, String)] = []
    for year in Int(first)...Int(last) + 1 {
      for month in stride(from: 1, through: 12, by: months) {
        guard let date = CalendarDate(year: year, month: month, day: 1) else { continue }
        let place = date.decimalYear
        if place >= first - 0.02 * span, place <= last + 0.02 * span {
          ticks.append((place, months == 12 ? "\(year)" : String("\(date)".dropLast(3))))
        }
      }
    }
    return ticks
  }

  private static func days(from first: Double, to last: Double) -> [(Double, String)] {
    let step = max(1, Int(((last - first) * 366 / 5).rounded(.up)))
    var ticks: [(Double, String)] = []
    for year in Int(first)...Int(last) {
      for month in 1...12 {
        for day in stride(from: 1, through: 31, by: step) {
          guard let date = CalendarDate(year: year, month: month, day: day) else { continue }
          let place = date.decimalYear
          if place >= first, place <= last { ticks.append((place, "\(date)")) }
        }
      }
    }
    return ticks
  }
}
