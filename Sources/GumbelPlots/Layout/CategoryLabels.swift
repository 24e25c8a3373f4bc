/// The names of categories below a plot area: level if they fit side by side, else slanted, and
/// only some of them if even that is too dense.
struct CategoryLabels {
  let height: Double
  private let labels: [(index: Int, text: String)]
  private let isSlanted: Bool

  private static let size = Theme.labelSize
  private static let angle = 45.0

  init(_ names: [String], spacing: Double) {
    func width(_ text: String) -> Double { TextMetrics.width(of: text, size: Self.size) }
    let short = names.map {
      TextMetrics.truncated($0, to: Theme.longestLabel, size: Self.size)
    }
    let widest = short.map(width).max() ?? 0
    let lineHeight = Self.size * Theme.lineHeight
    // Names are worth a slant only when that shows all of them; numbers are as clear thinned.
    let slantedSpacing = lineHeight / sine(degrees: Self.angle)
    isSlanted = widest + 6 > spacing && spacing >= slantedSpacing && widest > 2 * Self.size
    let extent = isSlanted ? slantedSpacing : widest + 6
    let shown = LabelThinning.indices(count: names.count, spacing: spacing, extent: extent)
    labels = shown.map { ($0, short[$0]) }
    height =
      isSlanted
      ? widest * sine(degrees: Self.angle) + Self.size / 2 : Self.size * 0.72
  }

  /// Draws the labels; `place` gives the middle of a category.
  func draw(
    plotArea: Drawing.Rectangle, on drawing: inout Drawing, place: (Int) -> Double
  ) {
    if !isSlanted {
      let labels = labels.map { AxisLabel(place: place($0.index), text: $0.text) }
      AxisLabels.drawBelow(labels, hasTicks: false, plotArea: plotArea, on: &drawing)
      return
    }
    for (index, text) in labels {
      drawing.text(
        text,
        at: point(
          place(index) + Self.size / 3, plotArea.maxY + Theme.labelGap + Self.size / 2),
        anchor: .end, size: Self.size, color: Theme.subdued, rotation: -Self.angle)
    }
  }

  /// The names left of a plot area, cut to what a panel of `width` has room for.
  static func beside(
    _ names: [String], spacing: Double, panelWidth: Double
  ) -> [(index: Int, text: String)] {
    let limit = min(Theme.longestLabel, panelWidth * 0.33)
    return LabelThinning.indices(
      count: names.count, spacing: spacing, extent: size * 1.1
    ).map { ($0, TextMetrics.truncated(names[$0], to: limit, size: size)) }
  }
}
