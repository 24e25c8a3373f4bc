/// A date as it is written, before it is known whether the day or the month comes first.
struct DateText {
  /// What is sure, or two readings of which the order of day and month decides.
  enum Reading: Equatable {
    case date(CalendarDate)
    case either(dayFirst: CalendarDate?, monthFirst: CalendarDate?)
  }

  /// Reads `1990-05-31`, `1990/5/31`, `19900531`, `1990-05`, `199005`, `1990`, `31.5.1990`,
  /// `31/05/1990`, `05/31/1990`, `31-May-1990`, `May 31, 1990`, each perhaps with a time behind a
  /// `T` or a space. A day or a month of 0 is one that is not known, as in peak-flow files: the
  /// day is then taken to be the first. Nil for anything else.
  static func reading(_ text: String) -> Reading? {
    if text.hasPrefix("-") { return nil }
    var date = text[...]
    var minute = 0
    if let colon = text.firstIndex(of: ":") {
      guard let gap = text[..<colon].lastIndex(where: { $0 == "T" || $0 == "t" || $0 == " " }),
        let time = minuteOfDay(text[text.index(after: gap)...])
      else { return nil }
      minute = time
      date = text[..<gap]
    }
    let parts = date.split(maxSplits: 3) { "-/. ,".contains($0) }
    let numbers = parts.map { $0.utf8.allSatisfy { 48...57 ~= $0 } ? Int($0) : nil }
    switch parts.count {
    case 1:
      guard let number = numbers[0], minute == 0 || parts[0].count == 8 else { return nil }
      switch parts[0].count {
      case 4: return sure(number, 1, 1, 0)
      case 6: return sure(number / 100, number % 100, 1, 0)
      case 8: return sure(number / 10_000, number / 100 % 100, number % 100, minute)
      case 10, 12:
        let (day, time) =
          parts[0].count == 10
          ? (number / 100, number % 100 * 60)
          : (number / 10_000, number / 100 % 100 * 60 + number % 100)
        return sure(day / 10_000, day / 100 % 100, day % 100, time)
      default: return nil
      }
    case 2:
      if parts[0].count == 4, let year = numbers[0] {
        // 1990.5 is the middle of a year.
        if date.contains(".") { return nil }
        return (numbers[1] ?? month(parts[1])).flatMap { sure(year, $0, 1, 0) }
      }
      guard parts[1].count == 4, let year = numbers[1] else { return nil }
      return (numbers[0] ?? month(parts[0])).flatMap { sure(year, $0, 1, 0) }
    case 3:
      if parts[0].count == 4, let year = numbers[0], let day = numbers[2] {
        return (numbers[1] ?? month(parts[1])).flatMap { sure(year, $0, day, minute) }
      }
      guard parts[2].count == 4, let year = numbers[2] else { return nil }
      if let month = month(parts[1]), let day = numbers[0] { return sure(year, month, day, minute) }
      if let month = month(parts[0]), let day = numbers[1] { return sure(year, month, day, minute) }
      guard let a = numbers[0], let b = numbers[1] else { return nil }
      // Where points stand between, the day comes first everywhere.
      if date.contains(".") { return sure(year, b, a, minute) }
      let dayFirst = CalendarDate(year: year, month: b, day: a, minute: minute)
      let monthFirst = CalendarDate(year: year, month: a, day: b, minute: minute)
      if dayFirst == nil, monthFirst == nil { return nil }
      if let dayFirst, dayFirst == monthFirst { return .date(dayFirst) }
      return .either(dayFirst: dayFirst, monthFirst: monthFirst)
    default: return nil
    }
  }

  private static func sure(_ year: Int, _ month: Int, _ day: Int, _ minute: Int) -> Reading? {
    guard month > 0 || day == 0 else { return nil }
    return CalendarDate(year: year, month: max(month, 1), day: max(day, 1), minute: minute)
      .map { .date($0) }
  }

  private static func month(_ text: Substring) -> Int? {
    let name = text.lowercased()
    guard name.count >= 3 else { return nil }
    return CalendarDate.monthNames.firstIndex { $0.hasPrefix(name) }.map { $0 + 1 }
  }

  /// The minute of `12:30`, `12:30:15.5` or `12:30:15+01:00`. A zone is read over: the calendar is
  /// that of the place.
  private static func minuteOfDay(_ text: Substring) -> Int? {
    let clock = text.prefix { $0.isNumber || $0 == ":" || $0 == "." }
    let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, let hour = Int(parts[0]), let minute = Int(parts[1]),
      0...24 ~= hour, 0...59 ~= minute, hour * 60 + minute <= 1440
    else { return nil }
    if parts.count == 3, Double(parts[2]) == nil { return nil }
    return hour * 60 + minute
  }
}
