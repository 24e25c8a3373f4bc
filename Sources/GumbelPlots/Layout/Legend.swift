/// The key to a panel's series.
struct Legend {
  struct Entry: Equatable {
    enum Symbol: Equatable {
      case line(Drawing.Stroke)
      case dot(Drawing.Color)
      case swatch(Drawing.Color)
      case none
    }

    var name: String
    var symbol: Symbol
  }

  static let rowHeight = 16.0
  /// More would leave little room for what the entries are the key to.
  private static let mostRows = 8
  private static let symbolWidth = 16.0
  private static let gapToName = 5.0
  private static let gapToNext = 14.0
  private static let size = Theme.labelSize

  var entries: [Entry]

  /// The entries in rows no wider than `limit`, each row with its width.
  func rows(limit: Double) -> [(entries: [Entry], width: Double)] {
    var rows: [(entries: [Entry], width: Double)] = []
    for var entry in entries {
      let room = limit - Self.symbolWidth - Self.gapToName
      entry.name = TextMetrics.truncated(entry.name, to: max(room, 0), size: Self.size)
      let width = Self.width(of: entry)
      if let last = rows.last, last.width + Self.gapToNext + width <= limit {
        rows[rows.count - 1].entries.append(entry)
        rows[rows.count - 1].width += Self.gapToNext + width
      } else {
        rows.append(([entry], width))
      }
      if rows.count > Self.mostRows { return shortened(rows, limit: limit) }
    }
    return rows
  }

  /// The first rows of too many, and how many entries they leave out.
  private func shortened(
    _ rows: [(entries: [Entry], width: Double)], limit: Double
  ) -> [(entries: [Entry], width: Double)] {
    let shown = Array(rows.prefix(Self.mostRows - 1))
    let left = entries.count - shown.reduce(0) { $0 + $1.entries.count }
    let rest = Entry(
      name: TextMetrics.truncated("and \(left) more", to: max(limit, 0), size: Self.size),
      symbol: .none)
    return shown + [([rest], Self.width(of: rest))]
  }

  /// Draws a row of entries, the first beginning at `x`, about a middle line.
  static func draw(_ entries: [Entry], x: Double, middle: Double, on drawing: inout Drawing) {
    var x = x
    for entry in entries {
      switch entry.symbol {
      case .line(let stroke):
        drawing.line(from: point(x + 1, middle), to: point(x + symbolWidth - 1, middle), stroke)
      case .dot(let color):
        drawing.stroke([[point(x + symbolWidth / 2, middle)]], Drawing.Stroke(color, width: 6))
      case .swatch(let color):
        drawing.fill(Drawing.Rectangle(x: x + 3, y: middle - 5, width: 10, height: 10), color)
      case .none: break
      }
      drawing.text(
        entry.name,
        at: point(x + symbolWidth + gapToName, middle + size * Theme.middleToBaseline),
        size: size, color: Theme.ink)
      x += width(of: entry) + gapToNext
    }
  }

  private static func width(of entry: Entry) -> Double {
    symbolWidth + gapToName + TextMetrics.width(of: entry.name, size: size)
  }
}
