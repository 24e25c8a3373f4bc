import ArgumentParser
import SwiftGumbel

/// How a series is cut into blocks, of which the extremes are fitted.
struct BlockOptions: ParsableArguments {
  enum Unit: String, ExpressibleByArgument, CaseIterable {
    case value, year, month
    case waterYear = "water-year"
  }

  @Option(
    "A column of dates: they are the axis of a picture, --threshold counts by them, --trend may "
      + "name it, and blocks are cut by it with --block-unit.", valueName: "column")
  var dates: String?
  @Option(
    "Fit the largest (with --minimum the smallest) of each n successive rows.", valueName: "n")
  var blockMaxima: Int?
  @Option(
    "Fit the largest (or smallest) of the rows that are equal in this column.", valueName: "column")
  var blockBy: String?
  @Option(
    "year, water-year or month: the column holds dates, and rows of the same year, water year or "
      + "month of a year are a block.", valueName: "name")
  var blockUnit: Unit?
  @Option(
    "The month that a year of dates begins with, by name or number; such a year is named after the "
      + "one in which it ends (default: january, of water years october).", valueName: "month")
  var yearStarts: MonthOption?
  @Option("Leave out blocks of which less than this share of the values is there.", valueName: "p")
  var blockCoverage: Double?
  @Option("Whether 04/05/1990 is in May (day-first) or April (month-first).", valueName: "name")
  var dateOrder: DateOrderOption?

  var isGiven: Bool { blockMaxima != nil || blockColumn != nil }

  /// The column that blocks are cut by.
  var blockColumn: String? { blockBy ?? (blockUnit == nil && yearStarts == nil ? nil : dates) }
  /// The column of text that is read.
  var textColumn: String? { blockBy ?? dates }
  /// The column of dates.
  var dateColumn: String? { dates ?? (period == nil ? nil : blockBy) }

  /// The option that cuts blocks.
  var givenOption: String {
    blockMaxima != nil ? "--block-maxima" : blockBy != nil ? "--block-by" : "--block-unit"
  }

  /// What the dates are gathered in; nil for blocks of equal values and of successive rows.
  var period: DateColumn.Period? {
    switch blockUnit {
    case .month: .month
    case .year: .year(firstMonth: yearStarts?.month ?? 1)
    case .waterYear: .year(firstMonth: yearStarts?.month ?? 10)
    case .value: nil
    case nil: yearStarts.map { .year(firstMonth: $0.month) }
    }
  }

  func validate() throws {
    try OptionChecks.count(blockMaxima, "--block-maxima", upTo: 1 << 28)
    if blockMaxima != nil, blockColumn != nil {
      let other = blockBy != nil ? "--block-by" : "--block-unit"
      throw ValidationError("--block-maxima and \(other): expected only one of them")
    }
    if let dates, let blockBy, dates != blockBy {
      throw ValidationError(
        "--dates \(dates) and --block-by \(blockBy): expected the same column, or only one of them")
    }
    try OptionChecks.positive(blockCoverage, "--block-coverage", upTo: 1)
    if blockCoverage != nil, !isGiven {
      throw ValidationError("--block-coverage: expected it with --block-maxima or --block-by")
    }
    for (option, isGiven) in [
      ("--block-unit", blockUnit != nil), ("--year-starts", yearStarts != nil),
      ("--date-order", dateOrder != nil),
    ] where isGiven && textColumn == nil {
      throw ValidationError("\(option): describes dates; expected it with --dates or --block-by")
    }
    if yearStarts != nil, blockUnit == .month || blockUnit == .value {
      throw ValidationError(
        "--year-starts and --block-unit \(blockUnit!.rawValue): expected --block-unit year")
    }
    if dateOrder != nil, dateColumn == nil {
      throw ValidationError(
        "--date-order: expected it with --dates, or with --block-unit year, water-year or month")
    }
  }
}

/// A month by its name, the start of its name, or its number.
struct MonthOption: ExpressibleByArgument {
  let month: Int

  init?(argument: String) {
    let text = argument.lowercased()
    if let number = Int(text), 1...12 ~= number {
      month = number
    } else if text.count >= 3,
      let index = CalendarDate.monthNames.firstIndex(where: { $0.hasPrefix(text) })
    {
      month = index + 1
    } else {
      return nil
    }
  }

  static var allValueStrings: [String] { CalendarDate.monthNames }

  static func name(of month: Int) -> String { CalendarDate.monthNames[month - 1].capitalised }
}

enum DateOrderOption: String, ExpressibleByArgument, CaseIterable {
  case dayFirst = "day-first"
  case monthFirst = "month-first"

  var order: DateColumn.Order { self == .dayFirst ? .dayFirst : .monthFirst }
}

extension String {
  fileprivate var capitalised: String { prefix(1).uppercased() + dropFirst() }
}
