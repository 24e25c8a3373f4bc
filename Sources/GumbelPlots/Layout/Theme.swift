/// The look that all panels share: sizes in points, and colours.
enum Theme {
  static let titleSize = 13.0
  static let axisTitleSize = 11.5
  static let labelSize = 10.5

  static let ink = Drawing.Color(0x222222)
  static let subdued = Drawing.Color(0x4A4A4A)
  static let axis = Drawing.Stroke(Drawing.Color(0x6E6E6E))
  static let whisker = Drawing.Stroke(Drawing.Color(0x222222), width: 1.25)
  static let grid = Drawing.Stroke(Drawing.Color(0xE6E6E6))

  /// From an axis to its labels.
  static let labelGap = 6.0
  /// The height of a line of text over its font's size.
  static let lineHeight = 1.25
  /// From the middle of a line of text down to its baseline, over the font's size.
  static let middleToBaseline = 0.355
  /// Labels longer than this are cut.
  static let longestLabel = 130.0
}
