import Testing

@testable import GumbelPlots

@Suite struct ChartTests {
  private func elements(_ panel: any Panel) -> [Drawing.Element] {
    Figure(columns: [panel]).drawing().elements
  }

  private func strokes(_ panel: any Panel, color: Drawing.Color) -> [[Drawing.Point]] {
    elements(panel).flatMap { element -> [[Drawing.Point]] in
      if case .polylines(let lines, let stroke, _) = element, stroke.color == color {
        lines
      } else {
        []
      }
    }
  }

  private func legend(_ chart: ChartPanel) -> [String] {
    elements(chart).compactMap {
      if case .text(let text) = $0, text.anchor == .start { text.string } else { nil }
    }
  }

  @Test func marksOfOneNameShareAColorAndAnEntry() {
    let chart = ChartPanel([
      .band("a", x: [0, 1], lower: [0, 0], upper: [1, 1]), .line("a", y: [1, 2]),
      .line("b", y: [2, 1]), .line(y: [3, 3]),
    ])
    #expect(legend(chart) == ["a", "b"])
    let fills = elements(chart).compactMap { element -> Drawing.Color? in
      if case .polygons(_, let fill) = element { fill.opacity(1) } else { nil }
    }
    #expect(fills == [Drawing.Color.palette[0]])
    #expect(!strokes(chart, color: Drawing.Color.palette[0]).isEmpty)
    #expect(!strokes(chart, color: Drawing.Color.palette[1]).isEmpty)
    #expect(!strokes(chart, color: Drawing.Color.palette[2]).isEmpty)
  }

  @Test func missingValuesInterruptLines() {
    let color = Drawing.Color.purple
    let chart = ChartPanel([
      .line(y: [1, 2, .nan, 4, 5, .infinity, 7, 8, 9, -.infinity, 3], color: color)
    ])
    let lines = strokes(chart, color: color)
    #expect(lines.map(\.count).sorted() == [1, 2, 2, 3])
    let logarithmic = ChartPanel(
      [.line(y: [1, 0, 10, 100, -1, 5], color: color)], y: ChartPanel.Axis(isLogarithmic: true))
    #expect(strokes(logarithmic, color: color).map(\.count).sorted() == [1, 1, 2])
  }

  /// With a range of its own, a chart draws nothing outside its axes.
  @Test func marksAreClipped() throws {
    let range = 0.0...1.0
    let color = Drawing.Color.purple
    let chart = ChartPanel(
      [
        .band(x: [-5, 0.5, 5], lower: [-9, -9, 0], upper: [9, 0.5, 9], color: color),
        .line(x: [-1, 0.5, 2, 1e200], y: [-4, 0.5, 9, -1e200], color: color),
        .points(x: [0.5, 5], y: [0.5, 0.5], color: color),
        .histogram(edges: [-1, 0.25, 3], heights: [0.5, 8], color: color),
        .rule(y: 4, color: color), .rule(x: 0.5, color: color),
      ], x: ChartPanel.Axis(range: range), y: ChartPanel.Axis(range: range))
    var places: [Drawing.Point] = []
    for element in elements(chart) {
      switch element {
      case .polylines(let lines, let stroke, _) where stroke.color == color:
        places += lines.joined()
      case .polygons(let polygons, _): places += polygons.joined()
      case .rectangles(let rectangles, _):
        places += rectangles.flatMap {
          [Drawing.Point(x: $0.x, y: $0.y), Drawing.Point(x: $0.maxX, y: $0.maxY)]
        }
      default: break
      }
    }
    let axis = try #require(strokes(chart, color: Theme.axis.color).first)
    let (left, top) = (axis[0].x, axis[0].y)
    let (right, bottom) = (axis[2].x, axis[2].y)
    #expect(places.count > 15)
    for place in places {
      #expect(place.x >= left - 1e-6 && place.x <= right + 1e-6)
      #expect(place.y >= top - 1e-6 && place.y <= bottom + 1e-6)
    }
  }

  @Test func clippingCutsWhereLinesCross() {
    let area = Drawing.Rectangle(x: 0, y: 0, width: 10, height: 10)
    func points(_ coordinates: (Double, Double)...) -> [Drawing.Point] {
      coordinates.map { Drawing.Point(x: $0.0, y: $0.1) }
    }
    #expect(
      area.clip(polyline: points((-5, 5), (5, 5), (5, 15), (15, 5), (8, 5)))
        == [points((0, 5), (5, 5), (5, 10)), points((10, 5), (8, 5))])
    #expect(area.clip(polyline: points((-5, 5), (5, 15))).joined().count <= 2)
    #expect(area.clip(polyline: points((-5, 7), (7, 19))).isEmpty)
    let corner = area.clip(polygon: points((5, 5), (15, 5), (15, 15), (5, 15)))
    #expect(
      Set(corner.map { "\($0.x) \($0.y)" }) == ["5.0 5.0", "10.0 5.0", "10.0 10.0", "5.0 10.0"])
    #expect(area.clip(polygon: points((20, 20), (30, 20), (30, 30))).isEmpty)
  }

  /// Of very many points only some are written, but none of the peaks is lost.
  @Test func longLinesAreDecimated() {
    let count = 100_000
    let points = (0..<count).map {
      Drawing.Point(x: Double($0) / Double(count) * 300, y: Double($0 * 7919 % 1000))
    }
    let fewer = decimated(points, width: 300)
    #expect(fewer.count <= 2400)
    #expect(fewer.first == points.first && fewer.last == points.last)
    for bucket in stride(from: 0.0, to: 300, by: 0.5) {
      let inside = { (point: Drawing.Point) in point.x >= bucket && point.x < bucket + 0.5 }
      let (all, kept) = (points.filter(inside).map(\.y), fewer.filter(inside).map(\.y))
      #expect(all.max() == kept.max() && all.min() == kept.min())
    }
    #expect(zip(fewer, fewer.dropFirst()).allSatisfy { $0.x < $1.x })
    #expect(decimated(points.reversed(), width: 300) == fewer.reversed())
    let turning = points.enumerated().map { $0 % 2 == 0 ? $1 : points[count - 1 - $0] }
    #expect(decimated(Array(turning.prefix(9000)), width: 300) == Array(turning.prefix(9000)))
    #expect(decimated(turning, width: 300).count <= 50_000)
    let few = Array(points.prefix(100))
    #expect(decimated(few, width: 300) == few)
  }

  @Test func stepsKeepTheirValueUntilTheNext() {
    let color = Drawing.Color.purple
    let line = strokes(
      ChartPanel([.step(x: [0, 1, 3], y: [1, 2, 0], color: color)]), color: color)[0]
    #expect(line.count == 5)
    #expect(line[0].y == line[1].y && line[1].x == line[2].x && line[2].y == line[3].y)
    #expect(line[3].x == line[4].x)
  }

  @Test func pointLabelsNeverOverlap() {
    let count = 40
    let chart = ChartPanel([
      .points(
        x: (0..<count).map { Double($0 * 37 % 41) }, y: (0..<count).map { Double($0 * 29 % 23) },
        labels: (0..<count).map { "label \($0)" })
    ])
    let boxes = elements(chart).compactMap { element -> Drawing.Rectangle? in
      guard case .text(let text) = element, text.string.hasPrefix("label") else { return nil }
      return Drawing.Rectangle(
        x: text.position.x, y: text.position.y - 8,
        width: TextMetrics.width(of: text.string, size: text.size), height: 8)
    }
    #expect(boxes.count > 15)
    for (index, box) in boxes.enumerated() {
      #expect(!boxes[(index + 1)...].contains { $0.intersects(box) })
    }
  }

  @Test func barsReachTheirValues() throws {
    let chart = BarChart(
      categories: ["a", "b"], series: [("s", [1, -0.5]), ("t", [.nan, 2])],
      colors: [.purple, .green])
    let bars = elements(chart).compactMap { element -> [Drawing.Rectangle]? in
      if case .rectangles(let bars, let fill) = element, bars[0].height > 11, fill != .white {
        bars
      } else {
        nil
      }
    }
    try #require(bars.count == 2)
    #expect(bars[0].count == 2 && bars[1].count == 1)
    #expect(abs(bars[0][0].width - 2 * bars[0][1].width) < 1e-9)
    #expect(abs(bars[1][0].width - 2 * bars[0][0].width) < 1e-9)
    #expect(bars[0][1].maxX == bars[0][0].x)
  }

  @Test func whiskersReachBothWays() throws {
    for direction in [BarChart.Direction.right, .up] {
      let chart = BarChart(
        categories: ["a", "b"], series: [("s", [1, 3]), ("t", [2, 2])], errors: [[0.5, 0]],
        direction: direction)
      // One bar has a whisker: its line and two caps, in the colour of text.
      let whiskers = strokes(chart, color: Theme.whisker.color).filter { $0.count == 2 }
      try #require(whiskers.count == 3)
      func along(_ point: Drawing.Point) -> Double { direction == .right ? point.x : -point.y }
      let bars = elements(chart).compactMap { element -> [Drawing.Rectangle]? in
        if case .rectangles(let bars, let fill) = element, fill == .blue, bars.count == 2 {
          bars
        } else {
          nil
        }
      }
      let bar = try #require(bars.first)[0]
      let length = direction == .right ? bar.width : bar.height
      let end = direction == .right ? bar.maxX : -bar.y
      let line = whiskers[0].map(along).sorted()
      #expect(abs(line[0] - (end - length / 2)) < 1e-6)
      #expect(abs(line[1] - (end + length / 2)) < 1e-6)
    }
  }

  @Test func manyCategoriesAreAnAreaAndLines() {
    let values = (0..<1000).map { Double($0) }
    let chart = BarChart(
      categories: values.map { "\($0)" }, series: [("a", values), ("b", values), ("c", values)])
    let areas = elements(chart).filter { if case .polygons = $0 { true } else { false } }
    #expect(areas.count == 1)
    #expect(strokes(chart, color: Drawing.Color.palette[1]).contains { $0.count == 2000 })
  }

  @Test func averagesOfFewerCells() {
    #expect(averaged([1, 2, 3, 4], to: 2) == [1.5, 3.5])
    #expect(averaged([0, 3, 6], to: 2) == [1, 5])
    #expect(averaged([.nan, 2, .nan, .nan], to: 2)[0] == 2)
    #expect(averaged([.nan, 2, .nan, .nan], to: 2)[1].isNaN)
  }

  @Test func colorScales() {
    #expect(ColorScale.diverging.color(at: 0) == Drawing.Color(0x0000FF))
    #expect(ColorScale.diverging.color(at: 0.5) == .white)
    #expect(ColorScale.diverging.color(at: 1) == Drawing.Color(0xFF0000))
    #expect(ColorScale.diverging.color(at: -3) == ColorScale.diverging.color(at: 0))
    #expect(ColorScale.diverging.color(at: .infinity) == ColorScale.diverging.color(at: 1))
    #expect(ColorScale.diverging.color(at: .nan) == ColorScale.diverging.missing)
    #expect(ColorScale(stops: [.green]).color(at: 0.7) == .green)
    #expect(ColorScale.grayscale.color(of: 3, in: 3...3) == Drawing.Color(0x808080))
  }

  /// The sequential scale also reads in print: it only ever grows lighter, and evenly.
  @Test func sequentialScaleGrowsLighter() {
    func lightness(_ color: Drawing.Color) -> Double {
      func linear(_ value: UInt8) -> Double {
        let value = Double(value) / 255
        return value <= 0.04045 ? value / 12.92 : power((value + 0.055) / 1.055, 2.4)
      }
      let luminance =
        0.2126 * linear(color.red) + 0.7152 * linear(color.green) + 0.0722 * linear(color.blue)
      return 116 * power(luminance, 1.0 / 3) - 16
    }
    let values = (0...50).map { lightness(ColorScale.sequential.color(at: Double($0) / 50)) }
    let steps = zip(values, values.dropFirst()).map { $1 - $0 }
    #expect(steps.allSatisfy { $0 > 0.5 && $0 < 3 })
  }
}
