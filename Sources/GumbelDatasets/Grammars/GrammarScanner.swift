/// A word of a grammar's text, and where it stands: line and column count from 1, columns in
/// Unicode scalars.
struct GrammarToken {
  enum Kind: Equatable {
    case name(String)
    case terminal([Unicode.Scalar])
    case arrow
    case bar
    case weight(Double)
    case lineEnd

    /// What messages call it.
    var words: String {
      switch self {
      case .name(let name): quoted(name)
      case .terminal(let scalars):
        "the terminal " + quoted(String(String.UnicodeScalarView(scalars)))
      case .arrow: "->"
      case .bar: "|"
      case .weight: "a weight"
      case .lineEnd: "the end of the line"
      }
    }
  }

  let kind: Kind
  let line, column: Int
}

/// Cuts a grammar's text into words.
struct GrammarScanner {
  private let scalars: [Unicode.Scalar]
  private let source: String
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ text: String, source: String) {
    scalars = Array(text.unicodeScalars)
    self.source = source
    if scalars.first == "\u{FEFF}" { (position, lineStart) = (1, 1) }
  }

  mutating func tokens() throws(InputError) -> [GrammarToken] {
    var result: [GrammarToken] = []
    while position < scalars.count {
      let (start, column) = (position, position - lineStart + 1)
      let kind: GrammarToken.Kind
      switch scalars[position] {
      case " ", "\t", "\r":
        position += 1
        continue
      case "#":
        while position < scalars.count, scalars[position] != "\n" { position += 1 }
        continue
      case "\n":
        kind = .lineEnd
        position += 1
      case "|":
        kind = .bar
        position += 1
      case "-" where next(is: ">"):
        kind = .arrow
        position += 2
      case "'", "\"": kind = .terminal(try terminal())
      case "[": kind = .weight(try weight())
      case let scalar where Self.isNameStart(scalar):
        while position < scalars.count, Self.isNamePart(scalars[position]) { position += 1 }
        kind = .name(text(start..<position))
      case let scalar:
        throw error(
          .unexpected(
            found: quoted(String(scalar)),
            expected: "a name, ->, |, a weight in brackets, or a character in quotes such as 'x'"),
          at: start)
      }
      result.append(GrammarToken(kind: kind, line: line, column: column))
      if kind == .lineEnd {
        line += 1
        lineStart = position
      }
    }
    let column = position - lineStart + 1
    return result + [GrammarToken(kind: .lineEnd, line: line, column: column)]
  }

  private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    isNameStart(scalar) || scalar.properties.numericType != nil
  }

  /// The characters between quotes, with escapes resolved.
  private mutating func terminal() throws(InputError) -> [Unicode.Scalar] {
    let start = position
    let quote = scalars[position]
    var result: [Unicode.Scalar] = []
    position += 1
    while position < scalars.count, scalars[position] != "\n" {
      let scalar = scalars[position]
      if scalar == quote {
        position += 1
        return result
      }
      if scalar == "\\" {
        result.append(try escape())
      } else {
        result.append(scalar)
        position += 1
      }
    }
    throw error(.unclosedQuote(text(start..<min(start + 20, position))), at: start)
  }

  private mutating func escape() throws(InputError) -> Unicode.Scalar {
    let start = position
    position += 2
    guard start + 1 < scalars.count else { throw error(.escape("\\"), at: start) }
    switch scalars[start + 1] {
    case "\\", "'", "\"": return scalars[start + 1]
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "u" where position < scalars.count && scalars[position] == "{":
      let end = scalars[position...].prefix(10).firstIndex(of: "}")
      if let end, let value = UInt32(text((position + 1)..<end), radix: 16),
        let scalar = Unicode.Scalar(value)
      {
        position = end + 1
        return scalar
      }
      throw error(.escape(text(start..<min((end ?? start + 9) + 1, scalars.count))), at: start)
    default: throw error(.escape(text(start..<(start + 2))), at: start)
    }
  }

  private mutating func weight() throws(InputError) -> Double {
    let start = position
    while position < scalars.count, scalars[position] != "]", scalars[position] != "\n" {
      position += 1
    }
    let number = text((start + 1)..<position)
    guard position < scalars.count, scalars[position] == "]", let weight = Double(number),
      weight > 0, weight.isFinite
    else { throw error(.weight(number), at: start) }
    position += 1
    return weight
  }

  private func next(is scalar: Unicode.Scalar) -> Bool {
    position + 1 < scalars.count && scalars[position + 1] == scalar
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  private func error(_ problem: GrammarProblem, at position: Int) -> InputError {
    InputError(
      source: source, line: line, problem: .grammar(problem, column: position - lineStart + 1))
  }
}
