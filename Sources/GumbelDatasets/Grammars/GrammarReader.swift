/// Reads the lines of a grammar's text into productions.
struct GrammarReader {
  /// How much of a grammar to accept.
  enum Limits {
    static let bytes = 1 << 20
    static let nonterminals = 500
    static let productions = 10_000
    /// Symbols of the normal form.
    static let symbols = 2000
  }

  private struct Item {
    var left: Int
    var right: [Grammar.Symbol] = []
    var weight = 1.0
    let line: Int
  }

  private(set) var names: [String] = []
  private let source: String
  private let tokens: [GrammarToken]
  private var position = 0
  private var items: [Item] = []
  private var numbers: [String: Int] = [:]
  /// Where a symbol was first used, for the message if it has no productions.
  private var firstUses: [GrammarToken] = []
  private var isDefined: [Bool] = []

  init(_ text: String, name: String) throws(InputError) {
    source = name
    if text.utf8.count > Limits.bytes {
      throw InputError(
        source: name, problem: .grammar(.tooLarge(what: "bytes", limit: Limits.bytes)))
    }
    var scanner = GrammarScanner(text, source: name)
    tokens = try scanner.tokens()
  }

  /// The productions with their probabilities.
  func weighted() -> [Grammar.Production] {
    // Weights near the largest Double would add up to infinity.
    var largest = [Double](repeating: 0, count: names.count)
    for item in items { largest[item.left] = max(largest[item.left], item.weight) }
    var totals = [Double](repeating: 0, count: names.count)
    for item in items { totals[item.left] += item.weight / largest[item.left] }
    return items.map {
      Grammar.Production(
        left: $0.left, right: $0.right, weight: $0.weight,
        probability: $0.weight / largest[$0.left] / totals[$0.left], line: $0.line)
    }
  }

  mutating func read() throws(InputError) {
    while position < tokens.count {
      let token = tokens[position]
      switch token.kind {
      case .lineEnd: position += 1
      case .name(let name):
        position += 1
        let left = try number(of: name, at: token)
        isDefined[left] = true
        guard position < tokens.count, tokens[position].kind == .arrow else {
          throw unexpected(at: position, expected: "->")
        }
        position += 1
        try readAlternatives(of: left)
      case .bar where !items.isEmpty:
        position += 1
        try readAlternatives(of: items[items.count - 1].left)
      default: throw unexpected(at: position, expected: "a symbol's name and ->")
      }
    }
    if items.isEmpty {
      throw InputError(source: source, problem: .grammar(.noProductions))
    }
    if let symbol = isDefined.firstIndex(of: false) {
      throw error(.undefined(symbol: names[symbol]), at: firstUses[symbol])
    }
  }

  private mutating func readAlternatives(of left: Int) throws(InputError) {
    while true {
      try readAlternative(of: left)
      guard position < tokens.count, tokens[position].kind == .bar else { return }
      position += 1
    }
  }

  private mutating func readAlternative(of left: Int) throws(InputError) {
    var item = Item(left: left, line: tokens[position - 1].line)
    let first = position
    loop: while position < tokens.count {
      let token = tokens[position]
      switch token.kind {
      case .name(let name): item.right.append(.nonterminal(try number(of: name, at: token)))
      case .terminal(let scalars): item.right += scalars.map { .terminal($0) }
      case .weight(let weight) where position > first:
        item.weight = weight
        position += 1
        break loop
      default: break loop
      }
      position += 1
    }
    if position == first {
      throw unexpected(
        at: position, expected: "a name, a character in quotes, or '' for the empty string")
    }
    guard position == tokens.count || [.lineEnd, .bar].contains(tokens[position].kind) else {
      throw unexpected(at: position, expected: "| or the end of the line")
    }
    items.append(item)
    if items.count > Limits.productions {
      throw error(
        .tooLarge(what: "productions", limit: Limits.productions), at: tokens[position - 1])
    }
  }

  private mutating func number(of name: String, at token: GrammarToken) throws(InputError) -> Int {
    if let number = numbers[name] { return number }
    if names.count == Limits.nonterminals {
      throw error(.tooLarge(what: "symbols", limit: Limits.nonterminals), at: token)
    }
    numbers[name] = names.count
    names.append(name)
    firstUses.append(token)
    isDefined.append(false)
    return names.count - 1
  }

  private func error(_ problem: GrammarProblem, at token: GrammarToken) -> InputError {
    InputError(source: source, line: token.line, problem: .grammar(problem, column: token.column))
  }

  /// The scanner ends every line, the last one too, with a token.
  private func unexpected(at position: Int, expected: String) -> InputError {
    let token = tokens[min(position, tokens.count - 1)]
    return error(.unexpected(found: token.kind.words, expected: expected), at: token)
  }
}
