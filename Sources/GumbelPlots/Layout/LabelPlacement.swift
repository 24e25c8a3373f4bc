/// The width of a line of text, about: these are all small Latin letters and hyphens.
private func width(of text: String, size: Double) -> Double { 0.5 * size * Double(text.count) }

/// Finds room for labels beside points among which there is little.
struct LabelPlacement {
  private let area: Drawing.Rectangle
  /// How far labels may stand out of the area to the right.
  private let overhang: Double
  private var boxes: [Drawing.Rectangle] = []
  private var dots: [Drawing.Point] = []
  private var segments: [(Drawing.Point, Drawing.Point)] = []

  init(area: Drawing.Rectangle, overhang: Double) {
    self.area = area
    self.overhang = overhang
  }

  /// Takes note of what labels should not cover.
  mutating func avoid(dots: [Drawing.Point], line: [Drawing.Point]) {
    self.dots += dots
    segments += zip(line, line.dropFirst())
  }

  /// Draws a label where it disturbs least, with a thin line to its point if that is some way off.
  ///
  /// - Parameter isOptional: leaves the label out rather than covering something.
  mutating func add(
    _ text: String, at target: Drawing.Point, size: Double, color: Drawing.Color,
    isOptional: Bool = false, on drawing: inout Drawing
  ) {
    let width = width(of: text, size: size)
    var best: (box: Drawing.Rectangle, penalty: Double)?
    for distance in isOptional ? [4.0] : [7, 16, 28, 42, 58] {
      for (dx, dy) in [
        (1.0, 0.0), (-1, 0), (1, -0.7), (1, 0.7), (-1, -0.7), (-1, 0.7), (0, -1), (0, 1),
      ] {
        let x = target.x + dx * distance - (dx > 0 ? 0 : dx < 0 ? width : width / 2)
        let y = target.y + dy * (distance + size / 2) - size / 2
        let box = Drawing.Rectangle(x: x, y: y, width: width, height: size)
        let penalty = penalty(of: box) + distance + (dx > 0 ? 0 : 2)
        if penalty < best?.penalty ?? .infinity { best = (box, penalty) }
      }
    }
    guard let best, !isOptional || best.penalty < 12 else { return }
    boxes.append(best.box)
    let box = best.box
    let near = point(
      min(max(target.x, box.x), box.maxX), min(max(target.y, box.y), box.maxY))
    let (dx, dy) = (near.x - target.x, near.y - target.y)
    if dx * dx + dy * dy > 12 * 12 {
      drawing.line(from: target, to: near, Drawing.Stroke(color.opacity(0.6), width: 0.75))
    }
    drawing.text(
      text, at: point(box.x, box.maxY - 0.18 * size), size: size,
      color: isOptional ? color : Drawing.Color(0x222222))
  }

  private func penalty(of box: Drawing.Rectangle) -> Double {
    var sum = 0.0
    if box.x < area.x + 2 || box.maxX > area.maxX + overhang || box.y < area.y
      || box.maxY > area.maxY
    {
      sum += 300
    }
    for other in boxes where overlap(box, other, room: 1.5) { sum += 100 }
    for dot in dots
    where overlap(box, Drawing.Rectangle(x: dot.x - 2, y: dot.y - 2, width: 4, height: 4), room: 1)
    {
      sum += 25
    }
    for (a, b) in segments where crosses(box, a, b) { sum += 9 }
    return sum
  }

  private func overlap(_ a: Drawing.Rectangle, _ b: Drawing.Rectangle, room: Double) -> Bool {
    a.x < b.maxX + room && b.x < a.maxX + room && a.y < b.maxY + room && b.y < a.maxY + room
  }

  private func crosses(
    _ box: Drawing.Rectangle, _ a: Drawing.Point, _ b: Drawing.Point
  ) -> Bool {
    (0...16).contains { i in
      let share = Double(i) / 16
      let (x, y) = (a.x + share * (b.x - a.x), a.y + share * (b.y - a.y))
      return x > box.x && x < box.maxX && y > box.y && y < box.maxY
    }
  }
}

/// Labels below a row of dots, in as many rows as keep them apart.
///
/// From right to left, each label begins at its dot and hangs in the highest row that is free, so
/// that no line from a dot to its label crosses another label.
struct BandLabels {
  static let dotDrop = 13.0
  private static let rowHeight = 13.5
  private let fontSize: Double
  private var labels: [(text: String, x: Double, row: Int)] = []

  init(_ places: [(text: String, x: Double)], fontSize: Double) {
    self.fontSize = fontSize
    for place in places.sorted(by: { $0.x > $1.x }) {
      let end = place.x + width(of: place.text, size: fontSize) + 10
      var row = 0
      while labels.contains(where: { $0.row == row && $0.x - 4 < end }) { row += 1 }
      labels.append((place.text, place.x, row))
    }
  }

  var height: Double {
    Self.dotDrop + 12 + Self.rowHeight * Double((labels.map(\.row).max() ?? 0) + 1)
  }

  func draw(top: Double, on drawing: inout Drawing) {
    for label in labels {
      let middle = top + Self.dotDrop + 13 + Self.rowHeight * Double(label.row)
      drawing.stroke(
        [[point(label.x, top + Self.dotDrop), point(label.x, middle), point(label.x + 4, middle)]],
        Drawing.Stroke(Drawing.Color(0x9A9A9A), width: 0.75))
      drawing.text(label.text, at: point(label.x + 6, middle + 3.5), size: fontSize)
    }
  }
}

/// A point, shortly.
func point(_ x: Double, _ y: Double) -> Drawing.Point { Drawing.Point(x: x, y: y) }
