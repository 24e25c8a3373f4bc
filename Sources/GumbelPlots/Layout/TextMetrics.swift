/// Widths of text in Helvetica, and so in Arial and Liberation Sans, in thousandths of the size.
///
/// Adobe's published metrics of the font; the strokes of the PNG font have the same widths, so
/// that one layout fits both.
enum TextMetrics {
  private static let ascii: [Double] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278,
    556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556,
    1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778,
    667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556,
    333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556,
    556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
  ]

  private static let others: [Character: Double] = [
    "−": 584, "×": 584, "·": 278, "–": 556, "—": 1000, "…": 1000, "°": 400, "±": 584,
    "≤": 549, "≥": 549, "≈": 549, "→": 1000, "←": 1000, "∞": 713, "√": 549, "∑": 713,
    "‘": 222, "’": 222, "“": 333, "”": 333, "•": 350, "«": 556, "»": 556, "µ": 576,
    "α": 631, "β": 549, "γ": 411, "δ": 494, "ε": 439, "θ": 521, "λ": 549, "μ": 576,
    "π": 549, "ρ": 549, "σ": 603, "τ": 439, "φ": 603, "Δ": 612, "Σ": 592,
    "⁻": 350, "⁰": 333, "¹": 333, "²": 333, "³": 333, "⁴": 333, "⁵": 333, "⁶": 333,
    "⁷": 333, "⁸": 333, "⁹": 333, "\u{A0}": 278,
  ]

  /// How much wider bold text is, about.
  static let boldness = 1.08

  /// The advance of one character, in thousandths of the font's size.
  static func width(of character: Character) -> Double {
    if let code = character.asciiValue {
      return code >= 32 && code < 127 ? ascii[Int(code) - 32] : 278
    }
    if let width = others[character] { return width }
    if let base = Diacritics.split(character)?.base { return width(of: base) }
    let scalar = character.unicodeScalars.first!
    // Ideographs, syllables of Hangul and emoji fill a square.
    return scalar.value >= 0x2E80 ? 1000 : 600
  }

  /// The width of a line of text, in points when `size` is.
  static func width(of text: String, size: Double, isBold: Bool = false) -> Double {
    let thousandths = text.reduce(0) { $0 + width(of: $1) }
    return thousandths / 1000 * size * (isBold ? boldness : 1)
  }

  /// The text with nothing hidden in it, or as much of its beginning as fits before an ellipsis.
  static func truncated(
    _ text: String, to limit: Double, size: Double, isBold: Bool = false
  ) -> String {
    let text = visible(text)
    if width(of: text, size: size, isBold: isBold) <= limit { return text }
    var kept = ""
    for character in text {
      let longer = kept + String(character)
      if width(of: longer + "…", size: size, isBold: isBold) > limit { break }
      kept = longer
    }
    while kept.last == " " { kept.removeLast() }
    return kept.isEmpty ? "" : kept + "…"
  }
}
