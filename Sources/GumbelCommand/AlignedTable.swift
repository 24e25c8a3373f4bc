import SwiftGumbel

/// Rows of text in columns, two spaces apart unless another gap is wanted. Control characters, line ends too, are shown rather than
/// sent: a cell may be what a file says.
struct AlignedTable {
  let rows: [[String]]
  /// Whether all columns but the first end rather than begin in a line: those of numbers.
  let areNumbers: Bool
  let gap: Int

  init(_ rows: [[String]], areNumbers: Bool = false, gap: Int = 2) {
    self.rows = rows.map { $0.map(escaped) }
    self.areNumbers = areNumbers
    self.gap = gap
  }

  /// Cells with room for the mark `*` that some end with, so that marks hang behind the columns.
  static func hanging(_ row: some Sequence<String>) -> [String] {
    row.map { $0.hasSuffix("*") ? $0 : $0 + " " }
  }

  /// A name, and texts in lines below each other.
  static func lines(_ name: String, _ texts: [String]) -> [[String]] {
    texts.enumerated().map { [$0.offset == 0 ? name : "", $0.element] }
  }

  var text: String { lines.joined(separator: "\n") }

  var lines: [String] {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      let padded = zip(row, widths).enumerated().map { column, cell in
        let (text, width) = cell
        let space = String(repeating: " ", count: width - text.count)
        return areNumbers && column > 0 ? space + text : text + space
      }
      let line = padded.joined(separator: String(repeating: " ", count: gap))
      return String(line.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// The first, the last, and some between where there are many.
  static func some<Row>(of rows: [Row]) -> [Row] {
    let limit = 20
    if rows.count <= limit { return rows }
    return (0..<limit).map { rows[$0 * (rows.count - 1) / (limit - 1)] }
  }
}
