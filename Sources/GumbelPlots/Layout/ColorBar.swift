/// The strip beside a heat map that says which colour means what.
struct ColorBar {
  let scale: ColorScale
  let range: ClosedRange<Double>
  let label: String

  private static let gap = 12.0
  private static let thickness = 12.0

  private func ticks(start: Double, end: Double) -> [AxisLabel] {
    guard range.lowerBound < range.upperBound else { return [] }
    let axis = AxisScale(domain: range, isLogarithmic: false, start: start, end: end)
    let count = wholePart(of: (start - end) / 36, in: 2...8)
    return axis.labels(axis.ticks(count: count))
  }

  private func labelWidth(_ ticks: [AxisLabel]) -> Double {
    ticks.map { TextMetrics.width(of: $0.text, size: Theme.labelSize) }.max() ?? 0
  }

  /// The room right of a plot area of `height`.
  func width(height: Double) -> Double {
    Self.gap + Self.thickness + Theme.labelGap + labelWidth(ticks(start: height, end: 0))
      + (label.isEmpty ? 2 : Theme.labelGap + Theme.axisTitleSize)
  }

  func draw(
    beside plotArea: Drawing.Rectangle, panel: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    let bar = Drawing.Rectangle(
      x: plotArea.maxX + Self.gap, y: plotArea.y, width: Self.thickness, height: plotArea.height)
    let shades = 128
    drawing.image(
      Bitmap(width: 1, height: shades) { row, _ in
        scale.color(at: 1 - (Double(row) + 0.5) / Double(shades))
      }, in: bar)
    drawing.frame(bar)
    let ticks = ticks(start: bar.maxY, end: bar.y)
    drawing.stroke(
      ticks.map(\.place).map(crisp).map { [point(bar.maxX, $0), point(bar.maxX + 3, $0)] },
      Theme.axis)
    for tick in ticks {
      drawing.text(
        tick.text,
        at: point(
          bar.maxX + Theme.labelGap, tick.place + Theme.labelSize * Theme.middleToBaseline),
        size: Theme.labelSize, color: Theme.subdued)
    }
    AxisLabels.drawUprightTitle(
      label, x: bar.maxX + 2 * Theme.labelGap + labelWidth(ticks) + Theme.axisTitleSize - 3,
      panel: panel, plotArea: plotArea, on: &drawing)
  }
}
