extension Drawing {
  /// Thin lines across a plot area at places on one of its axes.
  mutating func grid(_ places: [Double], isUpright: Bool, in area: Rectangle) {
    stroke(places.map { area.line(at: crisp($0), isUpright: isUpright) }, Theme.grid)
  }
}

extension Drawing.Rectangle {
  /// A line from one side to the other.
  func line(at place: Double, isUpright: Bool) -> [Drawing.Point] {
    isUpright
      ? [Drawing.Point(x: place, y: y), Drawing.Point(x: place, y: maxY)]
      : [Drawing.Point(x: x, y: place), Drawing.Point(x: maxX, y: place)]
  }
}
