/// How the colours of pictures change on dark paper: greys, which are ink, lines and paper, are
/// turned over; hues, which mean something, stay, but for those too dark to be seen.
enum DarkColors {
  /// Rules for every colour that pictures in `body` use and that changes.
  static func style(for body: String) -> String {
    let rules = paints(in: body).compactMap { paint -> String? in
      let dark = onDarkPaper(paint.color)
      return dark == paint.color
        ? nil
        : "  svg [\(paint.property)=\"\(paint.value)\"] { \(paint.property): \(text(dark)); }\n"
    }
    return rules.isEmpty
      ? ""
      : "@media screen and (prefers-color-scheme: dark) {\n\(rules.sorted().joined())}\n"
  }

  private struct Paint: Hashable {
    let property: String
    /// As the document has it.
    let value: String
    let color: UInt32
  }

  /// The different fills and strokes of SVG in HTML; a quotation mark in its text is escaped, so
  /// that none of it is taken for one.
  private static func paints(in html: String) -> Set<Paint> {
    var found: Set<Paint> = []
    let bytes = Array(html.utf8)
    for (property, mark) in ["fill", "stroke"].map({ ($0, Array(" \($0)=\"#".utf8)) }) {
      var place = 0
      while place + mark.count < bytes.count {
        guard bytes[place] == mark[0], bytes[place..<(place + mark.count)].elementsEqual(mark)
        else {
          place += 1
          continue
        }
        place += mark.count
        let digits = String(
          decoding: bytes[place...].prefix(6).prefix { $0 != 0x22 }, as: UTF8.self)
        let long = digits.count == 3 ? String(digits.flatMap { [$0, $0] }) : digits
        guard long.count == 6, let color = UInt32(long, radix: 16) else { continue }
        found.insert(Paint(property: property, value: "#" + digits, color: color))
      }
    }
    return found
  }

  private static let paper: UInt32 = 0x161616

  /// The colour that takes the place of one on white paper.
  static func onDarkPaper(_ color: UInt32) -> UInt32 {
    let (red, green, blue) = (color >> 16, color >> 8 & 0xFF, color & 0xFF)
    if red == green, green == blue {
      // White becomes the paper, and black nearly white.
      let level = 0xF4 - red * (0xF4 - paper & 0xFF) / 0xFF
      return level << 16 | level << 8 | level
    }
    var light = color
    while contrast(light, paper) < 3 { light = mixedWithWhite(light) }
    return light
  }

  private static func mixedWithWhite(_ color: UInt32) -> UInt32 {
    [16, 8, 0].reduce(UInt32(0)) { sum, shift in
      let level = color >> UInt32(shift) & 0xFF
      return sum | (level + (0xFF - level + 15) / 16) << UInt32(shift)
    }
  }

  /// Of the Web Content Accessibility Guidelines: the ratio of luminances, of which each gets a
  /// twentieth for scattered light.
  static func contrast(_ a: UInt32, _ b: UInt32) -> Double {
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05)
    return max(a, b) / min(a, b)
  }

  private static func luminance(_ color: UInt32) -> Double {
    func linear(_ shift: UInt32) -> Double {
      let share = Double(color >> shift & 0xFF) / 255
      return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(16) + 0.7152 * linear(8) + 0.0722 * linear(0)
  }

  private static func text(_ color: UInt32) -> String {
    let digits = String(color, radix: 16)
    return "#" + String(repeating: "0", count: 6 - digits.count) + digits
  }
}
