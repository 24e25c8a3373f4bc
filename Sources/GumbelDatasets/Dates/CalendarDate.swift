/// A moment in the Gregorian calendar, to the minute.
public struct CalendarDate: Equatable, Hashable, Comparable, Sendable {
  public let year, month, day: Int
  /// Minutes since midnight.
  public let minute: Int

  /// Nil unless there is such a day, in a year from 1 to 9999, and such a minute in it. Minute 1440
  /// is midnight at the day's end.
  public init?(year: Int, month: Int, day: Int, minute: Int = 0) {
    guard 1...9999 ~= year, 1...12 ~= month, 1...Self.days(ofMonth: month, in: year) ~= day,
      0...1440 ~= minute
    else { return nil }
    self.year = year
    self.month = month
    self.day = day
    self.minute = minute
  }

  package static let monthNames = [
    "january", "february", "march", "april", "may", "june", "july", "august", "september",
    "october", "november", "december",
  ]

  static func days(ofMonth month: Int, in year: Int) -> Int {
    if month == 2 { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28 }
    return [4, 6, 9, 11].contains(month) ? 30 : 31
  }

  /// Days since 1 March of the year 0.
  var dayNumber: Int {
    // Years from March on, so that the leap day comes last.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear
  }

  /// Minutes since the same day.
  var minuteNumber: Int { dayNumber * 1440 + minute }

  public static func < (a: CalendarDate, b: CalendarDate) -> Bool {
    a.minuteNumber < b.minuteNumber
  }
}
