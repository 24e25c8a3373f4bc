/// Points of the simplex of three classes, in its triangle: a corner is one class for certain, the
/// middle is a third of each. A point has the colour of its largest component.
public struct TernaryPlot: Panel {
  public let points: [[Double]]
  public let pointName: String
  public let cornerLabels: [String]
  public let title: String
  public let colors: [Drawing.Color]
  public let size: Drawing.Size

  /// A triangle of points.
  ///
  /// - Parameters:
  ///   - points: three numbers each that sum to 1.
  ///   - pointName: what several of them are called.
  ///   - cornerLabels: a text at each corner, from the top against the clock.
  ///   - title: what stands above.
  ///   - colors: one a corner.
  ///   - size: of the whole, in points.
  ///
  /// Traps when a point has not three components, or there are not three labels and colours.
  public init(
    points: [[Double]], pointName: String = "points", cornerLabels: [String], title: String = "",
    colors: [Drawing.Color], size: Drawing.Size = Drawing.Size(width: 440, height: 330)
  ) {
    require(
      points.allSatisfy { $0.count == 3 } && cornerLabels.count == 3 && colors.count == 3,
      "TernaryPlot: expected three components a point, three labels and three colours")
    self.points = points
    self.pointName = pointName
    self.cornerLabels = cornerLabels
    self.title = title
    self.colors = colors
    self.size = size
  }

  public var summary: String { "Triangle of \(points.count) \(pointName)." }

  public func margins(in size: Drawing.Size) -> Drawing.Margins {
    Drawing.Margins(top: 46, right: 12, bottom: 34, left: 12)
  }

  public func draw(
    in panel: Drawing.Rectangle, plotArea: Drawing.Rectangle, on drawing: inout Drawing
  ) {
    // Equilateral, as large as fits.
    let side = min(plotArea.width, plotArea.height * 2 / Double(3).squareRoot())
    let height = side * Double(3).squareRoot() / 2
    let top = plotArea.midY - height / 2
    let corners = [
      Drawing.Point(x: plotArea.midX, y: top),
      Drawing.Point(x: plotArea.midX - side / 2, y: top + height),
      Drawing.Point(x: plotArea.midX + side / 2, y: top + height),
    ]
    func place(_ weights: [Double]) -> Drawing.Point {
      var point = Drawing.Point(x: 0, y: 0)
      for (weight, corner) in zip(weights, corners) {
        point.x += weight * corner.x
        point.y += weight * corner.y
      }
      return point
    }

    for share in [0.25, 0.5, 0.75] {
      for corner in 0..<3 {
        var (start, end) = ([0.0, 0, 0], [0.0, 0, 0])
        (start[corner], end[corner]) = (share, share)
        start[(corner + 1) % 3] = 1 - share
        end[(corner + 2) % 3] = 1 - share
        drawing.line(from: place(start), to: place(end), Theme.grid)
      }
    }
    drawing.stroke([corners + [corners[0]]], Theme.axis)
    var groups = [[[Drawing.Point]]](repeating: [], count: 3)
    for point in points {
      groups[point.indices.max { point[$0] < point[$1] }!].append([place(point)])
    }
    for (group, color) in zip(groups, colors) {
      drawing.stroke(
        group, Drawing.Stroke(color.opacity(0.55), width: 3),
        reading: Drawing.Reading(name: "", corners: corners))
    }

    drawing.text(
      title, at: Drawing.Point(x: plotArea.midX, y: panel.y + 13), anchor: .middle,
      size: Theme.titleSize, isBold: true)
    let places = [
      Drawing.Point(x: corners[0].x, y: corners[0].y - 7),
      Drawing.Point(x: corners[1].x, y: corners[1].y + 17),
      Drawing.Point(x: corners[2].x, y: corners[2].y + 17),
    ]
    let anchors: [Drawing.Text.Anchor] = [.middle, .start, .end]
    for corner in 0..<3 {
      drawing.text(
        cornerLabels[corner], at: places[corner], anchor: anchors[corner], size: Theme.labelSize,
        color: colors[corner])
    }
  }
}
