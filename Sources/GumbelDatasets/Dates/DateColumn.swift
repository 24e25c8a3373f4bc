/// The dates that the texts of a column stand for.
public struct DateColumn: Sendable, Equatable {
  /// Which of two numbers before a year is the day.
  public enum Order: Sendable, Equatable {
    case dayFirst, monthFirst
    /// Found out from the column: a number above 12 is a day. It is an error if there is none.
    case automatic
  }

  /// Why a column is not one of dates.
  public enum Problem: Error, Equatable, Sendable, CustomStringConvertible {
    /// A text is no date.
    case notADate(String)
    /// Each text has two readings.
    case ambiguous(String)
    /// Of two texts, one has the day first and the other the month.
    case mixed(String, String)

    public var description: String {
      switch self {
      case .notADate(let text):
        "found \(quoted(text)), expected a date such as 1990-05-31 or 31.5.1990"
      case .ambiguous(let text):
        "found \(quoted(text)), of which the day or the month may come first; "
          + "expected dates such as 1990-05-31"
      case .mixed(let first, let second):
        "found \(quoted(first)) and \(quoted(second)), of which one has the day first and the "
          + "other the month; expected dates such as 1990-05-31"
      }
    }
  }

  /// A stretch of time that dates are gathered in.
  public enum Period: Sendable, Equatable {
    /// A year that begins with a month, named after the calendar year in which it ends.
    case year(firstMonth: Int)
    /// A month of one year.
    case month
  }

  /// The dates, in the order of the texts.
  public let dates: [CalendarDate]

  /// Reads texts as dates.
  ///
  /// Order of day and month matters for dates such as `04/05/1990` alone; those written with the
  /// year first, with points between or with a month's name have one reading.
  public init(_ texts: [String], order: Order = .automatic) throws(Problem) {
    var readings: [DateText.Reading] = []
    readings.reserveCapacity(texts.count)
    var (dayFirst, monthFirst, either) = (String?.none, String?.none, String?.none)
    for text in texts {
      guard let reading = DateText.reading(text) else { throw .notADate(text) }
      switch reading {
      case .date: break
      case .either(_?, nil): dayFirst = dayFirst ?? text
      case .either(nil, _?): monthFirst = monthFirst ?? text
      case .either: either = either ?? text
      }
      readings.append(reading)
    }
    if let dayFirst, let monthFirst { throw .mixed(dayFirst, monthFirst) }
    if order == .dayFirst, let monthFirst { throw .notADate(monthFirst) }
    if order == .monthFirst, let dayFirst { throw .notADate(dayFirst) }
    if order == .automatic, let either, dayFirst == nil, monthFirst == nil {
      throw .ambiguous(either)
    }
    let isDayFirst = order == .dayFirst || order == .automatic && dayFirst != nil
    dates = readings.map { reading in
      switch reading {
      case .date(let date): date
      case .either(let day, let month): isDayFirst ? day! : month!
      }
    }
  }

  /// The periods that the dates lie in, in the order of time: the name of each and how many dates
  /// it should have, and which of them each date lies in.
  ///
  /// How many there should be follows from the usual step between dates, the median: a day gives
  /// 365 or 366 for a year, a month 12.
  public func periods(
    _ period: Period
  ) -> (names: [String], expected: [Int], indices: [Int32]) {
    let starts = dates.map { Self.start(of: period, at: $0) }
    let all = Set(starts).sorted()
    let places = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, Int32($0)) })
    let step = usualStep
    return (
      names: all.map { Self.name(of: period, from: $0) },
      expected: all.map { start in
        let minutes = Self.next(period, start).minuteNumber - start.minuteNumber
        return step.map { max(Int((Double(minutes) / Double($0)).rounded()), 1) } ?? 1
      }, indices: starts.map { places[$0]! }
    )
  }

  /// The median of the distances between successive different dates, in minutes.
  package var usualStep: Int? {
    let moments = Set(dates.map(\.minuteNumber)).sorted()
    let steps = zip(moments.dropFirst(), moments).map { $0 - $1 }.sorted()
    return steps.isEmpty ? nil : steps[(steps.count - 1) / 2]
  }

  private static func start(of period: Period, at date: CalendarDate) -> CalendarDate {
    switch period {
    case .month: CalendarDate(year: date.year, month: date.month, day: 1)!
    case .year(let first):
      // The year before the first one has the number 0, which no date has.
      CalendarDate(
        year: max(date.month >= first ? date.year : date.year - 1, 1), month: first, day: 1)!
    }
  }

  private static func next(_ period: Period, _ start: CalendarDate) -> CalendarDate {
    let isNextYear = period != .month || start.month == 12
    let month = period == .month ? start.month % 12 + 1 : start.month
    return CalendarDate(year: min(start.year + (isNextYear ? 1 : 0), 9999), month: month, day: 1)!
  }

  private static func name(of period: Period, from start: CalendarDate) -> String {
    let year = String(start.year)
    switch period {
    case .year(let first): return first == 1 ? year : String(start.year + 1)
    case .month: return "\(year)-\(start.month < 10 ? "0" : "")\(start.month)"
    }
  }
}
