import GumbelDatasets
import Testing

@Suite struct DateColumnTests {
  private func texts(_ texts: [String], _ order: DateColumn.Order = .automatic) throws -> [String] {
    try DateColumn(texts, order: order).dates.map {
      "\($0.year)-\($0.month)-\($0.day)" + ($0.minute == 0 ? "" : " \($0.minute)")
    }
  }

  @Test(arguments: [
    ("1990-05-31", "1990-5-31"), ("1990/5/31", "1990-5-31"), ("19900531", "1990-5-31"),
    ("1990-05", "1990-5-1"), ("199005", "1990-5-1"), ("1990", "1990-1-1"),
    ("31.05.1990", "1990-5-31"), ("4.5.1990", "1990-5-4"), ("31/05/1990", "1990-5-31"),
    ("05/31/1990", "1990-5-31"), ("31-May-1990", "1990-5-31"), ("May 31, 1990", "1990-5-31"),
    ("1990-05-31T12:30", "1990-5-31 750"), ("1990-05-31 12:30:15.5", "1990-5-31 750"),
    ("1990-05-31T12:30:00+01:00", "1990-5-31 750"), ("199005311230", "1990-5-31 750"),
    ("1990-05-00", "1990-5-1"), ("1990-00-00", "1990-1-1"), ("1900-02-28", "1900-2-28"),
    ("2000-02-29", "2000-2-29"), ("07/07/1990", "1990-7-7"),
  ])
  func forms(text: String, expected: String) throws {
    #expect(try texts([text]) == [expected])
  }

  @Test(arguments: [
    "", "x", "1990-13-01", "1990-02-30", "1900-02-29", "90-05-31", "5", "1990.5", "31.13.1990",
    "1990-05-31 25:00", "1990-05-31 12:60", "1990-00-05", "1990-05-31-7", "-1990",
  ])
  func whatIsNoDate(text: String) {
    #expect(throws: DateColumn.Problem.notADate(text)) { try DateColumn([text]) }
  }

  @Test func theOrderOfDayAndMonth() throws {
    #expect(try texts(["04/05/1990", "13/05/1990"]) == ["1990-5-4", "1990-5-13"])
    #expect(try texts(["04/05/1990", "05/13/1990"]) == ["1990-4-5", "1990-5-13"])
    #expect(try texts(["04/05/1990"], .dayFirst) == ["1990-5-4"])
    #expect(try texts(["04/05/1990"], .monthFirst) == ["1990-4-5"])
    #expect(throws: DateColumn.Problem.ambiguous("04/05/1990")) {
      try DateColumn(["04/05/1990", "01/02/1990"])
    }
    #expect(throws: DateColumn.Problem.mixed("13/05/1990", "05/13/1990")) {
      try DateColumn(["13/05/1990", "05/13/1990"])
    }
    #expect(throws: DateColumn.Problem.notADate("05/13/1990")) {
      try DateColumn(["05/13/1990"], order: .dayFirst)
    }
  }

  @Test func yearsOfDays() throws {
    // 2019 to 2021, of which 2020 has a leap day.
    let dates = (2019...2021).flatMap { year in
      (1...12).flatMap { month in
        (1...31).map { (year, month, $0) }.filter {
          CalendarDate(year: $0.0, month: $0.1, day: $0.2) != nil
        }.map { "\($0.0)-\($0.1)-\($0.2)" }
      }
    }
    #expect(dates.count == 365 + 366 + 365)
    let column = try DateColumn(dates)
    let years = column.periods(.year(firstMonth: 1))
    #expect(years.names == ["2019", "2020", "2021"])
    #expect(years.expected == [365, 366, 365])
    let waterYears = column.periods(.year(firstMonth: 10))
    #expect(waterYears.names == ["2019", "2020", "2021", "2022"])
    #expect(waterYears.expected == [365, 366, 365, 365])
    #expect(waterYears.indices[272] == 0 && waterYears.indices[273] == 1)
    let months = column.periods(.month)
    #expect(months.names.count == 36 && months.names[13] == "2020-02")
    #expect(months.expected[13] == 29)
  }

  /// Gaps are rows that are not there: the step between dates shows how many there should be.
  @Test func stepsOtherThanDays() throws {
    let months = (1...12).map { "2001-\($0)" } + ["2003-1", "2003-2"]
    #expect(try DateColumn(months).periods(.year(firstMonth: 1)).expected == [12, 12])
    let hours = (0..<24).map { "2001-01-01 \($0):00" }
    #expect(try DateColumn(hours).periods(.month).expected == [31 * 24])
    let yearly = ["1990-05-31", "1991-04-01", "1992-11-02"]
    #expect(try DateColumn(yearly).periods(.year(firstMonth: 10)).expected == [1, 1, 1])
    #expect(
      try DateColumn(yearly).periods(.year(firstMonth: 10)).names == ["1990", "1991", "1993"])
  }
}
