extension Drawing.Rectangle {
  /// The parts of a line through `points` that lie inside.
  func clip(polyline points: [Drawing.Point]) -> [[Drawing.Point]] {
    if points.count == 1 { return contains(points[0]) ? [points] : [] }
    var parts: [[Drawing.Point]] = []
    for (start, end) in zip(points, points.dropFirst()) {
      guard let (first, last) = clip(from: start, to: end) else { continue }
      if let previous = parts.last?.last, previous == first {
        parts[parts.count - 1].append(last)
      } else {
        parts.append([first, last])
      }
    }
    return parts
  }

  /// The part of a polygon that lies inside: cut along each side in turn (Sutherland and
  /// Hodgman, 1974).
  func clip(polygon: [Drawing.Point]) -> [Drawing.Point] {
    var result = polygon
    for side in sides {
      guard let last = result.last else { return [] }
      var kept: [Drawing.Point] = []
      var previous = last
      for point in result {
        let (before, now) = (side(previous), side(point))
        if (before >= 0) != (now >= 0) {
          kept.append(between(previous, point, before / (before - now)))
        }
        if now >= 0 { kept.append(point) }
        previous = point
      }
      result = kept
    }
    return result
  }

  func contains(_ point: Drawing.Point) -> Bool {
    x <= point.x && point.x <= maxX && y <= point.y && point.y <= maxY
  }

  /// Signed distances from the four sides, not negative inside.
  private var sides: [(Drawing.Point) -> Double] {
    [{ $0.x - x }, { maxX - $0.x }, { $0.y - y }, { maxY - $0.y }]
  }

  /// The part of a segment inside, as the stretch of its parameter that all four sides allow
  /// (Liang and Barsky, 1984).
  private func clip(
    from start: Drawing.Point, to end: Drawing.Point
  ) -> (Drawing.Point, Drawing.Point)? {
    if contains(start) && contains(end) { return (start, end) }
    var (enter, leave) = (0.0, 1.0)
    for side in sides {
      let (atStart, atEnd) = (side(start), side(end))
      if atStart < 0 && atEnd < 0 { return nil }
      if atStart < 0 { enter = max(enter, atStart / (atStart - atEnd)) }
      if atEnd < 0 { leave = min(leave, atStart / (atStart - atEnd)) }
    }
    guard enter < leave else { return nil }
    return (
      enter == 0 ? start : between(start, end, enter),
      leave == 1 ? end : between(start, end, leave)
    )
  }

  private func between(
    _ a: Drawing.Point, _ b: Drawing.Point, _ fraction: Double
  ) -> Drawing.Point {
    Drawing.Point(x: a.x + (b.x - a.x) * fraction, y: a.y + (b.y - a.y) * fraction)
  }
}
