/// Where the bars of a ``BarChart`` stand.
struct BarLayout {
  let plotArea: Drawing.Rectangle
  let scale: AxisScale
  let isRight: Bool
  let categoryCount, seriesCount: Int

  /// The stretch of the category axis that one category has.
  var slot: Double { length / Double(max(categoryCount, 1)) }
  /// That of the category axis.
  private var length: Double { isRight ? plotArea.height : plotArea.width }

  private var barThickness: Double { slot * 0.78 / Double(max(seriesCount, 1)) }

  private var areBarsTooThin: Bool { barThickness < 1.5 }

  func middle(of category: Int) -> Double {
    (isRight ? plotArea.y : plotArea.x) + (Double(category) + 0.5) * slot
  }

  /// Where the bar of a series in a category starts on the category axis.
  private func start(of category: Int, series: Int) -> Double {
    middle(of: category) + (Double(series) - Double(seriesCount) / 2) * barThickness
  }

  private func point(_ along: Double, _ value: Double) -> Drawing.Point {
    isRight ? Drawing.Point(x: value, y: along) : Drawing.Point(x: along, y: value)
  }

  func draw(
    _ values: [Double], series: Int, color: Drawing.Color, on drawing: inout Drawing
  ) {
    // Zero, or the end of the axis nearest to it.
    let (low, high) = (scale.domain.lowerBound, scale.domain.upperBound)
    guard let base = scale.position(of: min(max(0, low), high)) else { return }
    func place(_ value: Double) -> Double? { scale.position(of: min(max(value, low), high)) }
    if areBarsTooThin {
      drawDense(values.map { $0.isFinite ? place($0) : nil }, base: base, isArea: series == 0)
    } else {
      drawing.fill(
        values.enumerated().compactMap { index, value in
          guard value.isFinite, let end = place(value), end != base else { return nil }
          let start = start(of: index, series: series)
          let (from, length) = (min(base, end), (end - base).magnitude)
          return isRight
            ? Drawing.Rectangle(x: from, y: start, width: length, height: barThickness)
            : Drawing.Rectangle(x: start, y: from, width: barThickness, height: length)
        }, color)
    }

    func drawDense(_ ends: [Double?], base: Double, isArea: Bool) {
      let most = wholePart(of: 2 * length, in: 1...8192)
      let ends = ends.count > max(4 * most, 5000) ? farthest(ends, from: base, count: most) : ends
      let dense = BarLayout(
        plotArea: plotArea, scale: scale, isRight: isRight, categoryCount: ends.count,
        seriesCount: 1)
      var outline: [Drawing.Point] = []
      func add(_ along: Double, _ value: Double) { outline.append(point(along, value)) }
      for (index, end) in ends.enumerated() {
        let start = dense.middle(of: index) - dense.slot / 2
        if index == 0, isArea { add(start, base) }
        add(start, end ?? base)
        add(start + dense.slot, end ?? base)
      }
      if isArea {
        if let last = ends.indices.last { add(dense.middle(of: last) + dense.slot / 2, base) }
        drawing.fill([outline], color.opacity(0.55))
      } else {
        drawing.stroke([outline], Drawing.Stroke(color))
      }
    }
  }

  /// Of equal stretches of bars the one that ends farthest from the base, so that no peak is lost.
  private func farthest(_ ends: [Double?], from base: Double, count: Int) -> [Double?] {
    (0..<count).map { index in
      ends[(index * ends.count / count)..<((index + 1) * ends.count / count)].compactMap { $0 }
        .max { ($0 - base).magnitude < ($1 - base).magnitude }
    }
  }

  /// Draws lines from `value - error` to `value + error` over the middle of bars.
  func drawWhiskers(
    _ values: [Double], _ errors: [Double], series: Int, on drawing: inout Drawing
  ) {
    if areBarsTooThin { return }
    var lines: [[Drawing.Point]] = []
    for (index, (value, error)) in zip(values, errors).enumerated() {
      guard let low = scale.position(of: value - error), error != 0,
        let high = scale.position(of: value + error)
      else { continue }
      let along = start(of: index, series: series) + barThickness / 2
      let cap = min(barThickness / 4, 3)
      lines.append([point(along, low), point(along, high)])
      for end in [low, high] { lines.append([point(along - cap, end), point(along + cap, end)]) }
    }
    drawing.stroke(lines.map(plotArea.clip(polyline:)).flatMap { $0 }, Theme.whisker)
  }
}
