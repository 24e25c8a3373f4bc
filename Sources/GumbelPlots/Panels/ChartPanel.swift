// Snippet: let generatorLosses = [0.7, 0.6], discriminatorLosses = [1.4, 1.3]
/// Lines, bands, points and histograms over two axes.
///
/// ```swift
/// let chart = ChartPanel(
///   [.line("generator", y: generatorLosses), .line("discriminator", y: discriminatorLosses)],
///   title: "Losses", x: "epoch", y: ChartPanel.Axis("loss", isLogarithmic: true))
/// ```
///
/// Marks are drawn in their order, the last on top.
public struct ChartPanel: Panel {
  /// One of a chart's two axes; a string literal is an axis of that title.
  public struct Axis: Sendable, Equatable, ExpressibleByStringLiteral {
    public var label: String
    public var isLogarithmic: Bool
    /// What the axis shows; without one, all marks.
    public var range: ClosedRange<Double>?
    /// The places that are marked, with a text for each; without any, round numbers.
    public var ticks: [(value: Double, label: String)] {
      get { marked.map { ($0.value, $0.label) } }
      set { marked = newValue.map { Tick(value: $0.value, label: $0.label) } }
    }
    fileprivate var marked: [Tick] = []
    private var isOfReturnPeriods = false

    /// How its values follow from places; nothing where its marks are of other values.
    var spread: Drawing.Reading.Spread? {
      if isOfReturnPeriods { return .returnPeriods }
      return marked.isEmpty ? isLogarithmic ? .logarithmic : .linear : nil
    }

    /// An axis; a `range` that is a single value, infinite or, if logarithmic, not positive is
    /// ignored, and of `ticks` those that it does not show or has no room for.
    public init(
      _ label: String = "", isLogarithmic: Bool = false, range: ClosedRange<Double>? = nil,
      ticks: [(value: Double, label: String)] = []
    ) {
      self.label = label
      self.isLogarithmic = isLogarithmic
      self.range = range
      self.ticks = ticks
    }

    /// An axis of return periods, which are shown at their ``ReturnPeriodAxis/place(_:)``.
    public init(_ label: String, periods: ReturnPeriodAxis) {
      self.init(label, range: periods.range, ticks: periods.ticks)
      isOfReturnPeriods = true
    }

    public init(stringLiteral label: String) { self.init(label) }

    fileprivate var usableRange: ClosedRange<Double>? {
      guard let range, range.lowerBound < range.upperBound, range.lowerBound.isFinite,
        range.upperBound.isFinite, !isLogarithmic || range.lowerBound > 0
      else { return nil }
      return range
    }

    fileprivate var emptyRange: ClosedRange<Double> { isLogarithmic ? 1...10 : 0...1 }
  }

  public let marks: [Mark]
  public let title: String
  public let x, y: Axis
  public let size: Drawing.Size
  private let xDomain, yDomain: ClosedRange<Double>
  private let isXIntegral, isEmpty: Bool
  private let colors: [Drawing.Color]

  public init(
    _ marks: [Mark], title: String = "", x: Axis = Axis(), y: Axis = Axis(),
    size: Drawing.Size = Drawing.Size(width: 440, height: 280)
  ) {
    self.marks = marks
    self.title = title
    self.x = x
    self.y = y
    self.size = size
    let hasPoints = marks.contains { if case .points = $0.shape { true } else { false } }
    let (xs, ys) = (marks.flatMap(\.extent.x), marks.flatMap(\.extent.y))
    let xFound = AxisScale.domain(
      of: xs, isLogarithmic: x.isLogarithmic, padding: hasPoints ? 0.05 : 0)
    let yFound = AxisScale.domain(of: ys, isLogarithmic: y.isLogarithmic, padding: 0.05)
    let hasRules = marks.contains { if case .rule = $0.shape { true } else { false } }
    isEmpty = !hasRules && (xFound == nil || yFound == nil)
    isXIntegral = !xs.isEmpty && xs.allSatisfy { $0 == $0.rounded() }
    xDomain = x.usableRange ?? xFound ?? x.emptyRange
    yDomain = y.usableRange ?? yFound ?? y.emptyRange
    colors = Self.colors(of: marks)
  }

  /// Colours as marks ask for them or, one a name, from the palette.
  private static func colors(of marks: [Mark]) -> [Drawing.Color] {
    var named: [String: Drawing.Color] = [:]
    for mark in marks {
      if let name = mark.name, let color = mark.color, named[name] == nil { named[name] = color }
    }
    var used = 0
    return marks.map { mark in
      if let color = mark.color ?? mark.name.flatMap({ named[$0] }) { return color }
      let color = Drawing.Color.series(used)
      used += 1
      if let name = mark.name { named[name] = color }
      return color
    }
  }

  public var summary: String {
    let names = summed(legend.entries.map(\.name))
    let axes = [y.label, x.label].filter { !$0.isEmpty }.map { String($0.prefix(80)) }
      .joined(separator: " over ")
    return "Chart" + (axes.isEmpty ? "" : " of \(axes)") + (names.isEmpty ? "." : ": \(names).")
  }

  private var legend: Legend {
    var entries: [Legend.Entry] = []
    for (mark, color) in zip(marks, colors) {
      guard let name = mark.name, !name.isEmpty else { continue }
      let symbol: Legend.Entry.Symbol
      switch mark.shape {
      case .line(_, _, let width, let dash):
        symbol = .line(Drawing.Stroke(color, width: width, dash: dash))
      case .rule(_, _, let dash): symbol = .line(Drawing.Stroke(color, width: 1.25, dash: dash))
      case .points: symbol = .dot(color)
      case .band: symbol = .swatch(color.opacity(ChartCanvas.bandOpacity))
      case .histogram: symbol = .swatch(color.opacity(ChartCanvas.barOpacity))
      }
      if let index = entries.firstIndex(where: { $0.name == name }) {
        // A line says more of a series than the band around it.
        if case .swatch = entries[index].symbol { entries[index].symbol = symbol }
      } else {
        entries.append(Legend.Entry(name: name, symbol: symbol))
      }
    }
    return Legend(entries: entries)
  }

  private func heading(panelWidth: Double) -> PanelHeading {
    PanelHeading(title: title, legend: legend, panelWidth: panelWidth)
  }

  private func xTicks(_ scale: AxisScale, width: Double) -> [AxisLabel] {
    x.marked.isEmpty
      ? scale.labels(AxisLabels.fittingTicks(on: scale, length: width))
      : AxisLabels.fitting(x.marked, on: scale)
  }

  private func yTicks(_ scale: AxisScale) -> [AxisLabel] {
    y.marked.isEmpty
      ? scale.labels(
        scale.ticks(count: wholePart(of: (scale.start - scale.end) / 28, in: 2...200)))
      : AxisLabels.fitting(y.marked, on: scale, isUpright: true)
  }

  public func margins(in size: Drawing.Size) -> Drawing.Margins {
    let top = heading(panelWidth: size.width).height
    let bottom = AxisLabels.bottomMargin(title: x.label)
    let scale = AxisScale(
      domain: yDomain, isLogarithmic: y.isLogarithmic, start: size.height - top - bottom, end: 0)
    return Drawing.Margins(
      top: top, right: 14, bottom: bottom,
      left: AxisLabels.sideMargin(labels: yTicks(scale).map(\.text), title: y.label))
  }

  public func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    heading(panelWidth: panel.width).draw(in: panel, plotArea: plotArea, on: &drawing)
    let canvas = ChartCanvas(
      plotArea: plotArea,
      x: AxisScale(
        domain: xDomain, isLogarithmic: x.isLogarithmic, isIntegral: isXIntegral,
        start: plotArea.x, end: plotArea.maxX),
      y: AxisScale(
        domain: yDomain, isLogarithmic: y.isLogarithmic, start: plotArea.maxY, end: plotArea.y),
      xAxis: x, yAxis: y)
    let xTicks = xTicks(canvas.x, width: plotArea.width)
    let yTicks = yTicks(canvas.y)
    drawing.grid(xTicks.map(\.place), isUpright: true, in: plotArea)
    drawing.grid(yTicks.map(\.place), isUpright: false, in: plotArea)
    var taken = canvas.takenByLabelledPoints(marks)
    for (mark, color) in zip(marks, colors) { canvas.draw(mark, color, &taken, on: &drawing) }
    if isEmpty { drawEmpty(plotArea, on: &drawing) }

    let (left, bottom) = (plotArea.x - 0.5, plotArea.maxY + 0.5)
    drawing.stroke(
      [[point(left, plotArea.y), point(left, bottom), point(plotArea.maxX, bottom)]], Theme.axis)
    AxisLabels.drawBelow(xTicks, plotArea: plotArea, on: &drawing)
    AxisLabels.drawLeft(yTicks, hasTicks: true, plotArea: plotArea, on: &drawing)
    AxisLabels.drawTitleBelow(x.label, panel: panel, plotArea: plotArea, on: &drawing)
    AxisLabels.drawUprightTitle(
      y.label, x: panel.x + Theme.axisTitleSize - 2, panel: panel, plotArea: plotArea, on: &drawing)
  }
}
