extension ChartPanel {
  /// Something drawn in a ``ChartPanel``.
  ///
  /// Marks of one name share a colour and an entry in the legend; marks without a name have no
  /// entry. Values that are not finite, or not positive on a logarithmic axis, are left out and
  /// interrupt lines.
  public struct Mark: Sendable {
    let name: String?
    let color: Drawing.Color?
    let shape: Shape

    enum Shape: Sendable {
      case line(x: [Double], y: [Double], width: Double, dash: Drawing.Dash)
      case band(x: [Double], lower: [Double], upper: [Double])
      case points(x: [Double], y: [Double], labels: [String], size: Double)
      case histogram(edges: [Double], heights: [Double])
      case rule(Double, isUpright: Bool, dash: Drawing.Dash)
    }

    /// A line through the points (x[i], y[i]), in order.
    ///
    /// Without `x`, the first point is at 1, the second at 2, and so on. `width` is in points of
    /// the drawing. Traps when `x` and `y` differ in length.
    public static func line(
      _ name: String? = nil, x: [Double]? = nil, y: [Double], color: Drawing.Color? = nil,
      width: Double = 1.75, dash: Drawing.Dash = .solid
    ) -> Mark {
      let x = x ?? (0..<y.count).map { Double($0 + 1) }
      requireEqual("line", name, ("x", x.count), ("y", y.count))
      return Mark(name: name, color: color, shape: .line(x: x, y: y, width: width, dash: dash))
    }

    /// A line that keeps each value y[i] from x[i] to x[i + 1], as of a distribution function.
    ///
    /// Traps when `x` and `y` differ in length.
    public static func step(
      _ name: String? = nil, x: [Double], y: [Double], color: Drawing.Color? = nil,
      width: Double = 1.75, dash: Drawing.Dash = .solid
    ) -> Mark {
      requireEqual("step", name, ("x", x.count), ("y", y.count))
      var (corners, values): ([Double], [Double]) = ([], [])
      for index in x.indices {
        if index > 0 {
          corners.append(x[index])
          values.append(y[index - 1])
        }
        corners.append(x[index])
        values.append(y[index])
      }
      return line(name, x: corners, y: values, color: color, width: width, dash: dash)
    }

    /// A translucent area between two curves over the same `x`.
    ///
    /// Traps when the three differ in length.
    public static func band(
      _ name: String? = nil, x: [Double], lower: [Double], upper: [Double],
      color: Drawing.Color? = nil
    ) -> Mark {
      requireEqual("band", name, ("x", x.count), ("lower", lower.count))
      requireEqual("band", name, ("x", x.count), ("upper", upper.count))
      return Mark(name: name, color: color, shape: .band(x: x, lower: lower, upper: upper))
    }

    /// Dots at (x[i], y[i]), `size` points across, with a text beside each if there are `labels`.
    ///
    /// A label that would cover another is left out. Traps when `x`, `y` and, unless empty,
    /// `labels` differ in length.
    public static func points(
      _ name: String? = nil, x: [Double], y: [Double], labels: [String] = [],
      color: Drawing.Color? = nil, size: Double = 5
    ) -> Mark {
      requireEqual("points", name, ("x", x.count), ("y", y.count))
      if !labels.isEmpty {
        requireEqual("points", name, ("x", x.count), ("labels", labels.count))
      }
      return Mark(
        name: name, color: color, shape: .points(x: x, y: y, labels: labels, size: size))
    }

    /// Bars that fill the intervals between successive `edges` from zero up to `heights`.
    ///
    /// Traps unless there is one edge more than heights.
    public static func histogram(
      _ name: String? = nil, edges: [Double], heights: [Double], color: Drawing.Color? = nil
    ) -> Mark {
      requireEqual(
        "histogram", name, ("edges", edges.count), ("heights, plus one,", heights.count + 1))
      return Mark(name: name, color: color, shape: .histogram(edges: edges, heights: heights))
    }

    /// A level line across the whole chart, grey unless it has a colour.
    public static func rule(
      _ name: String? = nil, y: Double, color: Drawing.Color? = nil,
      dash: Drawing.Dash = .dashed
    ) -> Mark {
      Mark(name: name, color: color ?? .gray, shape: .rule(y, isUpright: false, dash: dash))
    }

    /// An upright line across the whole chart, grey unless it has a colour.
    public static func rule(
      _ name: String? = nil, x: Double, color: Drawing.Color? = nil,
      dash: Drawing.Dash = .dashed
    ) -> Mark {
      Mark(name: name, color: color ?? .gray, shape: .rule(x, isUpright: true, dash: dash))
    }

    private static func requireEqual(
      _ mark: String, _ name: String?, _ first: (String, Int), _ second: (String, Int)
    ) {
      require(
        first.1 == second.1,
        """
        ChartPanel: \(mark) \(name.map { "\"\($0)\" " } ?? "")has \(first.1) \(first.0) and \
        \(second.1) \(second.0); expected as many
        """)
    }

    /// All values that the axes must show.
    var extent: (x: [Double], y: [Double]) {
      switch shape {
      case .line(let x, let y, _, _), .points(let x, let y, _, _): (x, y)
      case .band(let x, let lower, let upper): (x, lower + upper)
      case .histogram(let edges, let heights): (edges, heights + [0])
      case .rule(let value, let isUpright, _): isUpright ? ([value], []) : ([], [value])
      }
    }
  }
}
