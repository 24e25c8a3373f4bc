import SwiftGumbel

/// The blocks that a series was cut into.
struct FitBlocks {
  let extremes: BlockExtremes
  /// What the blocks are called, in the order of their indices; nil for numbers.
  let names: [String]?
  /// How they were cut: `365 rows`, `equal values of "year"`, `the water year of "date"`.
  let rule: String
  /// What a return period counts.
  let unit: String
  let coverage: Double?
  /// When the rows were measured, where blocks were cut by it and day and month are sure.
  let dates: FitDates?
  /// The number of the block that each row belongs to; -1 for none.
  let indices: [Int32]
  /// The rows that belong to no block: a rest that fills none, and those without a date.
  var unusedRows: Int { extremes.unusedCount }

  init(_ columns: NumberColumns, _ options: BlockOptions, _ extreme: GumbelFit.Extreme) throws {
    let series = columns.values[0]
    coverage = options.blockCoverage
    if let size = options.blockMaxima {
      names = nil
      rule = counted(size, "row")
      unit = "blocks of \(size)"
      dates = nil
      extremes = BlockExtremes(
        of: series, size: size, coverage: options.blockCoverage ?? 0, extreme)
      let count = series.count / size
      indices = series.indices.map { $0 / size < count ? Int32($0 / size) : -1 }
      return
    }
    let groups = columns.groups!
    let column = FitBlocks.quoted(groups.column ?? options.blockColumn!)
    let indices: [Int32]
    let expected: [Int]
    if let period = options.period {
      let (texts, isSure) = try Self.dates(of: groups, period, options.dateOrder, column)
      dates = isSure ? FitDates(column: column, groups, texts) : nil
      let periods = texts.periods(period)
      names = periods.names
      expected = periods.expected
      indices = groups.indices.map { $0 < 0 ? -1 : periods.indices[Int($0)] }
      (rule, unit) = Self.words(period, options, column)
    } else {
      dates = nil
      var counts = [Int](repeating: 0, count: groups.names.count)
      for index in groups.indices where index >= 0 { counts[Int(index)] += 1 }
      let isOneEach = counts.count > 1 && counts.allSatisfy { $0 == 1 }
      if isOneEach, options.blockUnit == nil, (try? DateColumn(groups.names)) != nil,
        groups.names.contains(where: { $0.count > 4 })
      {
        throw CommandFailure(
          "--block-by \(options.blockColumn!): each row has a date of its own in column \(column); "
            + "expected --block-unit year, water-year or month")
      }
      names = groups.names
      expected = counts
      indices = groups.indices
      (rule, unit) = ("equal values of \(column)", "blocks")
    }
    self.indices = indices
    extremes = BlockExtremes(
      of: series, groups: indices, expected: expected, coverage: options.blockCoverage ?? 0,
      extreme)
  }

  /// The most extreme values of each block that counts, so many or all that it has.
  func largest(_ count: Int, of series: [Double], _ extreme: GumbelFit.Extreme) -> [[Double]] {
    members(of: series).map { values in
      Array((extreme == .maximum ? values.sorted(by: >) : values.sorted()).prefix(count))
    }
  }

  /// The mean of a column over each block that counts.
  func means(of column: [Double]) -> [Double] {
    members(of: column).map { $0.reduce(0, +) / Double($0.count) }
  }

  /// The row that the extreme of each block that counts stands in, the first of equal ones.
  func rowsOfExtremes(of series: [Double]) -> [Int] {
    let places = self.places
    var rows = [Int](repeating: -1, count: extremes.blocks.count)
    for (row, index) in indices.enumerated() {
      guard let place = places[Int(index)], rows[place] < 0,
        series[row] == extremes.blocks[place].extreme!
      else { continue }
      rows[place] = row
    }
    return rows
  }

  /// The rows of each block that counts.
  var rowsOfBlocks: [[Int]] {
    let places = self.places
    var rows = [[Int]](repeating: [], count: extremes.blocks.count)
    for (row, index) in indices.enumerated() {
      if let place = places[Int(index)] { rows[place].append(row) }
    }
    return rows
  }

  /// The place of each block that counts among these, by its number.
  private var places: [Int: Int] {
    Dictionary(uniqueKeysWithValues: extremes.blocks.enumerated().map { ($1.index, $0) })
  }

  private func members(of series: [Double]) -> [[Double]] {
    let places = self.places
    var members = [[Double]](repeating: [], count: extremes.blocks.count)
    for (value, index) in zip(series, indices) where !value.isNaN {
      if let place = places[Int(index)] { members[place].append(value) }
    }
    return members
  }

  /// The dates, and whether more than their year is sure.
  private static func dates(
    of groups: RowGroups, _ period: DateColumn.Period, _ order: DateOrderOption?, _ column: String
  ) throws -> (dates: DateColumn, isSure: Bool) {
    var isSure = true
    let dates = try FitDates.reading(groups, column) { () throws(DateColumn.Problem) in
      do throws(DateColumn.Problem) {
        return try DateColumn(groups.names, order: order?.order ?? .automatic)
      } catch {
        // Of 04/05/1990 the calendar year is sure.
        guard case .ambiguous = error, period == .year(firstMonth: 1) else { throw error }
        isSure = false
        return try DateColumn(groups.names, order: .dayFirst)
      }
    }
    return (dates, isSure)
  }

  private static func words(
    _ period: DateColumn.Period, _ options: BlockOptions, _ column: String
  ) -> (rule: String, unit: String) {
    switch period {
    case .month: return ("the month of \(column)", "months")
    case .year(let first):
      let isWater = options.blockUnit == .waterYear
      let start = first == 1 ? "" : " from \(MonthOption.name(of: first)) on"
      return (
        "the \(isWater ? "water year" : "year") of \(column)\(start)",
        isWater ? "water years" : "years"
      )
    }
  }

  /// What a block is called.
  func name(of block: BlockExtremes.Block) -> String {
    names?[block.index] ?? "\(block.index + 1)"
  }

  /// The blocks of fewer than nine in ten of their values, where nothing was said of coverage.
  var thinBlocks: [BlockExtremes.Block] {
    coverage == nil ? extremes.blocks.filter { $0.coverage < 0.9 } : []
  }

  /// One line on what became of the series.
  var summary: String {
    var parts = ["\(counted(extremes.blocks.count, "block")) by \(rule)"]
    if extremes.missingCount > 0 {
      parts.append("\(counted(extremes.missingCount, "value")) missing from them")
    }
    if !extremes.leftOut.isEmpty {
      let reason = coverage.map { "covered less than \(NumberText.short($0))" } ?? "without a value"
      parts.append(
        "\(counted(extremes.leftOut.count, "block")) \(reason) left out: "
          + FitBlocks.some(extremes.leftOut.map(name)))
    }
    if unusedRows > 0 {
      parts.append(
        names == nil
          ? "\(counted(unusedRows, "row")) at the end unused, since they fill no block"
          : "\(counted(unusedRows, "row")) that belong to no block unused")
    }
    return parts.joined(separator: "; ")
  }

  /// A word on blocks that are thin, if any is.
  var advice: String? {
    let thin = thinBlocks
    if thin.isEmpty { return nil }
    return "\(counted(thin.count, "block")) with less than 0.9 of the values: "
      + FitBlocks.some(thin.map(name)) + "; --block-coverage 0.9 leaves such out"
  }

  private static func some(_ names: [String]) -> String {
    let head = names.prefix(6).map { escaped($0) }.joined(separator: ", ")
    return names.count > 6 ? "\(head), …" : head
  }

  static func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }
}
