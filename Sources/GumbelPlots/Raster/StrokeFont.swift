/// A font drawn with a round pen, for pictures made without the help of any font file.
///
/// The glyphs are lines of the pen's centre in units of a thousandth of the font's size, with
/// `y` up from the baseline; capitals are 718 high and small letters 523, as in Helvetica.
enum StrokeFont {
  /// The pen's lines for one character; an empty box for a character that the font lacks.
  static func lines(of character: Character) -> [[Drawing.Point]] {
    if let lines = glyphs[character] { return lines }
    if let raised = raised[character], let lines = glyphs[raised] {
      return lines.map { $0.map { Drawing.Point(x: $0.x * 0.6, y: $0.y * 0.58 + 330) } }
    }
    if let (base, mark) = Diacritics.split(character), let lines = glyphs[base] {
      return accented(base, lines, mark)
    }
    if character.isWhitespace { return [] }
    let right = TextMetrics.width(of: character) - 90
    return [
      [(90, 42), (right, 42), (right, 676), (90, 676), (90, 42)].map {
        Drawing.Point(x: $0.0, y: $0.1)
      }
    ]
  }

  private static let glyphs = strokeFontGlyphs.mapValues { strokeFontLines($0) }

  private static let raised: [Character: Character] = [
    "⁰": "0", "¹": "1", "²": "2", "³": "3", "⁴": "4", "⁵": "5", "⁶": "6", "⁷": "7", "⁸": "8",
    "⁹": "9", "⁻": "−",
  ]

  private static func accented(
    _ letter: Character, _ lines: [[Drawing.Point]], _ mark: Diacritics.Mark
  ) -> [[Drawing.Point]] {
    // The dot of an i makes room for the accent.
    let base = letter == "i" ? lines.filter { $0.allSatisfy { $0.y < 560 } } : lines
    let y = (base.joined().map(\.y).max() ?? 0) + 110
    let x = TextMetrics.width(of: letter) / 2
    let path =
      switch mark {
      case .acute: "M -45 0 L 60 90"
      case .grave: "M -60 90 L 45 0"
      case .circumflex: "M -95 0 L 0 95 L 95 0"
      case .caron: "M -95 95 L 0 0 L 95 95"
      case .diaeresis: "M -90 40 L -90 45 M 90 40 L 90 45"
      case .tilde: "M -110 15 Q -60 90 0 45 Q 60 0 110 75"
      case .ring: "A 0 50 62 62 90 360"
      case .macron: "M -105 40 L 105 40"
      case .cedilla: "M 0 -10 L 0 -60 Q 90 -85 55 -140 Q 30 -180 -60 -160"
      case .slash:
        "oO".contains(letter)
          ? "M -200 -20 L 200 600" : "M -110 250 L 110 400"
      }
    let isBelow = mark == .cedilla || mark == .slash
    return base
      + strokeFontLines(path).map { line in
        line.map { Drawing.Point(x: $0.x + x, y: isBelow ? $0.y + 20 : $0.y + y) }
      }
  }
}

/// The lines of a path in the glyphs' notation.
///
/// `M x y` begins a line, `L x y` and `Q cx cy x y` extend it, straight or by a quadratic curve.
/// `A cx cy rx ry start sweep` extends it by a part of an ellipse, in degrees counterclockwise,
/// or begins one; `;` ends a line.
func strokeFontLines(_ path: String) -> [[Drawing.Point]] {
  let words = path.split(separator: " ")
  var lines: [[Drawing.Point]] = []
  var isOpen = false
  var next = 0
  func numbers(_ count: Int) -> [Double] {
    defer { next += count }
    return words[next..<next + count].map { Double(Int($0)!) }
  }
  func append(_ point: Drawing.Point) {
    if isOpen { lines[lines.count - 1].append(point) } else { lines.append([point]) }
    isOpen = true
  }
  while next < words.count {
    let command = words[next]
    next += 1
    switch command {
    case ";": isOpen = false
    case "M":
      isOpen = false
      let n = numbers(2)
      append(Drawing.Point(x: n[0], y: n[1]))
    case "L":
      let n = numbers(2)
      append(Drawing.Point(x: n[0], y: n[1]))
    case "Q":
      let n = numbers(4)
      let start = lines[lines.count - 1].last!
      for step in 1...8 {
        let t = Double(step) / 8
        let (a, b, c) = ((1 - t) * (1 - t), 2 * t * (1 - t), t * t)
        append(
          Drawing.Point(
            x: a * start.x + b * n[0] + c * n[2], y: a * start.y + b * n[1] + c * n[3]))
      }
    case "A":
      let n = numbers(6)
      let steps = max(2, Int((n[5].magnitude / 12).rounded(.up)))
      for step in 0...steps {
        let angle = n[4] + n[5] * Double(step) / Double(steps)
        append(
          Drawing.Point(
            x: n[0] + n[2] * cosine(degrees: angle), y: n[1] + n[3] * sine(degrees: angle)))
      }
    default: preconditionFailure("StrokeFont: unknown command \(command)")
    }
  }
  return lines
}
