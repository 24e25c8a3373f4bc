extension CalendarDate: CustomStringConvertible {
  /// `1990-05-31`, and `1990-05-31 12:30` where it is not midnight.
  public var description: String {
    func two(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
    let text = "\(year)"
    let date =
      String(repeating: "0", count: 4 - text.count) + text + "-" + two(month) + "-" + two(day)
    return minute == 0 ? date : date + " " + two(minute / 60) + ":" + two(minute % 60)
  }

  /// Days since 1 March of the year 0, with their fractions.
  public var days: Double { Double(dayNumber) + Double(minute) / 1440 }

  /// The year, with the share of it that has passed: 1990.5 is 2 July 1990 at noon.
  public var decimalYear: Double {
    let start = Self.dayNumber(ofYear: year)
    let length = Self.dayNumber(ofYear: year + 1) - start
    return Double(year) + (days - Double(start)) / Double(length)
  }

  /// That of 1 January.
  private static func dayNumber(ofYear year: Int) -> Int {
    let before = year - 1
    return 365 * before + before / 4 - before / 100 + before / 400 + 306
  }

  /// How many days a year has on average.
  package static let daysInYear = 365.2425
}
