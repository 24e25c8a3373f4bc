extension Drawing {
  /// A place in points: `x` grows to the right and `y` down.
  public struct Point: Sendable, Equatable {
    public var x, y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// A width and a height in points.
  public struct Size: Sendable, Equatable {
    public var width, height: Double

    public init(width: Double, height: Double) {
      self.width = width
      self.height = height
    }
  }

  /// An axis-aligned rectangle in points, given by its top left corner.
  public struct Rectangle: Sendable, Equatable {
    public var x, y, width, height: Double

    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }

    public var maxX: Double { x + width }
    public var maxY: Double { y + height }
    public var midX: Double { x + width / 2 }
    public var midY: Double { y + height / 2 }

    /// The part that is left when `margins` are taken away, never smaller than one point a side
    /// and on whole points, so that frames fall on pixels.
    func inset(by margins: Margins) -> Rectangle {
      let left = (x + margins.left).rounded()
      let top = (y + margins.top).rounded()
      return Rectangle(
        x: left, y: top, width: max(1, (maxX - margins.right).rounded() - left),
        height: max(1, (maxY - margins.bottom).rounded() - top))
    }

    func intersects(_ other: Rectangle) -> Bool {
      x < other.maxX && other.x < maxX && y < other.maxY && other.y < maxY
    }
  }

  /// The space that a panel needs around its plot area, in points.
  public struct Margins: Sendable, Equatable {
    public var top, right, bottom, left: Double

    public init(top: Double, right: Double, bottom: Double, left: Double) {
      self.top = top
      self.right = right
      self.bottom = bottom
      self.left = left
    }
  }
}
