extension Drawing {
  /// Fills `area` with rows of equally large cells in the colours of their values.
  ///
  /// The cells are the pixels of one image: shapes side by side would show hairlines between
  /// them, and be long to write. Where there are more than two a point, they are first averaged
  /// to that.
  mutating func drawCells(
    _ values: [[Double]], in area: Rectangle, color: (Double) -> Color
  ) {
    guard let columns = values.first?.count, columns > 0 else { return }
    let rowLimit = wholePart(of: area.height * 2, in: 1...8192)
    let columnLimit = wholePart(of: area.width * 2, in: 1...8192)
    var cells = values
    if columns > columnLimit { cells = cells.map { averaged($0, to: columnLimit) } }
    if cells.count > rowLimit {
      cells = transposed(transposed(cells).map { averaged($0, to: rowLimit) })
    }
    let bitmap = Bitmap(width: cells[0].count, height: cells.count) { color(cells[$0][$1]) }
    image(bitmap, in: area)
  }

  /// A thin line around a plot area.
  mutating func frame(_ area: Rectangle) {
    let (left, right) = (area.x - 0.5, area.maxX + 0.5)
    let (top, bottom) = (area.y - 0.5, area.maxY + 0.5)
    let corners = [
      point(left, top), point(right, top), point(right, bottom), point(left, bottom),
    ]
    stroke([corners + [corners[0]]], Theme.axis)
  }
}

/// Means over `count` equal stretches of `values`, of which there are more; values that are not
/// finite count only where there are no others.
func averaged(_ values: [Double], to count: Int) -> [Double] {
  let width = Double(values.count) / Double(count)
  return (0..<count).map { index in
    let (low, high) = (Double(index) * width, Double(index + 1) * width)
    var (sum, weight) = (0.0, 0.0)
    for cell in Int(low)..<min(Int(high.rounded(.up)), values.count)
    where values[cell].isFinite {
      let share = min(high, Double(cell + 1)) - max(low, Double(cell))
      sum += share * values[cell]
      weight += share
    }
    return weight > 0 ? sum / weight : values[Int(low)]
  }
}

private func transposed(_ values: [[Double]]) -> [[Double]] {
  values[0].indices.map { column in values.map { $0[column] } }
}
