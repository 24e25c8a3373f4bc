extension Drawing {
  /// What the points of a line, or dots, stand for, so that a page can say it of the one that is pointed
  /// at. Pictures of pixels do without.
  struct Reading: Sendable, Equatable {
    /// How values follow from places.
    enum Spread: String, Sendable {
      case linear
      case logarithmic = "log"
      /// Places are those of ``ReturnPeriodAxis``, and values periods.
      case returnPeriods = "periods"
    }

    /// From places to values.
    struct Axis: Sendable, Equatable {
      let name: String
      let spread: Spread
      /// In points.
      let start, end: Double
      /// The values there, of periods their reduced variates.
      let low, high: Double
    }

    /// Of the line or of all dots; may be empty.
    let name: String
    /// Nothing where labels of its own say what places on an axis mean.
    var x, y: Axis?
    /// In place of axes, the corners of a triangle: what a point stands for are its shares of them.
    var corners: [Point] = []
  }
}
