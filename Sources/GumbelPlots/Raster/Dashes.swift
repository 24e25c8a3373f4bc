/// The drawn pieces of a line with a dash pattern of lengths drawn and left out in turn.
func dashed(_ points: [Drawing.Point], lengths: [Double]) -> [[Drawing.Point]] {
  let period = lengths.reduce(0, +)
  guard period > 0, points.count > 1 else { return [points] }
  // So many dashes would not be told apart, and each is drawn.
  let whole = zip(points, points.dropFirst()).reduce(0) {
    $0 + max(($1.0.x - $1.1.x).magnitude, ($1.0.y - $1.1.y).magnitude)
  }
  guard whole / period < 100_000 else { return [points] }
  var pieces: [[Drawing.Point]] = []
  var current: [Drawing.Point] = [points[0]]
  var index = 0
  var remaining = lengths[0]
  for (start, end) in zip(points, points.dropFirst()) {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = (dx * dx + dy * dy).squareRoot()
    guard length.isFinite, length > 0 else { continue }
    var walked = 0.0
    while length - walked > remaining {
      walked += remaining
      let point = Drawing.Point(
        x: start.x + dx * walked / length, y: start.y + dy * walked / length)
      if index % 2 == 0 {
        pieces.append(current + [point])
        current = []
      } else {
        current = [point]
      }
      index += 1
      remaining = lengths[index % lengths.count]
    }
    remaining -= length - walked
    if index % 2 == 0 { current.append(end) }
  }
  if index % 2 == 0, !current.isEmpty { pieces.append(current) }
  return pieces
}
