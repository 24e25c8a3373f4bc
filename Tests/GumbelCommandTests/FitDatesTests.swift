import Foundation
import Testing

/// What `gumbel fit --json` writes of data with dates.
private struct Dated: Decodable {
  struct Dates: Decodable { let first, last: String }
  struct Block: Decodable {
    let name: String
    let extreme: Double?
    let date: String?
  }
  struct Blocks: Decodable {
    let unit: String
    let used: [Block]
  }
  struct Clusters: Decodable {
    let clusters: Int
    let time: Double
    let separation: Double?
  }
  struct Level: Decodable { let period, level, nonExceedance: Double }

  let values: Int
  let location, scale, trend, trendPerDecade, covariate, rate: Double?
  let dates: Dates?
  let blocks: Blocks?
  let exceedances: Clusters?
  let returnLevels: [Level]
  let logLikelihood: Double

  init(_ table: String, _ arguments: [String]) throws {
    let outcome = try Gumbel.run(["fit", "-", "--json", "-"] + arguments, input: table)
    try #require(outcome.status == 0, "\(outcome.errors)")
    self = try JSONDecoder().decode(Dated.self, from: Data(outcome.output.utf8))
  }
}

@Suite struct FitDatesTests {
  /// Numbers between 0 and 1, the same every time.
  private static func uniforms(_ count: Int) -> [Double] {
    var state: UInt32 = 7
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return (Double(state >> 8) + 0.5) / Double(1 << 24)
    }
  }

  /// Forty years with a largest value on 1 July, which rises by 0.25 a year.
  private static let rising: String = {
    let noise = uniforms(40).map { (u: Double) -> Double in -log(-log(u)) }
    var table = "date,decimal,x\n"
    for year in 0..<40 {
      let days: Double = year % 4 == 0 ? 366 : 365
      // 181 days have passed, in leap years 182.
      let decimal = 1980 + Double(year) + (days - 184) / days
      table += "\(1980 + year)-07-01,\(decimal),\(0.25 * Double(year) + noise[year])\n"
    }
    return table
  }()

  @Test func aTrendOfDatesIsOneOfYearsAndDecades() throws {
    let dates = try Dated(
      Self.rising, ["--column", "x", "--dates", "date", "--trend", "date", "--family", "gev"])
    let numbers = try Dated(
      Self.rising, ["--column", "x", "--trend", "decimal", "--family", "gev"])
    #expect(abs(dates.trend! - 0.25) < 0.06 && numbers.trendPerDecade == nil)
    #expect(abs(dates.trend! - numbers.trend!) < 1e-9)
    #expect(abs(dates.logLikelihood - numbers.logLikelihood) < 1e-9)
    #expect(abs(dates.trendPerDecade! - 10 * dates.trend!) < 1e-12)
    #expect(abs(dates.covariate! - (2019 + 181.0 / 365)) < 1e-9)
    #expect(dates.dates?.first == "1980-07-01" && dates.dates?.last == "2019-07-01")
    let text = try Gumbel.run(
      ["fit", "-", "--column", "x", "--dates", "date", "--trend", "date"], input: Self.rising
    ).output
    #expect(text.contains(" a year, 2.") && text.contains(" a decade (p < 0.0001)"), "\(text)")
    #expect(text.contains("\ntrend a year  ") && text.contains("\ntrend a decade"))
    #expect(text.contains("location and levels at 2019.50, the last date"))
    // In blocks too, which here are a year each.
    let blocks = try Dated(
      Self.rising,
      [
        "--column", "x", "--block-by", "date", "--block-unit", "year", "--trend", "date",
        "--family", "gev",
      ])
    #expect(abs(blocks.trend! - dates.trend!) < 1e-12)
    #expect(blocks.blocks?.used[0].date == "1980-07-01")
  }

  /// Two years of days, in which high values come three days in a row at times; one month is missing.
  private static let days: String = {
    let noise = uniforms(730)
    var rows = ["when,x"]
    var (level, lasts) = (0.0, 0)
    for i in 0..<730 {
      let (year, day) = (2001 + i / 365, i % 365)
      let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      var (month, left) = (0, day)
      while left >= lengths[month] {
        left -= lengths[month]
        month += 1
      }
      if lasts == 0, noise[i] > 0.92 { (level, lasts) = (10 - 3 * log(noise[(7 * i) % 730]), 3) }
      let value = lasts > 0 ? level + 0.1 * Double(lasts) : 3 + noise[i]
      lasts = max(lasts - 1, 0)
      if i >= 400, i < 430 { continue }
      rows.append("\(year)-\(month + 1)-\(left + 1),\(value)")
    }
    return rows.joined(separator: "\n") + "\n"
  }()

  @Test func aThresholdCountsByDates() throws {
    let options = ["--column", "x", "--threshold", "10"]
    let dates = try Dated(Self.days, options + ["--dates", "when"])
    let rows = try Dated(Self.days, options + ["--rows-per-period", "365.2425"])
    // 700 days: the month that is missing does not count.
    #expect(abs(dates.exceedances!.time - 700 / 365.2425) < 1e-12)
    #expect(abs(dates.rate! - rows.rate!) < 1e-12 && dates.values == rows.values)
    #expect(abs(dates.returnLevels[1].level - rows.returnLevels[1].level) < 1e-9)
    // Without gaps in between, days are rows.
    let clusters = try Dated(Self.days, options + ["--dates", "when", "--decluster-days", "2"])
    let runs = try Dated(
      Self.days, options + ["--rows-per-period", "365.2425", "--decluster-runs", "2"])
    #expect(clusters.values == runs.values && clusters.values < dates.values)
    #expect(clusters.exceedances?.separation == 2)
    // The order of the rows does not matter, since dates have one.
    let lines = Self.days.split(separator: "\n")
    let turned = ([lines[0]] + lines.dropFirst().reversed()).joined(separator: "\n") + "\n"
    let again = try Dated(turned, options + ["--dates", "when", "--decluster-days", "2"])
    #expect(again.values == clusters.values && again.rate == clusters.rate)
    let text = try Gumbel.run(
      ["fit", "-", "--dates", "when", "--decluster-days", "2"] + options, input: Self.days
    ).output
    #expect(text.contains("clusters, which are more than 2 days apart"), "\(text)")
    #expect(text.contains("1.92 years of values a day apart, from 2001-01-01 to 2002-12-31"))
    #expect(text.contains("once in so many years on average"))
  }

  /// Of a list of events there is no step: time runs from the first to the last. In blocks it is as
  /// many as there are.
  @Test func eventsAndBlocks() throws {
    let noise = Self.uniforms(24)
    var rows = ["when;x"]
    for i in 0..<24 {
      rows.append("\(1990 + i / 2)-\(1 + (i * 5) % 12)-\(1 + (i * 7) % 28);\(10 - log(noise[i]))")
    }
    let table = rows.joined(separator: "\n") + "\n"
    let options = ["--column", "x", "--threshold", "10", "--return-periods", "20"]
    let events = try Dated(table, options + ["--dates", "when"])
    #expect(events.values == 24 && events.exceedances!.time > 10 && events.exceedances!.time < 12)
    let blocks = try Dated(table, options + ["--dates", "when", "--block-unit", "year"])
    #expect(blocks.exceedances?.time == 12 && blocks.rate == 2 && blocks.blocks?.unit == "years")
    let fixed = try Dated(table, options + ["--block-maxima", "4"])
    #expect(fixed.exceedances?.time == 6 && fixed.rate == 4)
  }

  @Test func datesMayNameTheColumnOfBlocks() throws {
    let options = ["--column", "x", "--block-unit", "water-year"]
    let (a, b) = try (
      Dated(Self.days, options + ["--dates", "when"]),
      Dated(Self.days, options + ["--block-by", "when"])
    )
    #expect(a.location == b.location && a.blocks?.unit == "water years" && a.values == 3)
    for block in a.blocks!.used { #expect(block.date!.hasPrefix("200")) }
  }

  @Test func valuesAreDrawnInTime() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.days, to: "days.csv")
    try folder.write(Self.rising, to: "rising.csv")
    func picture(_ arguments: [String]) throws -> String {
      let outcome = try Gumbel.run(
        ["fit", "--column", "x", "--plot", "a.svg", "--report", "a.html"] + arguments,
        in: folder.folder)
      try #require(outcome.status == 0, "\(outcome.errors)")
      #expect(try folder.read("a.html").contains("“Values in time” has the data"))
      return try folder.read("a.svg")
    }
    let blocks = try picture(["days.csv", "--dates", "when", "--block-unit", "month"])
    for text in ["Values in time", ">date<", "2001-07", "largest of a block"] {
      #expect(blocks.contains(text))
    }
    let beyond = try picture(["days.csv", "--dates", "when", "--threshold", "10"])
    #expect(beyond.contains("threshold") && beyond.contains("beyond it"))
    let trend = try picture(["rising.csv", "--dates", "date", "--trend", "date"])
    #expect(trend.contains("location") && trend.contains(">2000<"))
    let numbers = try picture(["rising.csv", "--trend", "decimal"])
    #expect(numbers.contains(">decimal<"))
    let plain = try Gumbel.run(
      ["fit", "rising.csv", "--column", "x", "--plot", "-"], in: folder.folder)
    #expect(!plain.output.contains("Values in time"))
  }

  @Test func levelsOfProbabilities() throws {
    let points = (1...40).map { (i: Int) -> Double in (Double(i) - 0.44) / 40.12 }
    let table = points.map { "\(-log(-log($0)))\n" }.joined()
    let periods = try Dated(table, ["--return-periods", "10,100"])
    let shares = try Dated(table, ["--probabilities", "0.9,0.99"])
    #expect(shares.returnLevels.count == 2)
    for (a, b) in zip(periods.returnLevels, shares.returnLevels) {
      #expect(abs(a.level - b.level) < 1e-9 && abs(a.nonExceedance - b.nonExceedance) < 1e-12)
      #expect(abs(a.nonExceedance - (1 - 1 / a.period)) < 1e-12)
    }
    let both = try Dated(table, ["--return-periods", "2", "--probabilities", "0.9"])
    #expect(both.returnLevels.map(\.nonExceedance) == [0.5, 0.9])
    // Of exceedances by a Poisson variable.
    let beyond = try Dated(
      Self.days,
      ["--column", "x", "--threshold", "10", "--dates", "when", "--probabilities", "0.9"])
    #expect(abs(beyond.returnLevels[0].period - -1 / log(0.9)) < 1e-9)
    #expect(abs(beyond.returnLevels[0].nonExceedance - 0.9) < 1e-12)
    let text = try Gumbel.run(["fit", "-", "--probabilities", "0.9,0.99"], input: table).output
    #expect(text.contains("\n10      0.9000"), "\(text)")
    #expect(text.contains("\n100     0.9900"), "\(text)")
  }

  /// Minima of every family, method and kind of interval are the maxima of the mirror image.
  @Test(arguments: ["wald", "profile", "bootstrap"]) func minima(interval: String) throws {
    let values = Self.uniforms(60).map { (u: Double) -> Double in
      5 + 20 * (pow(-log(u), -0.1) - 1)
    }
    func table(_ sign: Double) -> String { values.map { "\(sign * $0)\n" }.joined() }
    struct Whole: Decodable {
      struct Interval: Decodable { let lower, upper: Double }
      struct Level: Decodable { let level, standardError, lower, upper: Double }
      let scale, logLikelihood: Double
      let shape: Double?
      let intervals: [String: Interval]
      let returnLevels: [Level]
    }
    func fit(_ sign: Double, _ options: [String]) throws -> Whole {
      let outcome = try Gumbel.run(
        ["fit", "-", "--json", "-", "--interval", interval] + options
          + (interval == "bootstrap" ? ["--replicates", "100"] : [])
          + (sign < 0 ? ["--minimum"] : []), input: table(sign))
      try #require(outcome.status == 0, "\(outcome.errors)")
      return try JSONDecoder().decode(Whole.self, from: Data(outcome.output.utf8))
    }
    for family in ["gumbel", "gev", "auto", "threshold"] {
      for method in ["mle", "moments", "l-moments"] {
        if method != "mle", interval == "profile" || family == "auto" { continue }
        func options(_ sign: Double) -> [String] {
          family == "threshold"
            ? ["--threshold", "\(sign * 5)", "--method", method]
            : ["--family", family, "--method", method]
        }
        let (up, down) = try (fit(1, options(1)), fit(-1, options(-1)))
        #expect(up.scale == down.scale && up.shape == down.shape)
        #expect(up.logLikelihood == down.logLikelihood)
        let (a, b) = (up.intervals["scale"]!, down.intervals["scale"]!)
        #expect(abs(a.lower - b.lower) < 1e-12 && abs(a.upper - b.upper) < 1e-12)
        for (a, b) in zip(up.returnLevels, down.returnLevels) {
          #expect(a.level == -b.level && a.standardError == b.standardError)
          #expect(abs(a.lower + b.upper) < 1e-12 && abs(a.upper + b.lower) < 1e-12)
        }
      }
    }
  }

  /// Of these dates the year alone is sure, which is enough for blocks of years and for nothing else.
  @Test func datesWithTwoReadings() throws {
    let noise = Self.uniforms(30)
    var table = "d,x\n"
    for i in 0..<30 {
      table += "0\(1 + i % 9)/0\(1 + i % 5)/\(1990 + i / 3),\(10 - 3 * log(noise[i]))\n"
    }
    let years = ["--column", "x", "--block-by", "d", "--block-unit", "year"]
    let fit = try Dated(table, years + ["--threshold", "9"])
    #expect(fit.rate == 3 && fit.dates == nil)
    for options in [["--threshold", "9", "--decluster-days", "9"], ["--trend", "d"]] {
      let outcome = try Gumbel.run(["fit", "-"] + years + options, input: table)
      #expect(outcome.status == 1 && outcome.errorLines.count == 1)
      #expect(outcome.errors.contains("--date-order says which"), "\(outcome.errors)")
    }
    let sure = try Dated(table, years + ["--trend", "d", "--date-order", "day-first"])
    #expect(sure.trendPerDecade != nil && sure.dates?.first == "1990-01-01")
  }

  static let mistakes: [(arguments: [String], message: String, status: Int32)] = [
    (
      ["--dates", "d", "--block-by", "x"],
      "--dates d and --block-by x: expected the same column, or only one of them", 64
    ),
    (["--decluster-days", "2", "--dates", "d"], "--decluster-days: expected it with --thresh", 64),
    (["--threshold", "1", "--decluster-days", "2"], "--decluster-days: expected it with --d", 64),
    (["--threshold", "1", "--dates", "d", "--decluster-days", "-1"], "days -1: expected a", 64),
    (
      ["--threshold", "1", "--dates", "d", "--decluster-days", "1", "--decluster-runs", "1"],
      "--decluster-runs and --decluster-days: expected only one of them", 64
    ),
    (
      ["--threshold", "1", "--dates", "d", "--rows-per-period", "365"],
      "--rows-per-period: cannot be combined with --dates, which says how much time passed", 64
    ),
    (
      ["--block-maxima", "2", "--block-unit", "year", "--dates", "d"],
      "--block-maxima and --block-unit: expected only one of them", 64
    ),
    (["--block-unit", "year"], "--block-unit: describes dates; expected it with --dates or", 64),
    (["--date-order", "day-first"], "--date-order: describes dates; expected it with --dates", 64),
    (["--probabilities", "0.5,1"], "--probabilities 0.5,1: expected numbers between 0 and 1", 64),
    (["--probabilities", ""], "--probabilities : expected numbers between 0 and 1", 64),
    (["--dates", "y"], "standard input, line 1: no column \"y\"", 1),
    (["--dates", "x"], "line 2, column \"x\": found \"100\", expected a date", 1),
    (
      ["--trend", "d"],
      "found \"2001-01-05\" in column 1, expected a number; --dates d says that these are dates", 1
    ),
    (
      ["--dates", "d", "--threshold", "90", "--return-periods", "1.001"],
      "in 1.001 years fewer than one value passes the threshold", 1
    ),
    (
      ["--threshold", "90", "--probabilities", "0.01"],
      "--probabilities 0.01: in 0.217 rows fewer than one value passes the threshold", 1
    ),
  ]

  @Test(arguments: mistakes.indices) func mistake(index: Int) throws {
    let mistake = Self.mistakes[index]
    let outcome = try Gumbel.run(
      ["fit", "-", "--column", "x"] + mistake.arguments,
      input: "d,x\n2001-01-05,100\n2012-03-04,200\n2021-07-08,400\n")
    #expect(outcome.status == mistake.status, "\(outcome.output)")
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
  }
}
