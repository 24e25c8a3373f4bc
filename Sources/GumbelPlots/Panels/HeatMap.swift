// Snippet: let learnedMinusTrue = [[0.5, 0.1, 0], [-0.5, -0.1, 0]]
/// A matrix as coloured cells, with a colour bar.
///
/// ```swift
/// let map = HeatMap(
///   learnedMinusTrue, columnRange: 1...200, title: "Learned − true", xLabel: "epoch",
///   range: -2...2)
/// ```
///
/// The first row is at the top. Values beyond `range` have the colour of its end, and those that
/// are not numbers are grey.
public struct HeatMap: Panel {
  public let values: [[Double]]
  public let rowLabels: [String]
  public let columnLabels: [String]
  public let columnRange: ClosedRange<Double>
  public let title, xLabel, yLabel, colorBarLabel: String
  public let range: ClosedRange<Double>
  public let scale: ColorScale
  public let size: Drawing.Size

  /// A heat map of rows of equal length.
  ///
  /// - Parameters:
  ///   - values: rows of one length, the first on top.
  ///   - rowLabels: a name for each row; without any, rows count from 0.
  ///   - columnLabels: a name for each column; without any, columns are places on a numeric axis.
  ///   - columnRange: the axis' values at the middles of the first and the last column; without
  ///     one, columns count from 0.
  ///   - title: what stands above.
  ///   - xLabel: what stands along the axis of the columns.
  ///   - yLabel: what stands along the axis of the rows.
  ///   - range: the values at the ends of the colour scale; without one, what the finite values
  ///     span, and for the diverging scale the same on both sides of 0.
  ///   - scale: from values to colours.
  ///   - colorBarLabel: what stands along the bar of colours.
  ///   - size: of the whole, in points.
  ///
  /// Traps when the rows differ in length, or there are labels of another number than rows or
  /// columns.
  public init(
    _ values: [[Double]], rowLabels: [String] = [], columnLabels: [String] = [],
    columnRange: ClosedRange<Double>? = nil, title: String = "", xLabel: String = "",
    yLabel: String = "", range: ClosedRange<Double>? = nil, scale: ColorScale = .diverging,
    colorBarLabel: String = "", size: Drawing.Size = Drawing.Size(width: 480, height: 280)
  ) {
    let columns = values.first?.count ?? 0
    for (index, row) in values.enumerated() {
      require(
        row.count == columns,
        "HeatMap: row \(index) has \(row.count) values; expected \(columns), as in row 0")
    }
    require(
      rowLabels.isEmpty || rowLabels.count == values.count,
      "HeatMap: \(rowLabels.count) row labels; expected \(values.count)")
    require(
      columnLabels.isEmpty || columnLabels.count == columns,
      "HeatMap: \(columnLabels.count) column labels; expected \(columns)")
    self.values = values
    self.rowLabels = rowLabels.isEmpty ? values.indices.map(String.init) : rowLabels
    self.columnLabels = columnLabels
    self.columnRange = columnRange ?? 0...Double(max(columns - 1, 0))
    self.title = title
    self.xLabel = xLabel
    self.yLabel = yLabel
    self.colorBarLabel = colorBarLabel
    self.range = range ?? Self.range(of: values, isSymmetric: scale == .diverging)
    self.scale = scale
    self.size = size
  }

  private var columnCount: Int { values.first?.count ?? 0 }
  private var isEmpty: Bool { columnCount == 0 }

  private static func range(of values: [[Double]], isSymmetric: Bool) -> ClosedRange<Double> {
    let domain = AxisScale.domain(of: values.joined(), isLogarithmic: false, padding: 0) ?? -1...1
    guard isSymmetric else { return domain }
    let largest = max(domain.lowerBound.magnitude, domain.upperBound.magnitude)
    return -largest...largest
  }

  public var summary: String {
    let bounds = "\(NumberLabel.short(range.lowerBound)) to \(NumberLabel.short(range.upperBound))"
    return "Heat map of \(values.count) rows and \(columnCount) columns, colours from \(bounds)."
  }

  public func margins(in size: Drawing.Size) -> Drawing.Margins {
    let heading = PanelHeading(title: title, panelWidth: size.width)
    let colorBar = ColorBar(scale: scale, range: range, label: colorBarLabel)
    let bottom = AxisLabels.bottomMargin(
      labelHeight: columnNames(plotWidth: size.width - 120).height, title: xLabel)
    let plotHeight = size.height - heading.height - bottom
    let rows = rowNames(plotHeight: plotHeight, panelWidth: size.width)
    return Drawing.Margins(
      top: heading.height, right: colorBar.width(height: plotHeight), bottom: bottom,
      left: AxisLabels.sideMargin(labels: rows.map(\.text), title: yLabel))
  }

  public func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    PanelHeading(title: title, panelWidth: panel.width)
      .draw(in: panel, plotArea: plotArea, on: &drawing)
    drawing.drawCells(values, in: plotArea) { scale.color(of: $0, in: range) }
    if isEmpty { drawEmpty(plotArea, on: &drawing) }
    drawing.frame(plotArea)

    let rowHeight = plotArea.height / Double(max(values.count, 1))
    let rows = rowNames(plotHeight: plotArea.height, panelWidth: panel.width).map {
      AxisLabel(place: plotArea.y + (Double($0.index) + 0.5) * rowHeight, text: $0.text)
    }
    AxisLabels.drawLeft(rows, hasTicks: false, plotArea: plotArea, on: &drawing)
    let names = columnNames(plotWidth: plotArea.width)
    if columnLabels.isEmpty {
      AxisLabels.drawBelow(columnTicks(plotArea), plotArea: plotArea, on: &drawing)
    } else {
      let width = plotArea.width / Double(columnCount)
      names.draw(plotArea: plotArea, on: &drawing) { plotArea.x + (Double($0) + 0.5) * width }
    }
    AxisLabels.drawTitleBelow(
      xLabel, labelHeight: names.height, panel: panel, plotArea: plotArea, on: &drawing)
    AxisLabels.drawUprightTitle(
      yLabel, x: panel.x + Theme.axisTitleSize - 2, panel: panel, plotArea: plotArea, on: &drawing)
    ColorBar(scale: scale, range: range, label: colorBarLabel)
      .draw(beside: plotArea, panel: panel, on: &drawing)
  }

  private func rowNames(
    plotHeight: Double, panelWidth: Double
  ) -> [(index: Int, text: String)] {
    CategoryLabels.beside(
      rowLabels, spacing: plotHeight / Double(max(values.count, 1)), panelWidth: panelWidth)
  }

  private func columnNames(plotWidth: Double) -> CategoryLabels {
    CategoryLabels(columnLabels, spacing: plotWidth / Double(max(columnCount, 1)))
  }

  /// Round numbers on the column axis, and the first column's if there is room for it.
  private func columnTicks(_ plotArea: Drawing.Rectangle) -> [AxisLabel] {
    guard columnCount > 0 else { return [] }
    let half = plotArea.width / Double(columnCount) / 2
    let (first, last) = (columnRange.lowerBound, columnRange.upperBound)
    let single = AxisLabel(place: plotArea.midX, text: NumberLabel.short(first))
    guard columnCount > 1, first < last else { return columnCount == 1 ? [single] : [] }
    let scale = AxisScale(
      domain: columnRange, isLogarithmic: false, start: plotArea.x + half,
      end: plotArea.maxX - half)
    // Ticks between two columns would say nothing.
    let length = min(plotArea.width, Double(columnCount - 1) * 40)
    var labels = scale.labels(AxisLabels.fittingTicks(on: scale, length: length))
    let start = AxisLabel(place: plotArea.x + half, text: NumberLabel.short(first))
    if let next = labels.first, next.place - start.place > 24 { labels.insert(start, at: 0) }
    return labels
  }
}
