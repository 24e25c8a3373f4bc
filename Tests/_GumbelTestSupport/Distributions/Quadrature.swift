/// Nodes and weights of Gauss & Legendre's rule on -1 ... 1, by Newton's method from Tricomi's
/// starting values.
func gaussLegendre(_ count: Int) -> [(node: Double, weight: Double)] {
  (0..<count).map { i in
    var x = cosine(Double.pi * (Double(i) + 0.75) / (Double(count) + 0.5))
    var slope = 1.0
    for _ in 0..<10 {
      var (previous, value) = (1.0, x)
      for n in 2...count {
        let m = Double(n)
        (previous, value) = (value, ((2 * m - 1) * x * value - (m - 1) * previous) / m)
      }
      slope = Double(count) * (x * value - previous) / (x * x - 1)
      x -= value / slope
    }
    return (x, 2 / ((1 - x * x) * slope * slope))
  }
}

/// A function's sum over weighted points, or over the whole numbers of a range.
struct WeightedPoints {
  var points: [(x: Double, weight: Double)] = []
  /// Where the panels end, and how many points there are up to each end.
  var edges: [(x: Double, count: Int)] = []

  /// Points between two ends, in panels of 16.
  static func between(_ lower: Double, _ upper: Double, panels: Int) -> WeightedPoints {
    let rule = gaussLegendre(16)
    var result = WeightedPoints()
    let width = (upper - lower) / Double(panels)
    for panel in 0..<panels {
      let left = lower + Double(panel) * width
      for (node, weight) in rule {
        result.points.append((left + 0.5 * width * (1 + node), 0.5 * width * weight))
      }
      result.edges.append((left + width, result.points.count))
    }
    return result
  }

  /// The whole numbers of a range.
  static func integers(_ lower: Double, _ upper: Double) -> WeightedPoints {
    var result = WeightedPoints()
    for k in stride(from: lower, through: upper, by: 1) {
      result.points.append((k, 1))
      result.edges.append((k, result.points.count))
    }
    return result
  }

  func sum(_ function: (Double) -> Double) -> Double {
    points.reduce(0) { $0 + $1.weight * function($1.x) }
  }
}
