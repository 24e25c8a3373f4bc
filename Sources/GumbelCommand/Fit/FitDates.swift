import SwiftGumbel

/// When the rows of a table were measured.
struct FitDates {
  /// The column as messages show it.
  let column: String
  /// Of each row; nil where it has none.
  let dates: [CalendarDate?]
  /// The usual step from one date to the next, in days; nil of fewer than two dates.
  let step: Double?

  /// - Parameter order: Which of two numbers before a year is the day.
  init(_ groups: RowGroups, given: String, order: DateOrderOption?) throws {
    let column = FitBlocks.quoted(groups.column ?? given)
    let texts = try Self.reading(groups, column) { () throws(DateColumn.Problem) in
      try DateColumn(groups.names, order: order?.order ?? .automatic)
    }
    self.init(column: column, groups, texts)
  }

  init(column: String, _ groups: RowGroups, _ texts: DateColumn) {
    self.column = column
    dates = groups.indices.map { $0 < 0 ? nil : texts.dates[Int($0)] }
    step = texts.usualStep.map { Double($0) / 1440 }
  }

  /// Says which line a text is in that is no date.
  static func reading(
    _ groups: RowGroups, _ column: String, _ read: () throws(DateColumn.Problem) -> DateColumn
  ) throws -> DateColumn {
    do {
      return try read()
    } catch {
      var advice = ""
      let text: String
      switch error {
      case .notADate(let found), .mixed(_, let found): text = found
      case .ambiguous(let found):
        text = found
        advice = "; --date-order says which"
      }
      let line = groups.names.firstIndex(of: text).map { "line \(groups.lines[$0]), " } ?? ""
      throw CommandFailure("\(line)column \(column): \(error)\(advice)")
    }
  }

  /// The rows that have a date, in the order of time.
  var order: [Int] {
    let days = dates.map { $0?.days ?? .nan }
    return dates.indices.filter { !days[$0].isNaN }.sorted {
      days[$0] == days[$1] ? $0 < $1 : days[$0] < days[$1]
    }
  }

  /// The year of each row with the share of it that has passed; NaN where it has no date.
  var years: [Double] { dates.map { $0?.decimalYear ?? .nan } }

  /// How long such values were watched, in years, and how that is known.
  ///
  /// Of values in even steps each stands for one, so that gaps do not count. Where the steps differ,
  /// as of a list of events, it is the time from the first to the last.
  ///
  /// - Parameters:
  ///   - rows: Those that have a value, in the order of time, of which there is one at least.
  func observedYears(_ rows: [Int]) -> (years: Double, description: String) {
    let (first, last) = (dates[rows[0]]!, dates[rows[rows.count - 1]]!)
    let moments = rows.map { dates[$0]!.days }
    let gaps = zip(moments.dropFirst(), moments).map { $0 - $1 }.filter { $0 > 0 }
    let ends = "from \(first) to \(last)"
    // Months have from 28 to 31 days, and years one more at times.
    if let step, step > 0, 10 * gaps.count(where: { abs($0 / step - 1) < 0.11 }) >= 9 * gaps.count,
      gaps.count == rows.count - 1
    {
      let years = Double(rows.count) * step / CalendarDate.daysInYear
      return (
        years,
        "\(NumberText.fixed(years, decimals: 2)) years of values \(Self.words(step)) apart, \(ends)"
      )
    }
    let years = (moments[moments.count - 1] - moments[0]) / CalendarDate.daysInYear
    return (years, "\(NumberText.fixed(years, decimals: 2)) years \(ends)")
  }

  private static func words(_ days: Double) -> String {
    if days == 1 { return "a day" }
    if days < 1 { return "\(NumberText.short(days * 24)) hours" }
    return "\(NumberText.short(days)) days"
  }
}
