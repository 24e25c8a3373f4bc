/// How much of each pixel in a window of the picture a shape covers, from 0 to 1.
///
/// All coordinates are in pixels, with pixel (0, 0) reaching from 0 to 1.
struct CoverageMask {
  let x, y, width, height: Int
  private(set) var coverage: [Float]

  /// The window around `points` and a border of `radius`, within a picture of the given size;
  /// nothing if that is empty.
  init?(around points: [[Drawing.Point]], radius: Double, width: Int, height: Int) {
    var (left, right) = (Double.infinity, -Double.infinity)
    var (top, bottom) = (Double.infinity, -Double.infinity)
    for point in points.joined() where point.x.isFinite && point.y.isFinite {
      left = min(left, point.x)
      right = max(right, point.x)
      top = min(top, point.y)
      bottom = max(bottom, point.y)
    }
    guard left <= right else { return nil }
    let border = radius + 1
    func bound(_ value: Double, _ limit: Int) -> Int { wholePart(of: value, in: 0...limit) }
    x = bound((left - border).rounded(.down), width)
    y = bound((top - border).rounded(.down), height)
    self.width = bound((right + border).rounded(.up), width) - x
    self.height = bound((bottom + border).rounded(.up), height) - y
    guard self.width > 0, self.height > 0 else { return nil }
    coverage = [Float](repeating: 0, count: self.width * self.height)
  }

  /// Adds a line of round ends and corners; where it crosses itself it covers once.
  mutating func stroke(_ points: [Drawing.Point], radius: Double) {
    let finite = points.filter { $0.x.isFinite && $0.y.isFinite }.map(Self.nearer)
    guard let first = finite.first else { return }
    if finite.count == 1 { stroke(from: first, to: first, radius: radius) }
    for (start, end) in zip(finite, finite.dropFirst()) {
      stroke(from: start, to: end, radius: radius)
    }
  }

  /// Adds all pixels near a segment: each as far as a square of one pixel about its centre,
  /// seen along the shortest way to the segment, overlaps the line.
  private mutating func stroke(from start: Drawing.Point, to end: Drawing.Point, radius: Double) {
    let reach = radius + 0.5
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let squaredLength = dx * dx + dy * dy
    let (top, bottom) = (min(start.y, end.y) - reach, max(start.y, end.y) + reach)
    for row in clamped(top - Double(y), height)..<clamped(bottom - Double(y) + 1, height) {
      let centerY = Double(y + row) + 0.5
      // The stretch of the segment that can reach this row bounds the columns to look at.
      var (low, high) = (0.0, 1.0)
      if dy.magnitude > 1e-9 {
        let (a, b) = ((centerY - reach - start.y) / dy, (centerY + reach - start.y) / dy)
        (low, high) = (max(0, min(a, b)), min(1, max(a, b)))
        if low > high { continue }
      }
      let (a, b) = (start.x + low * dx, start.x + high * dx)
      let left = clamped(min(a, b) - reach - Double(x), width)
      let right = clamped(max(a, b) + reach - Double(x) + 1, width)
      for column in left..<right {
        let centerX = Double(x + column) + 0.5
        let along = (centerX - start.x) * dx + (centerY - start.y) * dy
        let t = squaredLength > 0 ? min(max(along / squaredLength, 0), 1) : 0
        let (ex, ey) = (centerX - start.x - t * dx, centerY - start.y - t * dy)
        let distance = (ex * ex + ey * ey).squareRoot()
        let overlap = min(distance + 0.5, radius) - max(distance - 0.5, -radius)
        if overlap > 0 {
          let index = row * width + column
          coverage[index] = max(coverage[index], Float(overlap))
        }
      }
    }
  }

  /// Covers the inside of polygons, exactly where edges cut pixels; overlaps cover once.
  mutating func fill(_ polygons: [[Drawing.Point]]) {
    // One more column takes what edges on the right border hand on.
    let stride = width + 1
    var change = [Double](repeating: 0, count: stride * height)
    for polygon in polygons {
      let polygon = polygon.map(Self.nearer)
      guard var previous = polygon.last else { continue }
      for point in polygon {
        addEdge(from: previous, to: point, to: &change, stride: stride)
        previous = point
      }
    }
    for row in 0..<height {
      var sum = 0.0
      for column in 0..<width {
        sum += change[row * stride + column]
        coverage[row * width + column] = Float(min(sum.magnitude, 1))
      }
    }
  }

  /// Records an edge as the change of coverage from each column to the next.
  ///
  /// An edge that passes a pixel with height h at mean offset m covers h * (1 - m) of that pixel
  /// and h of every pixel to its right; edges going up count negative.
  private func addEdge(
    from first: Drawing.Point, to second: Drawing.Point, to change: inout [Double], stride: Int
  ) {
    guard first.y != second.y, first.x.isFinite, first.y.isFinite, second.x.isFinite,
      second.y.isFinite
    else { return }
    let sign = first.y < second.y ? 1.0 : -1.0
    let (upper, lower) = first.y < second.y ? (first, second) : (second, first)
    let slope = (lower.x - upper.x) / (lower.y - upper.y)
    // As good as level.
    guard slope.isFinite else { return }
    let (top, bottom) = (upper.y - Double(y), lower.y - Double(y))
    for row in clamped(top, height)..<clamped(bottom + 1, height) {
      let (from, to) = (max(top, Double(row)), min(bottom, Double(row + 1)))
      guard from < to else { continue }
      let xFrom = upper.x - Double(x) + slope * (from - top)
      let xTo = upper.x - Double(x) + slope * (to - top)
      // What lies left of the window still covers all of it, what lies right nothing.
      let left = min(max(min(xFrom, xTo), 0), Double(width))
      let right = min(max(max(xFrom, xTo), 0), Double(width))
      let height = sign * (to - from)
      let (firstColumn, lastColumn) = (Int(left), min(Int(right), width))
      for column in firstColumn...lastColumn {
        let (a, b) = (max(left, Double(column)), min(right, Double(column + 1)))
        let share = right > left ? height * (b - a) / (right - left) : height
        let offset = (a + b) / 2 - Double(column)
        change[row * stride + column] += share * (1 - offset)
        if column < width { change[row * stride + column + 1] += share * offset }
        if right <= left { break }
      }
    }
  }

  private func clamped(_ value: Double, _ limit: Int) -> Int { wholePart(of: value, in: 0...limit) }

  /// A point as near to the picture as is still far outside, so that products of coordinates are
  /// finite.
  private static func nearer(_ point: Drawing.Point) -> Drawing.Point {
    Drawing.Point(x: point.x.clamped(to: 1e9), y: point.y.clamped(to: 1e9))
  }
}
