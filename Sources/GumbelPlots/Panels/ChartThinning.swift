// Pictures of data of any number: what would lie on what is drawn already is left out.

/// The same line with fewer points, where there are far more of them than a picture of `width`
/// can show.
///
/// Of a line that goes one way, of each half point's stretch the first, lowest, highest and last are
/// kept; of a very long one that turns round, points that are half a point from the one kept before.
func decimated(_ points: [Drawing.Point], width: Double) -> [Drawing.Point] {
  guard Double(points.count) > 8 * width else { return points }
  let steps = zip(points, points.dropFirst())
  guard steps.allSatisfy({ $0.x <= $1.x }) else {
    if steps.allSatisfy({ $0.x >= $1.x }) {
      return decimated(points.reversed(), width: width).reversed()
    }
    return points.count > 20_000 ? spaced(points) : points
  }
  var result: [Drawing.Point] = []
  var start = 0
  while start < points.count {
    let bucket = (points[start].x * 2).rounded(.down)
    let end = points[start...].firstIndex { ($0.x * 2).rounded(.down) != bucket } ?? points.count
    let indices = start..<end
    let lowest = indices.min { points[$0].y < points[$1].y }!
    let highest = indices.max { points[$0].y < points[$1].y }!
    for index in Set([start, lowest, highest, end - 1]).sorted() { result.append(points[index]) }
    start = end
  }
  return result
}

/// The points without those that are near the one before, and of what is still a tangle the
/// beginning.
private func spaced(_ points: [Drawing.Point]) -> [Drawing.Point] {
  var result: [Drawing.Point] = []
  for point in points {
    if let last = result.last,
      max((last.x - point.x).magnitude, (last.y - point.y).magnitude) < 0.5
    {
      continue
    }
    result.append(point)
    if result.count == 50_000 { break }
  }
  return result
}

/// The dots, of very many only one in every square of a third of their size.
func distinct(_ dots: [Drawing.Point], size: Double) -> [Drawing.Point] {
  guard dots.count > 4000 else { return dots }
  let side = max(size / 3, 0.5)
  var seen: Set<[Int]> = []
  return dots.filter { dot in
    let bounds = -1_000_000...1_000_000
    return seen.insert([
      wholePart(of: dot.x / side, in: bounds), wholePart(of: dot.y / side, in: bounds),
    ]).inserted
  }
}

/// The same histogram with at most about `most` bars, each as high as the mean of those that it
/// stands for, so that areas are kept.
func merged(
  _ edges: [Double], _ heights: [Double], to most: Int
) -> (edges: [Double], heights: [Double]) {
  guard heights.count > 2 * most else { return (edges, heights) }
  let step = (heights.count + most - 1) / most
  let starts = Array(stride(from: 0, to: heights.count, by: step))
  return (
    starts.map { edges[$0] } + [edges[heights.count]],
    starts.map { start in
      let end = min(start + step, heights.count)
      let width = edges[end] - edges[start]
      guard width != 0, width.isFinite else { return heights[start] }
      return (start..<end).reduce(0) {
        $0 + (heights[$1].isFinite ? heights[$1] * ((edges[$1 + 1] - edges[$1]) / width) : 0)
      }
    }
  )
}

/// Rectangles that are taken already, sorted into squares so that asking is quick.
struct TakenSpace {
  private static let side = 32.0
  private var squares: [[Int]: [Drawing.Rectangle]] = [:]

  mutating func add(_ rectangle: Drawing.Rectangle) {
    for square in Self.squares(under: rectangle) { squares[square, default: []].append(rectangle) }
  }

  func intersects(_ rectangle: Drawing.Rectangle) -> Bool {
    Self.squares(under: rectangle).contains { square in
      squares[square]?.contains { $0.intersects(rectangle) } ?? false
    }
  }

  private static func squares(under rectangle: Drawing.Rectangle) -> [[Int]] {
    func range(_ low: Double, _ high: Double) -> ClosedRange<Int> {
      let bounds = 0...2000
      let first = wholePart(of: low / side, in: bounds)
      return first...max(first, min(wholePart(of: high / side, in: bounds), first + 64))
    }
    return range(rectangle.x, rectangle.maxX).flatMap { column in
      range(rectangle.y, rectangle.maxY).map { [column, $0] }
    }
  }
}
