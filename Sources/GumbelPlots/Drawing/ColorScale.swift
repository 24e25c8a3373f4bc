/// A map from the unit interval to colours, linear in sRGB between evenly spaced stops.
public struct ColorScale: Sendable, Equatable {
  /// The colours at 0, ..., 1, evenly spaced.
  public let stops: [Drawing.Color]
  /// The colour of what is not a number.
  public let missing: Drawing.Color

  /// A scale through at least one colour; traps when there is none.
  public init(stops: [Drawing.Color], missing: Drawing.Color = Drawing.Color(0xB8B8B8)) {
    require(!stops.isEmpty, "ColorScale: no stops; expected at least one colour")
    self.stops = stops
    self.missing = missing
  }

  /// Blue for too little, white in the middle, red for too much.
  public static let diverging = ColorScale(stops: [
    Drawing.Color(0x0000FF), .white, Drawing.Color(0xFF0000),
  ])

  /// From dark indigo over teal to pale yellow: the lightness grows evenly.
  public static let sequential = ColorScale(stops: [
    Drawing.Color(0x260C5D), Drawing.Color(0x18327C), Drawing.Color(0x015584),
    Drawing.Color(0x03748E), Drawing.Color(0x069498), Drawing.Color(0x0EB598),
    Drawing.Color(0x6FCF8E), Drawing.Color(0xB5E487), Drawing.Color(0xF7F58A),
  ])

  /// From black to white.
  public static let grayscale = ColorScale(
    stops: [.black, .white], missing: Drawing.Color(0xCC79A7))

  /// The colour at `position` in 0...1: beyond the ends it is the end's, and for NaN `missing`.
  public func color(at position: Double) -> Drawing.Color {
    if position.isNaN { return missing }
    let place = min(max(position, 0), 1) * Double(stops.count - 1)
    let index = min(Int(place), max(stops.count - 2, 0))
    let (low, high) = (stops[index], stops[min(index + 1, stops.count - 1)])
    let fraction = place - Double(index)
    func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
      UInt8((Double(a) + (Double(b) - Double(a)) * fraction).rounded())
    }
    return Drawing.Color(
      red: mix(low.red, high.red), green: mix(low.green, high.green),
      blue: mix(low.blue, high.blue))
  }

  /// The colour of `value` when the scale is spread over `range`.
  func color(of value: Double, in range: ClosedRange<Double>) -> Drawing.Color {
    // Halved, so that even the largest span is finite.
    let (low, high) = (range.lowerBound / 2, range.upperBound / 2)
    guard high > low, high - low < .infinity else {
      return value.isNaN ? missing : color(at: 0.5)
    }
    return color(at: (value / 2 - low) / (high - low))
  }
}
