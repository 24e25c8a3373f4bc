/// Draws a chart's marks into its plot area.
struct ChartCanvas {
  let plotArea: Drawing.Rectangle
  let x, y: AxisScale
  let xAxis, yAxis: ChartPanel.Axis

  static let bandOpacity = 0.22
  static let barOpacity = 0.6

  func draw(
    _ mark: ChartPanel.Mark, _ color: Drawing.Color, _ taken: inout TakenSpace,
    on drawing: inout Drawing
  ) {
    switch mark.shape {
    case .line(let x, let y, let width, let dash):
      let parts = runs(x, y).flatMap {
        plotArea.clip(polyline: decimated($0, width: plotArea.width))
      }
      let reading = reading(of: mark)
      drawing.stroke(
        parts.filter { $0.count > 1 }, Drawing.Stroke(color, width: width, dash: dash),
        reading: reading)
      // A point without neighbours would hardly be seen as a piece of line.
      drawing.stroke(
        parts.filter { $0.count == 1 }, Drawing.Stroke(color, width: 2.5 * width),
        reading: reading)
    case .band(let x, let lower, let upper):
      drawing.fill(bands(x, lower, upper), color.opacity(Self.bandOpacity))
    case .points(let x, let y, let labels, let size):
      draw(
        points: place(x, y), labels: labels, size: size, color, reading(of: mark), &taken,
        on: &drawing)
    case .histogram(let edges, let heights):
      let (edges, heights) = merged(edges, heights, to: wholePart(of: plotArea.width, in: 1...8192))
      drawing.fill(bars(edges, heights), color.opacity(Self.barOpacity))
    case .rule(let value, let isUpright, let dash):
      draw(
        rule: value, isUpright: isUpright, Drawing.Stroke(color, width: 1.25, dash: dash),
        on: &drawing)
    }
  }

  private func reading(of mark: ChartPanel.Mark) -> Drawing.Reading {
    func reading(_ scale: AxisScale, _ axis: ChartPanel.Axis) -> Drawing.Reading.Axis? {
      axis.spread.map {
        Drawing.Reading.Axis(
          name: axis.label, spread: $0, start: scale.start, end: scale.end,
          low: scale.domain.lowerBound, high: scale.domain.upperBound)
      }
    }
    return Drawing.Reading(name: mark.name ?? "", x: reading(x, xAxis), y: reading(y, yAxis))
  }

  /// The dots beside which labels stand, of all marks: a label covers none of them.
  func takenByLabelledPoints(_ marks: [ChartPanel.Mark]) -> TakenSpace {
    var taken = TakenSpace()
    for mark in marks {
      guard case .points(let x, let y, let labels, let size) = mark.shape, !labels.isEmpty else {
        continue
      }
      for dot in distinct(shown(place(x, y)).compactMap { $0 }, size: size) {
        taken.add(
          Drawing.Rectangle(x: dot.x - size / 2, y: dot.y - size / 2, width: size, height: size))
      }
    }
    return taken
  }

  private func shown(_ points: [Drawing.Point?]) -> [Drawing.Point?] {
    points.map { point in point.flatMap { plotArea.contains($0) ? $0 : nil } }
  }

  /// The places of points, with nothing for those that have none.
  private func place(_ x: [Double], _ y: [Double]) -> [Drawing.Point?] {
    zip(x, y).map { x, y in
      guard let px = self.x.position(of: x), let py = self.y.position(of: y) else { return nil }
      return Drawing.Point(x: px, y: py)
    }
  }

  /// The stretches of a line between the points that cannot be shown.
  private func runs(_ x: [Double], _ y: [Double]) -> [[Drawing.Point]] {
    place(x, y).split(whereSeparator: { $0 == nil }).map { $0.compactMap { $0 } }
  }

  private func bands(
    _ x: [Double], _ lower: [Double], _ upper: [Double]
  ) -> [[Drawing.Point]] {
    zip(place(x, lower), place(x, upper)).map { low, high in
      low.flatMap { low in high.map { (low, $0) } }
    }
    .split(whereSeparator: { $0 == nil })
    .map { run in
      let pairs = run.compactMap { $0 }
      return plotArea.clip(polygon: pairs.map(\.1) + pairs.reversed().map(\.0))
    }
  }

  private func bars(_ edges: [Double], _ heights: [Double]) -> [Drawing.Rectangle] {
    let base = y.position(of: 0) ?? plotArea.maxY
    return heights.indices.compactMap { index in
      guard let left = x.position(of: edges[index]), let right = x.position(of: edges[index + 1]),
        let top = y.position(of: heights[index])
      else { return nil }
      func inside(_ y: Double) -> Double { min(max(y, plotArea.y), plotArea.maxY) }
      let from = max(min(left, right), plotArea.x)
      let to = min(max(left, right), plotArea.maxX)
      let (high, low) = (inside(min(top, base)), inside(max(top, base)))
      guard to > from, low > high else { return nil }
      // A hairline of white between neighbours, where there is room for it.
      let gap = to - from > 4 ? 0.5 : 0
      return Drawing.Rectangle(
        x: from + gap, y: high, width: to - from - 2 * gap, height: low - high)
    }
  }

  private func draw(
    rule value: Double, isUpright: Bool, _ stroke: Drawing.Stroke, on drawing: inout Drawing
  ) {
    guard let place = (isUpright ? x : y).position(of: value) else { return }
    let line = plotArea.line(at: place, isUpright: isUpright)
    drawing.stroke(plotArea.clip(polyline: line), stroke)
  }

  private func draw(
    points: [Drawing.Point?], labels: [String], size: Double, _ color: Drawing.Color,
    _ reading: Drawing.Reading, _ taken: inout TakenSpace, on drawing: inout Drawing
  ) {
    let visible = shown(points)
    let dots = distinct(visible.compactMap { $0 }, size: size)
    drawing.stroke(dots.map { [$0] }, Drawing.Stroke(color, width: size), reading: reading)
    guard !labels.isEmpty else { return }
    for (point, label) in zip(visible, labels) {
      guard let point else { continue }
      let label = TextMetrics.truncated(label, to: Theme.longestLabel, size: Theme.labelSize)
      let width = TextMetrics.width(of: label, size: Theme.labelSize)
      let height = Theme.labelSize
      let offset = size / 2 + 3
      // Right of the dot if possible, else left, above or below.
      let corners = [
        (point.x + offset, point.y - height / 2), (point.x - offset - width, point.y - height / 2),
        (point.x - width / 2, point.y - offset - height), (point.x - width / 2, point.y + offset),
      ]
      let boxes = corners.map {
        Drawing.Rectangle(x: $0.0, y: $0.1, width: width, height: height)
      }
      let free = boxes.first { box in
        box.x >= plotArea.x && box.maxX <= plotArea.maxX + 14 && box.y >= plotArea.y
          && box.maxY <= plotArea.maxY && !taken.intersects(box)
      }
      guard let box = free else { continue }
      taken.add(box)
      drawing.text(
        label, at: Drawing.Point(x: box.x, y: box.midY + height * Theme.middleToBaseline),
        size: Theme.labelSize)
    }
  }
}
