/// Values of categories as bars, those of several series side by side.
///
/// ```swift
/// let bars = BarChart(
///   categories: ["0", "1", "2"],
///   series: [("learned", [0.1, 0.3, 0.6]), ("true", [0.0, 0.3, 0.7])],
///   title: "Probabilities")
/// ```
///
/// With more categories than fit as bars, the first series is an area and the others are lines.
public struct BarChart: Panel {
  /// Which way bars grow.
  public enum Direction: Sendable {
    /// To the right, the first category at the top: aligned with a heat map's rows.
    case right
    /// Upwards, the first category on the left.
    case up
  }

  public let categories: [String]
  public let series: [(name: String, values: [Double])]
  public let errors: [[Double]]
  public let title, categoryLabel, valueLabel: String
  public let range: ClosedRange<Double>?
  public let direction: Direction
  public let colors: [Drawing.Color]
  public let size: Drawing.Size

  /// A bar chart; values that are not finite have no bar.
  ///
  /// - Parameters:
  ///   - categories: a name for each value of a series.
  ///   - series: a bar each for every category, and the series' name for the legend.
  ///   - errors: for each series, or for the first few, how far a whisker reaches from the end of
  ///     each bar to either side; an empty list for a series without whiskers.
  ///   - title: what stands above.
  ///   - categoryLabel: what stands along the axis of the categories.
  ///   - valueLabel: what stands along the axis of the values.
  ///   - range: what the value axis shows; without one, 0 and all values.
  ///   - direction: which way the bars grow.
  ///   - colors: one a series, used again from the first when there are more series.
  ///   - size: of the whole, in points.
  ///
  /// Traps when a series has another number of values than there are categories, its errors, unless
  /// empty, another number than its values, or `colors` is empty.
  public init(
    categories: [String], series: [(name: String, values: [Double])], errors: [[Double]] = [],
    title: String = "",
    categoryLabel: String = "", valueLabel: String = "", range: ClosedRange<Double>? = nil,
    direction: Direction = .right, colors: [Drawing.Color] = Drawing.Color.palette,
    size: Drawing.Size = Drawing.Size(width: 300, height: 280)
  ) {
    for (name, values) in series {
      require(
        values.count == categories.count,
        "BarChart: series \"\(name)\" has \(values.count) values; expected \(categories.count)")
    }
    require(
      errors.count <= series.count,
      "BarChart: errors of \(errors.count) series; expected at most \(series.count)")
    for (errors, (name, values)) in zip(errors, series) where !errors.isEmpty {
      require(
        errors.count == values.count,
        "BarChart: series \"\(name)\" has \(errors.count) errors; expected \(values.count)")
    }
    require(!colors.isEmpty, "BarChart: no colors; expected at least one")
    self.categories = categories
    self.series = series
    self.errors = errors
    self.title = title
    self.categoryLabel = categoryLabel
    self.valueLabel = valueLabel
    self.range = range
    self.direction = direction
    self.colors = colors
    self.size = size
  }

  public var summary: String {
    let names = summed(series.map(\.name).filter { !$0.isEmpty })
    return "Bar chart of \(categories.count) categories" + (names.isEmpty ? "." : ": \(names).")
  }

  private func color(_ index: Int) -> Drawing.Color { colors[index % colors.count] }

  private func heading(panelWidth: Double) -> PanelHeading {
    let entries = series.enumerated().filter { !$0.element.name.isEmpty }.map {
      Legend.Entry(name: $0.element.name, symbol: .swatch(color($0.offset)))
    }
    return PanelHeading(
      title: title, legend: Legend(entries: entries), panelWidth: panelWidth)
  }

  /// The ends of all whiskers.
  private var whiskers: [(low: Double, high: Double)] {
    zip(series, errors).flatMap { series, errors in
      zip(series.values, errors).map { (low: $0 - $1, high: $0 + $1) }
    }
  }

  private func valueScale(start: Double, end: Double) -> AxisScale {
    let found = AxisScale.domain(
      of: series.flatMap(\.values) + whiskers.flatMap { [$0.low, $0.high] } + [0],
      isLogarithmic: false, padding: 0.05)
    let isUsable =
      range.map {
        $0.lowerBound < $0.upperBound && ($0.upperBound - $0.lowerBound).isFinite
      } ?? false
    // With nothing but zeros, room is left only on the side where values would be.
    let all = series.allSatisfy { $0.values.allSatisfy { $0 == 0 || !$0.isFinite } } ? 0...1 : found
    return AxisScale(
      domain: isUsable ? range! : all ?? 0...1, isLogarithmic: false, start: start, end: end)
  }

  public func margins(in size: Drawing.Size) -> Drawing.Margins {
    let heading = heading(panelWidth: size.width).height
    switch direction {
    case .right:
      let bottom = AxisLabels.bottomMargin(title: valueLabel)
      let names = CategoryLabels.beside(
        categories,
        spacing: (size.height - heading - bottom) / Double(max(categories.count, 1)),
        panelWidth: size.width)
      return Drawing.Margins(
        top: heading, right: 14, bottom: bottom,
        left: AxisLabels.sideMargin(labels: names.map(\.text), title: categoryLabel))
    case .up:
      let names = categoryLabels(plotWidth: size.width - 50)
      let bottom = AxisLabels.bottomMargin(labelHeight: names.height, title: categoryLabel)
      let ticks = valueTicks(
        valueScale(start: size.height - heading - bottom, end: 0))
      return Drawing.Margins(
        top: heading, right: 6, bottom: bottom,
        left: AxisLabels.sideMargin(labels: ticks.map(\.text), title: valueLabel))
    }
  }

  private func categoryLabels(plotWidth: Double) -> CategoryLabels {
    CategoryLabels(categories, spacing: plotWidth / Double(max(categories.count, 1)))
  }

  private func valueTicks(_ scale: AxisScale) -> [AxisLabel] {
    let length = (scale.end - scale.start).magnitude
    let ticks =
      direction == .right
      ? AxisLabels.fittingTicks(on: scale, length: length)
      : scale.ticks(count: wholePart(of: length / 28, in: 2...200))
    return scale.labels(ticks)
  }

  public func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    heading(panelWidth: panel.width).draw(in: panel, plotArea: plotArea, on: &drawing)
    let isRight = direction == .right
    let scale = valueScale(
      start: isRight ? plotArea.x : plotArea.maxY, end: isRight ? plotArea.maxX : plotArea.y)
    let ticks = valueTicks(scale)
    drawing.grid(ticks.map(\.place), isUpright: isRight, in: plotArea)

    let layout = BarLayout(
      plotArea: plotArea, scale: scale, isRight: isRight, categoryCount: categories.count,
      seriesCount: series.count)
    if categories.isEmpty || series.isEmpty { drawEmpty(plotArea, on: &drawing) }
    for (index, series) in series.enumerated() {
      layout.draw(series.values, series: index, color: color(index), on: &drawing)
    }
    for (index, errors) in errors.enumerated() where !errors.isEmpty {
      layout.drawWhiskers(series[index].values, errors, series: index, on: &drawing)
    }
    if let base = scale.position(of: 0) {
      drawing.stroke(
        plotArea.clip(polyline: plotArea.line(at: crisp(base), isUpright: isRight)), Theme.axis)
    }

    if isRight {
      AxisLabels.drawBelow(ticks, plotArea: plotArea, on: &drawing)
      AxisLabels.drawTitleBelow(valueLabel, panel: panel, plotArea: plotArea, on: &drawing)
      let names = CategoryLabels.beside(
        categories, spacing: layout.slot, panelWidth: panel.width
      ).map { AxisLabel(place: layout.middle(of: $0.index), text: $0.text) }
      AxisLabels.drawLeft(names, hasTicks: false, plotArea: plotArea, on: &drawing)
    } else {
      AxisLabels.drawLeft(ticks, hasTicks: true, plotArea: plotArea, on: &drawing)
      let names = categoryLabels(plotWidth: plotArea.width)
      names.draw(plotArea: plotArea, on: &drawing) { layout.middle(of: $0) }
      AxisLabels.drawTitleBelow(
        categoryLabel, labelHeight: names.height, panel: panel, plotArea: plotArea, on: &drawing)
    }
    AxisLabels.drawUprightTitle(
      isRight ? categoryLabel : valueLabel, x: panel.x + Theme.axisTitleSize - 2, panel: panel,
      plotArea: plotArea, on: &drawing)
  }
}
