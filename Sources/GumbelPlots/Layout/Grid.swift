extension Drawing {
  /// Thin lines across a plot area at places on one of its axes.
  mutating func grid(_ places: [Double], isUpright: Bool, in area: Rectangle) {
    stroke(
      places.map { place in
        isUpright
          ? [Point(x: crisp(place), y: area.y), Point(x: crisp(place), y: area.maxY)]
          : [Point(x: area.x, y: crisp(place)), Point(x: area.maxX, y: crisp(place))]
      }, Theme.grid)
  }
}
