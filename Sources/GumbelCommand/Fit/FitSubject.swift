import SwiftGumbel

/// What a distribution was fitted to: for those who read the result later.
struct FitSubject {
  /// The file, or standard input.
  let rawSource: String
  let columns: NumberColumns
  /// The column as it was asked for.
  let given: String
  /// The column of weights as it was asked for.
  let weights: String?
  let blocks: FitBlocks?
  /// When the rows were measured, if that is known.
  let dates: FitDates?
  /// The column that the location follows as it was asked for, and whether that is of the dates.
  let trend: String?
  let isTrendOfDates: Bool
  let seed: UInt64
  /// What return periods count.
  let periodUnit: String
  /// Whether rows without a number stay in their places.
  let keepsMissing: Bool

  /// The file as messages show it.
  var source: String { escaped(rawSource) }

  /// What the location follows, of each row; dates as years with their fractions.
  var covariate: [Double]? {
    if trend == nil { return nil }
    return isTrendOfDates ? dates!.years : columns.values[columns.values.count - 1]
  }

  /// What the location follows, in words.
  var covariateName: String {
    if isTrendOfDates { return "date" }
    return columns.names.map { $0[$0.count - 1] } ?? "covariate"
  }

  /// What the values are called.
  var name: String { columns.names?[0] ?? "value" }

  /// The rows of the table that lack a number and so were left out of the fit. Inside blocks they
  /// are counted there.
  var skippedRows: Int { columns.skippedRows }

  /// The rows of the table that hold data.
  var rows: Int {
    columns.values[0].count + (keepsMissing ? 0 : columns.skippedRows)
  }

  /// One line on which numbers were read, and what was found out about the file.
  var description: String {
    var text = source
    if let names = columns.names {
      text += ", column \"\(escaped(names[0]))\""
    } else if columns.positions.first != 1 || given != "1" {
      text += ", column \(columns.positions.first ?? 1)"
    }
    let layout = columns.layout
    if let line = layout.headerLine {
      if layout.isHeaderAssumed { text += ", taking line \(line) for the names of columns" }
    } else {
      text += ", without names of columns"
    }
    return text
  }

  /// What was left out, if anything.
  var omissions: String? {
    if skippedRows == 0 || blocks != nil { return nil }
    if keepsMissing { return "\(counted(skippedRows, "row")) without a number" }
    return "\(counted(skippedRows, "row")) without a number left out"
  }

  /// Numbers that often stand for missing ones, and are far from the rest, in order.
  var suspects: [(value: Double, count: Int)] {
    var counts: [Double: Int] = [:]
    var (least, most) = (Double.infinity, -Double.infinity)
    for value in columns.values[0] where !value.isNaN {
      if value <= -9 || value >= 9999, Self.codes.contains(value) {
        counts[value, default: 0] += 1
      } else {
        least = min(least, value)
        most = max(most, value)
      }
    }
    guard least <= most else { return [] }
    let far = counts.filter { code, _ in
      code < 0
        ? code < least && (least >= 0 || least - code > most - least)
        : code > most && code - most > 2 * (most - least)
    }
    return far.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  private static let codes: [Double] =
    [-9, -99, -999, -9999, -99999, -99.9, -99.99, -999.9, -999.99, -9999.9]
    + [-6999, -7777, -8888, -32768, 9999, 99999, 999_999, 9999.9, 99_999.9]

  /// A warning of such numbers.
  var suspicion: String? {
    let suspects = suspects
    guard !suspects.isEmpty else { return nil }
    let found = suspects.map {
      "\(plain($0.value)) in \(counted($0.count, "row"))"
    }
    let codes = suspects.map { plain($0.value) }.joined(separator: ",")
    return "\(source): found \(found.joined(separator: " and ")) of the column, far from the rest; "
      + (suspects.count == 1
        ? "if it stands for a missing value, --missing \(codes) leaves it out"
        : "if they stand for missing values, --missing \(codes) leaves them out")
  }
}
