/// A label and its place along an axis, in points.
struct AxisLabel: Equatable {
  var place: Double
  var text: String
}

/// The labels below and left of a plot area, and the axes' titles.
enum AxisLabels {
  private static let size = Theme.labelSize
  private static let tickLength = 3.0
  private static let capHeight = 0.72
  private static let titleGap = 7.0

  /// The height below the plot area for labels of `labelHeight` and a title.
  static func bottomMargin(labelHeight: Double = capHeight * size, title: String) -> Double {
    Theme.labelGap + labelHeight + 4
      + (title.isEmpty ? 0 : titleGap + capHeight * Theme.axisTitleSize)
  }

  /// The width beside the plot area for labels and a title.
  static func sideMargin(labels: [String], title: String) -> Double {
    let widest = labels.map { TextMetrics.width(of: $0, size: size) }.max() ?? 0
    return (widest > 0 ? Theme.labelGap + widest : 0)
      + (title.isEmpty ? 2 : titleGap + Theme.axisTitleSize)
  }

  /// Draws labels centred below the plot area, with a tick each if wanted.
  static func drawBelow(
    _ labels: [AxisLabel], hasTicks: Bool = true, plotArea: Drawing.Rectangle,
    on drawing: inout Drawing
  ) {
    let top = plotArea.maxY
    if hasTicks {
      let ticks = labels.map(\.place).map(crisp)
      drawing.stroke(ticks.map { [point($0, top), point($0, top + tickLength)] }, Theme.axis)
    }
    for label in labels {
      drawing.text(
        label.text, at: Drawing.Point(x: label.place, y: top + Theme.labelGap + capHeight * size),
        anchor: .middle, size: size, color: Theme.subdued)
    }
  }

  /// Draws labels ending left of the plot area, with a tick each if wanted.
  static func drawLeft(
    _ labels: [AxisLabel], hasTicks: Bool, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    if hasTicks {
      let (ticks, end) = (labels.map(\.place).map(crisp), plotArea.x)
      drawing.stroke(ticks.map { [point(end - tickLength, $0), point(end, $0)] }, Theme.axis)
    }
    for label in labels {
      drawing.text(
        label.text,
        at: point(plotArea.x - Theme.labelGap, label.place + size * Theme.middleToBaseline),
        anchor: .end, size: size, color: Theme.subdued)
    }
  }

  /// Draws the title of the axis below, under labels of `labelHeight`.
  static func drawTitleBelow(
    _ title: String, labelHeight: Double = capHeight * size, panel: Drawing.Rectangle,
    plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    let title = TextMetrics.truncated(title, to: panel.width, size: Theme.axisTitleSize)
    let half = TextMetrics.width(of: title, size: Theme.axisTitleSize) / 2
    // Centred on the plot area, unless that is so narrow that the title would leave the panel.
    let x = max(panel.x + half, min(plotArea.midX, panel.maxX - half))
    let y =
      plotArea.maxY + Theme.labelGap + labelHeight + titleGap + capHeight * Theme.axisTitleSize
    drawing.text(title, at: Drawing.Point(x: x, y: y), anchor: .middle, size: Theme.axisTitleSize)
  }

  /// Draws the title of an upright axis, its letters' feet at `x`, reading upwards.
  static func drawUprightTitle(
    _ title: String, x: Double, panel: Drawing.Rectangle, plotArea: Drawing.Rectangle,
    on drawing: inout Drawing
  ) {
    let title = TextMetrics.truncated(title, to: panel.height, size: Theme.axisTitleSize)
    let half = TextMetrics.width(of: title, size: Theme.axisTitleSize) / 2
    let y = max(panel.y + half, min(plotArea.midY, panel.maxY - half))
    drawing.text(
      title, at: Drawing.Point(x: x, y: y), anchor: .middle, size: Theme.axisTitleSize,
      rotation: -90)
  }

  /// The labels of as many ticks as fit side by side over `length`.
  static func fittingTicks(on scale: AxisScale, length: Double) -> [Tick] {
    var count = wholePart(of: length / 40, in: 2...200)
    while count > 1 {
      let ticks = scale.ticks(count: count)
      if fit(ticks, on: scale) { return ticks }
      count -= 1
    }
    return scale.ticks(count: 1)
  }

  /// Labels at the given places of an axis, but for those outside it and those that would touch
  /// the one before.
  static func fitting(
    _ ticks: [Tick], on scale: AxisScale, isUpright: Bool = false
  ) -> [AxisLabel] {
    let (low, high) = (min(scale.start, scale.end), max(scale.start, scale.end))
    var shown: [AxisLabel] = []
    var free = -Double.infinity
    for label in scale.labels(ticks).sorted(by: { $0.place < $1.place })
    where low - 0.5 <= label.place && label.place <= high + 0.5 {
      let half = isUpright ? size / 2 : TextMetrics.width(of: label.text, size: size) / 2
      guard label.place - half >= free else { continue }
      free = label.place + half + (isUpright ? 3 : 6)
      shown.append(label)
    }
    return shown
  }

  private static func fit(_ ticks: [Tick], on scale: AxisScale) -> Bool {
    var free = -Double.infinity
    for tick in ticks {
      guard let place = scale.position(of: tick.value) else { continue }
      let half = TextMetrics.width(of: tick.label, size: size) / 2
      if place - half < free { return false }
      free = place + half + 8
    }
    return true
  }
}

/// The nearest place where a line of one point covers whole pixels.
func crisp(_ place: Double) -> Double { (place - 0.5).rounded() + 0.5 }
