/// A panel's title with its legend: on one line if both fit, else the legend in rows below.
struct PanelHeading {
  let title: String
  let legend: Legend
  private let titleWidth: Double
  private let panelWidth: Double
  private let rows: [(entries: [Legend.Entry], width: Double)]
  private let isOnOneLine: Bool

  private static let lineHeight = 22.0
  private static let gap = 20.0

  init(title: String, legend: Legend = Legend(entries: []), panelWidth: Double) {
    self.title = TextMetrics.truncated(
      title, to: panelWidth, size: Theme.titleSize, isBold: true)
    self.legend = legend
    self.panelWidth = panelWidth
    titleWidth = TextMetrics.width(of: self.title, size: Theme.titleSize, isBold: true)
    rows = legend.rows(limit: panelWidth)
    // An axis with its labels usually takes a tenth of the width from the title's line.
    let taken = titleWidth == 0 ? 0 : titleWidth + Self.gap + panelWidth / 10
    isOnOneLine = rows.count == 1 && taken + rows[0].width <= panelWidth
  }

  /// The height above the plot area.
  var height: Double {
    let rowsBelow = isOnOneLine ? 0 : rows.count
    let hasLine = !title.isEmpty || isOnOneLine
    return (hasLine ? Self.lineHeight : 6)
      + (rowsBelow > 0 ? Double(rowsBelow) * Legend.rowHeight + 4 : 0)
  }

  func draw(in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing) {
    func start(width: Double) -> Double { max(panel.x, min(plotArea.x, panel.maxX - width)) }
    let titleX = start(width: titleWidth)
    drawing.text(
      title, at: Drawing.Point(x: titleX, y: panel.y + 11), size: Theme.titleSize, isBold: true)
    if isOnOneLine {
      let clear = titleWidth == 0 ? panel.x : titleX + titleWidth + Self.gap
      let x = max(clear, plotArea.maxX - rows[0].width)
      Legend.draw(rows[0].entries, x: x, middle: panel.y + 7, on: &drawing)
      return
    }
    var middle = panel.y + (title.isEmpty ? 8 : Self.lineHeight + 6)
    for row in rows {
      Legend.draw(row.entries, x: start(width: row.width), middle: middle, on: &drawing)
      middle += Legend.rowHeight
    }
  }
}
