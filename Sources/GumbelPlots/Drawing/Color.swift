extension Drawing {
  /// A colour in sRGB with straight opacity.
  public struct Color: Sendable, Hashable {
    public var red, green, blue: UInt8
    /// From 0, invisible, to 1, opaque.
    public var opacity: Double

    public init(red: UInt8, green: UInt8, blue: UInt8, opacity: Double = 1) {
      self.red = red
      self.green = green
      self.blue = blue
      self.opacity = opacity
    }

    /// A colour from its hexadecimal notation, such as `0x0072B2`.
    public init(_ hexadecimal: UInt32) {
      self.init(
        red: UInt8(truncatingIfNeeded: hexadecimal >> 16),
        green: UInt8(truncatingIfNeeded: hexadecimal >> 8),
        blue: UInt8(truncatingIfNeeded: hexadecimal))
    }

    /// The same colour with another opacity, from 0 to 1.
    public func opacity(_ opacity: Double) -> Color {
      Color(red: red, green: green, blue: blue, opacity: opacity)
    }

    public static let black = Color(0x000000)
    public static let white = Color(0xFFFFFF)
    public static let blue = Color(0x0072B2)
    public static let vermillion = Color(0xD55E00)
    public static let green = Color(0x009E73)
    public static let orange = Color(0xE69F00)
    public static let skyBlue = Color(0x56B4E9)
    public static let purple = Color(0xCC79A7)
    public static let gray = Color(0x8A8A8A)
    public static let yellow = Color(0xF0E442)

    /// Colours to tell series apart, also for most colour-blind readers.
    ///
    /// Okabe and Ito, *Color Universal Design* (2008), with the hues that read best on white first.
    public static let palette: [Color] = [
      .blue, .vermillion, .green, .orange, .purple, .skyBlue, .gray, .yellow,
    ]

    /// The palette's colour for series `index`, beginning anew after the last.
    static func series(_ index: Int) -> Color { palette[index % palette.count] }

    /// The shortest `#rgb` or `#rrggbb`, without the opacity.
    var hexadecimal: String {
      let digits = [red, green, blue].flatMap { [$0 >> 4, $0 & 15] }
      let isShort = stride(from: 0, to: 6, by: 2).allSatisfy { digits[$0] == digits[$0 + 1] }
      let kept = isShort ? [digits[0], digits[2], digits[4]] : digits
      return "#" + kept.map { String($0, radix: 16) }.joined()
    }
  }
}
