import SwiftGumbel

/// Rows of text in columns two spaces apart. Control characters, line ends too, are shown rather than
/// sent: a cell may be what a file says.
struct AlignedTable {
  let rows: [[String]]
  /// Whether all columns but the first end rather than begin in a line: those of numbers.
  let areNumbers: Bool

  init(_ rows: [[String]], areNumbers: Bool = false) {
    self.rows = rows.map { $0.map(escaped) }
    self.areNumbers = areNumbers
  }

  /// A name, and texts in lines below each other.
  static func lines(_ name: String, _ texts: [String]) -> [[String]] {
    texts.enumerated().map { [$0.offset == 0 ? name : "", $0.element] }
  }

  var text: String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let padded = zip(row, widths).enumerated().map { column, cell in
        let (text, width) = cell
        let space = String(repeating: " ", count: width - text.count)
        return areNumbers && column > 0 ? space + text : text + space
      }
      let line = padded.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n")
  }

  /// The first, the last, and some between where there are many.
  static func some<Row>(of rows: [Row]) -> [Row] {
    let limit = 20
    if rows.count <= limit { return rows }
    return (0..<limit).map { rows[$0 * (rows.count - 1) / (limit - 1)] }
  }
}
