// Snippet:
// let differences = [[0.5, 0.1, 0], [-0.5, -0.1, 0]], names = ["cat", "dog"]
// let learned = [0.24, 0.76], truth = [0.25, 0.75]
/// Panels in a grid, as one picture.
///
/// ```swift
/// let figure = Figure(columns: [
///   HeatMap(differences, columnRange: 1...200, title: "Learned − true", xLabel: "epoch"),
///   BarChart(categories: names, series: [("learned", learned), ("true", truth)]),
/// ])
/// let text = figure.svg()
/// let bytes = figure.png()
/// ```
///
/// A column is as wide as its widest panel and a row as high as its highest; in both the plot
/// areas are aligned.
public struct Figure: Sendable {
  /// The panels, row by row from the top; rows need not be equally long.
  public var rows: [[any Panel]]
  /// A heading over all panels; may be empty.
  public var title: String
  /// The width of each column, where it is not that of its widest panel.
  private var columnWidth: Double?

  private static let padding = 14.0
  private static let gap = 22.0
  private static let titleHeight = 28.0

  /// A grid of panels, given row by row.
  public init(grid rows: [[any Panel]], title: String = "") {
    self.rows = rows
    self.title = title
  }

  /// Panels side by side.
  public init(columns: [any Panel], title: String = "") {
    self.init(grid: [columns], title: title)
  }

  /// Panels one below the other.
  public init(rows: [any Panel], title: String = "") {
    self.init(grid: rows.map { [$0] }, title: title)
  }

  /// Each panel as a figure of its own, `width` points wide and as high as the panel: for screens
  /// on which the panels side by side would be too small to read.
  ///
  /// A panel is laid out for that width, rather than made smaller, so that its text stays as large.
  public func separated(width: Double) -> [Figure] {
    rows.joined().map { panel in
      var figure = Figure(columns: [panel])
      figure.columnWidth = max(width - 2 * Self.padding, 1)
      return figure
    }
  }

  /// The figure as an SVG document, which can also stand inside HTML.
  public func svg() -> String { drawing().svg() }

  /// The figure as a PNG file of `scale` pixels a point.
  ///
  /// Traps when `scale` is not positive or the picture would have more than 2^28 pixels.
  public func png(scale: Double = 2) -> [UInt8] { drawing().png(scale: scale) }

  /// The figure as shapes and texts.
  public func drawing() -> Drawing {
    let heights = rows.map { row in row.map(\.size.height).max() ?? 0 }
    let columnCount = rows.map(\.count).max() ?? 0
    let widths = (0..<columnCount).map { column in
      columnWidth ?? rows.compactMap { $0.count > column ? $0[column].size.width : nil }.max() ?? 0
    }
    let heading = title.isEmpty ? 0 : Self.titleHeight
    let panels = rows.joined()
    let titles = panels.map(\.title).filter { !$0.isEmpty }
    var drawing = Drawing(
      size: Drawing.Size(
        width: Self.extent(widths), height: Self.extent(heights) + heading),
      title: title.isEmpty ? titles.joined(separator: "; ") : title,
      summary: panels.map(\.summary).joined(separator: " "))
    drawing.text(
      title, at: Drawing.Point(x: drawing.size.width / 2, y: Self.padding + 12), anchor: .middle,
      size: Theme.titleSize + 2, isBold: true)

    let margins = alignedMargins(widths: widths, heights: heights)
    var y = Self.padding + heading
    for (row, panels) in rows.enumerated() {
      var x = Self.padding
      for (column, panel) in panels.enumerated() {
        let room = Drawing.Rectangle(x: x, y: y, width: widths[column], height: heights[row])
        panel.draw(in: room, plotArea: room.inset(by: margins[row][column]), on: &drawing)
        x += widths[column] + Self.gap
      }
      y += heights[row] + Self.gap
    }
    return drawing
  }

  /// The margins of all panels: above and below the widest of the row, at the sides the widest of
  /// the column.
  private func alignedMargins(widths: [Double], heights: [Double]) -> [[Drawing.Margins]] {
    var margins = rows.enumerated().map { row, panels in
      panels.enumerated().map { column, panel in
        panel.margins(in: Drawing.Size(width: widths[column], height: heights[row]))
      }
    }
    let lefts = widths.indices.map { column in
      margins.compactMap { $0.count > column ? $0[column].left : nil }.max() ?? 0
    }
    let rights = widths.indices.map { column in
      margins.compactMap { $0.count > column ? $0[column].right : nil }.max() ?? 0
    }
    for row in margins.indices {
      let top = margins[row].map(\.top).max() ?? 0
      let bottom = margins[row].map(\.bottom).max() ?? 0
      for column in margins[row].indices {
        margins[row][column] = Drawing.Margins(
          top: top, right: rights[column], bottom: bottom, left: lefts[column])
      }
    }
    return margins
  }

  private static func extent(_ lengths: [Double]) -> Double {
    lengths.reduce(0, +) + gap * Double(max(lengths.count - 1, 0)) + 2 * padding
  }
}
