/// Reads a grammar in llama.cpp's notation into productions over bytes.
struct GBNFReader {
  typealias Symbol = ByteGrammar.Symbol

  private(set) var productions: [[[Symbol]]] = [[]]
  private(set) var ruleNames: [String] = []

  private static let symbolLimit = 100_000
  private static let depthLimit = 100

  private let scalars: [Unicode.Scalar]
  private let source: String
  private var position = 0
  private var symbols = 0
  private var depth = 0
  private var numbers = ["root": 0]
  private var isDefined = [false]
  /// By nonterminal: its name and where it was first used; nil for those that have no name.
  private var uses: [(name: String, position: Int)?] = [("root", 0)]
  private var classes: [[ClosedRange<UInt32>]: Int] = [:]

  init(_ text: String, source: String) throws(InputError) {
    self.source = source
    if text.utf8.count > GrammarReader.Limits.bytes {
      throw InputError(
        source: source,
        problem: .grammar(.tooLarge(what: "bytes", limit: GrammarReader.Limits.bytes)))
    }
    scalars = Array(text.unicodeScalars)
  }

  mutating func read() throws(InputError) {
    skipSpace()
    while position < scalars.count {
      let start = position
      guard let name = takeName() else { throw unexpected("a rule's name and ::=") }
      let rule = number(of: name, at: start)
      if isDefined[rule] {
        throw error(.unexpected(found: "a second rule \(name)", expected: "one"), at: start)
      }
      isDefined[rule] = true
      ruleNames.append(name)
      skipSpace()
      guard take("::=") else { throw unexpected("::=") }
      productions[rule] = try alternatives()
      guard position == scalars.count || isAtRule else {
        throw unexpected("|, another part, or a rule on a line of its own")
      }
    }
    if !isDefined[0] {
      throw InputError(source: source, problem: .grammar(.noRoot))
    }
    if let missing = isDefined.firstIndex(of: false), let use = uses[missing] {
      throw error(.undefinedRule(name: use.name), at: use.position)
    }
  }

  // MARK: - Parts

  private mutating func alternatives() throws(InputError) -> [[Symbol]] {
    var result = [try sequence()]
    while take("|") { result.append(try sequence()) }
    return result
  }

  /// The parts up to `|`, `)`, the next rule or the end; an alternative without any is the empty
  /// string.
  private mutating func sequence() throws(InputError) -> [Symbol] {
    var result: [Symbol] = []
    skipSpace()
    while position < scalars.count, !["|", ")"].contains(scalars[position]), !isAtRule {
      let part = try repeated(try part())
      result += part
      try count(part.count)
      skipSpace()
    }
    return result
  }

  private mutating func part() throws(InputError) -> [Symbol] {
    let start = position
    switch scalars[position] {
    case "\"":
      position += 1
      var result: [Symbol] = []
      while position < scalars.count, scalars[position] != "\n" {
        if take("\"") { return result }
        result += UTF8.encode(try character())!.map { .bytes($0, $0) }
      }
      throw error(.unclosedQuote(text(start..<min(start + 20, position))), at: start)
    case "[": return [.nonterminal(try number(of: characterClass()))]
    case ".":
      position += 1
      return [.nonterminal(try number(of: [0...0x10FFFF]))]
    case "(":
      position += 1
      depth += 1
      if depth > Self.depthLimit {
        throw error(.tooLarge(what: "parentheses in each other", limit: Self.depthLimit), at: start)
      }
      let inner = try alternatives()
      guard take(")") else { throw unexpected("| or )") }
      depth -= 1
      return inner.count == 1 ? inner[0] : [.nonterminal(add(inner))]
    default:
      guard let name = takeName() else {
        throw unexpected("a rule's name, \"characters\", a class such as [a-z], . or (")
      }
      return [.nonterminal(number(of: name, at: start))]
    }
  }

  /// A part as often as what follows it says.
  private mutating func repeated(_ part: [Symbol]) throws(InputError) -> [Symbol] {
    var part = part
    while position < scalars.count {
      let start = position
      let (least, most): (Int, Int?)
      if take("*") {
        (least, most) = (0, nil)
      } else if take("+") {
        (least, most) = (1, nil)
      } else if take("?") {
        (least, most) = (0, 1)
      } else if take("{") {
        skipSpace()
        let first = takeNumber()
        skipSpace()
        if take(",") {
          skipSpace()
          (least, most) = (first ?? 0, takeNumber())
          skipSpace()
        } else {
          (least, most) = (first ?? -1, first)
        }
        guard least >= 0, most ?? least >= least, take("}") else {
          throw error(
            .unexpected(found: quoted(text(start..<position)), expected: "{3}, {2,} or {2,5}"),
            at: start)
        }
      } else {
        return part
      }
      let (written, overflow) = max(part.count, 1)
        .multipliedReportingOverflow(by: max(least, most ?? 0))
      try count(overflow ? .max / 2 : written)
      var result = Array(repeatElement(part, count: least).joined())
      if let most {
        // x{0,2} is (x (x)?)?, so that every number of times is there once.
        var rest: [Symbol] = []
        for _ in least..<most { rest = [.nonterminal(add([part + rest, []]))] }
        result += rest
      } else {
        let loop = add([])
        productions[loop] = [part + [.nonterminal(loop)], []]
        result.append(.nonterminal(loop))
      }
      part = result
    }
    return part
  }

  private mutating func characterClass() throws(InputError) -> [ClosedRange<UInt32>] {
    let start = position
    position += 1
    let isInverted = take("^")
    var ranges: [ClosedRange<UInt32>] = []
    while position < scalars.count, scalars[position] != "\n" {
      if take("]") { return normalised(ranges, isInverted: isInverted) }
      let first = try character().value
      var last = first
      if position + 1 < scalars.count, scalars[position] == "-", scalars[position + 1] != "]" {
        let place = position
        position += 1
        last = try character().value
        if last < first {
          throw error(
            .unexpected(
              found: "the range \(quoted(text((place - 1)..<position)))",
              expected: "one whose last character is not before its first"), at: place)
        }
      }
      ranges.append(first...last)
    }
    throw error(.unclosedQuote(text(start..<min(start + 20, position))), at: start)
  }

  /// A class's code points in order, without overlaps.
  private func normalised(
    _ ranges: [ClosedRange<UInt32>], isInverted: Bool
  ) -> [ClosedRange<UInt32>] {
    var result: [ClosedRange<UInt32>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = result.last, range.lowerBound <= last.upperBound + 1 {
        result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        result.append(range)
      }
    }
    if !isInverted { return result }
    var inverted: [ClosedRange<UInt32>] = []
    var next: UInt32 = 0
    for range in result {
      if range.lowerBound > next { inverted.append(next...(range.lowerBound - 1)) }
      next = range.upperBound + 1
    }
    if next <= 0x10FFFF { inverted.append(next...0x10FFFF) }
    return inverted
  }

  private mutating func character() throws(InputError) -> Unicode.Scalar {
    let start = position
    position += 1
    guard scalars[start] == "\\" else { return scalars[start] }
    guard position < scalars.count else { throw error(.gbnfEscape("\\"), at: start) }
    let escape = scalars[position]
    position += 1
    let digits: Int
    switch escape {
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "\\", "\"", "[", "]", "-", "^": return escape
    case "x": digits = 2
    case "u": digits = 4
    case "U": digits = 8
    default: throw error(.gbnfEscape(text(start..<position)), at: start)
    }
    let end = min(position + digits, scalars.count)
    let number = text(position..<end)
    guard end - position == digits, number.allSatisfy(\.isHexDigit),
      let value = UInt32(number, radix: 16), let scalar = Unicode.Scalar(value)
    else { throw error(.gbnfEscape(text(start..<end)), at: start) }
    position = end
    return scalar
  }

  // MARK: - Symbols

  private mutating func add(_ alternatives: [[Symbol]]) -> Int {
    productions.append(alternatives)
    isDefined.append(true)
    uses.append(nil)
    return productions.count - 1
  }

  private mutating func number(of name: String, at position: Int) -> Int {
    if let known = numbers[name] { return known }
    let number = add([])
    isDefined[number] = false
    uses[number] = (name, position)
    numbers[name] = number
    return number
  }

  /// The symbol of a class of characters.
  private mutating func number(of ranges: [ClosedRange<UInt32>]) throws(InputError) -> Int {
    if let known = classes[ranges] { return known }
    var alternatives: [[Symbol]] = []
    for range in ranges {
      for sequence in UTF8Ranges.sequences(range) {
        alternatives.append(sequence.map { .bytes($0.lowerBound, $0.upperBound) })
        try count(sequence.count)
      }
    }
    let number = add(alternatives)
    classes[ranges] = number
    return number
  }

  private mutating func count(_ more: Int) throws(InputError) {
    symbols += more
    if symbols > Self.symbolLimit {
      throw error(.tooLarge(what: "symbols", limit: Self.symbolLimit), at: position)
    }
  }

  // MARK: - Text

  private mutating func skipSpace() {
    while position < scalars.count {
      switch scalars[position] {
      case " ", "\t", "\r", "\n", "\u{FEFF}": position += 1
      case "#": while position < scalars.count, scalars[position] != "\n" { position += 1 }
      default: return
      }
    }
  }

  private mutating func take(_ word: String) -> Bool {
    let word = Array(word.unicodeScalars)
    guard scalars[position...].starts(with: word) else { return false }
    position += word.count
    return true
  }

  private mutating func takeName() -> String? {
    let start = position
    while position < scalars.count, Self.isNamePart(scalars[position]) { position += 1 }
    return position > start ? text(start..<position) : nil
  }

  private mutating func takeNumber() -> Int? {
    let start = position
    while position < scalars.count, ("0"..."9").contains(scalars[position]) { position += 1 }
    // More digits than the limit has are more than the limit.
    return position > start ? Int(text(start..<min(position, start + 9))) : nil
  }

  private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "a"..."z", "A"..."Z", "0"..."9", "-", "_": true
    default: false
    }
  }

  /// Whether a rule's name and ::= stand here.
  private var isAtRule: Bool {
    var place = position
    while place < scalars.count, Self.isNamePart(scalars[place]) { place += 1 }
    guard place > position else { return false }
    while place < scalars.count, [" ", "\t", "\r", "\n"].contains(scalars[place]) { place += 1 }
    return scalars[place...].starts(with: "::=".unicodeScalars)
  }

  private func text(_ range: Range<Int>) -> String {
    String(String.UnicodeScalarView(scalars[range]))
  }

  private func unexpected(_ expected: String) -> InputError {
    let found = position < scalars.count ? quoted(String(scalars[position])) : "the end"
    return error(.unexpected(found: found, expected: expected), at: position)
  }

  private func error(_ problem: GrammarProblem, at position: Int) -> InputError {
    let before = scalars[..<position]
    let line = before.count { $0 == "\n" } + 1
    let lineStart = before.lastIndex(of: "\n").map { $0 + 1 } ?? 0
    return InputError(
      source: source, line: line,
      problem: .grammar(problem, column: position - lineStart + 1))
  }
}
