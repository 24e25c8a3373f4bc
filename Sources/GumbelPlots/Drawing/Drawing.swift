/// A picture as a short list of shapes and texts, in points, that is written as SVG or as PNG.
///
/// Charts render into a drawing, and so do panels of your own: see ``Panel``.
public struct Drawing: Sendable, Equatable {
  /// The whole picture's size; its background is white.
  public var size: Size
  /// What a screen reader says first.
  public var title: String
  /// What a screen reader can say more.
  public var summary: String
  /// The shapes, the first at the bottom.
  private(set) var elements: [Element] = []

  /// An empty picture.
  public init(size: Size, title: String = "", summary: String = "") {
    self.size = size
    self.title = title
    self.summary = summary
  }

  enum Element: Sendable, Equatable {
    case rectangles([Rectangle], fill: Color)
    case polygons([[Point]], fill: Color)
    case polylines([[Point]], stroke: Stroke, Reading?)
    case text(Text)
    case image(Bitmap, in: Rectangle)
  }

  /// How a line is drawn; its ends and corners are round.
  public struct Stroke: Sendable, Equatable {
    public var color: Color
    /// In points.
    public var width: Double
    public var dash: Dash

    public init(_ color: Color, width: Double = 1, dash: Dash = .solid) {
      self.color = color
      self.width = width
      self.dash = dash
    }
  }

  /// The pattern of a line.
  public enum Dash: Sendable, Equatable {
    case solid, dashed, dotted

    /// Lengths drawn and left out in turn, for a line of `width`; empty for a solid line.
    ///
    /// The round ends add one width to what is drawn and take it from what is left out.
    func lengths(width: Double) -> [Double] {
      switch self {
      case .solid: []
      case .dashed: [3 * width, 3 * width]
      case .dotted: [0, 2.25 * width]
      }
    }
  }

  /// One line of text.
  public struct Text: Sendable, Equatable {
    /// Which part of the text stands at its position.
    public enum Anchor: Sendable { case start, middle, end }

    public var string: String
    /// The anchor's place on the baseline.
    public var position: Point
    public var anchor: Anchor
    /// The font's size in points.
    public var size: Double
    public var isBold: Bool
    public var color: Color
    /// In degrees clockwise about the position.
    public var rotation: Double

    public init(
      _ string: String, at position: Point, anchor: Anchor = .start, size: Double = 11,
      isBold: Bool = false, color: Color = Color(0x222222), rotation: Double = 0
    ) {
      self.string = string
      self.position = position
      self.anchor = anchor
      self.size = size
      self.isBold = isBold
      self.color = color
      self.rotation = rotation
    }
  }

  /// Fills disjoint rectangles.
  public mutating func fill(_ rectangles: [Rectangle], _ color: Color) {
    guard !rectangles.isEmpty else { return }
    elements.append(.rectangles(rectangles, fill: color))
  }

  /// Fills a rectangle.
  public mutating func fill(_ rectangle: Rectangle, _ color: Color) {
    fill([rectangle], color)
  }

  /// Fills polygons, each given by its corners in order.
  public mutating func fill(_ polygons: [[Point]], _ color: Color) {
    let visible = polygons.filter { $0.count > 2 }
    guard !visible.isEmpty else { return }
    elements.append(.polygons(visible, fill: color))
  }

  /// Draws lines through the points of each list; a list of one point is a dot.
  public mutating func stroke(_ polylines: [[Point]], _ stroke: Stroke) {
    self.stroke(polylines, stroke, reading: nil)
  }

  /// The same, of points whose values the picture can tell.
  mutating func stroke(_ polylines: [[Point]], _ stroke: Stroke, reading: Reading?) {
    let visible = polylines.filter { !$0.isEmpty }
    guard !visible.isEmpty else { return }
    elements.append(.polylines(visible, stroke: stroke, reading))
  }

  /// Draws one straight line.
  public mutating func line(from start: Point, to end: Point, _ stroke: Stroke) {
    self.stroke([[start, end]], stroke)
  }

  /// Draws text, if there is any.
  public mutating func text(_ text: Text) {
    guard !text.string.isEmpty else { return }
    elements.append(.text(text))
  }

  /// Draws one line of text, if there is any, with the properties of a ``Text``.
  public mutating func text(
    _ string: String, at position: Point, anchor: Text.Anchor = .start, size: Double = 11,
    isBold: Bool = false, color: Color = Color(0x222222), rotation: Double = 0
  ) {
    text(
      Text(
        string, at: position, anchor: anchor, size: size, isBold: isBold, color: color,
        rotation: rotation))
  }

  /// Draws a bitmap stretched over a rectangle, its pixels kept sharp.
  public mutating func image(_ bitmap: Bitmap, in rectangle: Rectangle) {
    elements.append(.image(bitmap, in: rectangle))
  }
}
