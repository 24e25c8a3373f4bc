/// Makes symbols of the ends of right sides; equal ends share one.
///
/// An end is known by its first symbol and the end after that, so that a right side takes time and
/// memory in proportion to its length. What goes beyond the limit is never stored.
struct NormalGrammarBuilder {
  /// A first symbol and the number of the end that follows it, 0 for none.
  private struct End: Hashable {
    let first: Grammar.Symbol
    let rest: Int
  }

  private(set) var count: Int
  private(set) var rules: [NormalGrammar.Rule] = []
  private(set) var units: [(left: Int, probability: Double, index: Int)] = []
  private(set) var characters: [[NormalGrammar.Weighted]]
  /// The ways to become empty.
  private(set) var terms: [LeastFixedPoint.Term] = []
  /// The number of each end, counted from 1.
  private var ends: [End: Int] = [:]
  /// By number of an end: its symbol, once it has one.
  private var symbols: [Int?] = [nil]
  private let places: [Unicode.Scalar: Int]
  private let nonterminals, limit: Int

  /// The symbols of ends, each behind those of the ends that it ends in.
  var endsByLength: [Int] { symbols.compactMap { $0 } }

  init(count: Int, alphabet: [Unicode.Scalar], limit: Int) {
    (self.count, nonterminals, self.limit) = (count, count, limit)
    characters = Array(repeating: [], count: count)
    places = Dictionary(uniqueKeysWithValues: alphabet.enumerated().map { ($1, $0) })
  }

  mutating func add(_ production: Grammar.Production) throws(NormalGrammar.Failure) {
    let right = production.right
    guard right.count > 1 else {
      addShort(production.left, right.first, production.probability)
      return
    }
    // By place: the number of the end that begins there.
    var numbers = [Int](repeating: 0, count: right.count + 1)
    for place in stride(from: right.count - 1, to: 0, by: -1) {
      numbers[place] = try number(of: End(first: right[place], rest: numbers[place + 1]))
    }
    var (left, probability) = (production.left, production.probability)
    for place in 0..<(right.count - 1) {
      let first = try symbol(of: try number(of: End(first: right[place], rest: 0)), right[place])
      let last = place == right.count - 2
      let isKnown = symbols[numbers[place + 1]] != nil
      let second =
        try last
        ? symbol(of: numbers[place + 1], right[place + 1]) : longSymbol(of: numbers[place + 1])
      rules.append(
        NormalGrammar.Rule(left: left, first: first, second: second, probability: probability))
      terms.append((left, probability, [first, second]))
      if isKnown { break }
      (left, probability) = (second, 1)
    }
  }

  private mutating func addShort(_ left: Int, _ symbol: Grammar.Symbol?, _ probability: Double) {
    switch symbol {
    case nil: terms.append((left, probability, []))
    case .terminal(let scalar):
      characters[left].append(
        NormalGrammar.Weighted(index: places[scalar]!, probability: probability))
    case .nonterminal(let index):
      units.append((left, probability, index))
      terms.append((left, probability, [index]))
    }
  }

  private mutating func number(of end: End) throws(NormalGrammar.Failure) -> Int {
    if let known = ends[end] { return known }
    // Ends of one nonterminal need no symbol of their own.
    if symbols.count > limit + nonterminals { throw .tooLarge }
    symbols.append(nil)
    ends[end] = symbols.count - 1
    return symbols.count - 1
  }

  /// The symbol of an end that is one symbol of the grammar.
  private mutating func symbol(
    of number: Int, _ single: Grammar.Symbol
  ) throws(NormalGrammar.Failure) -> Int {
    if case .nonterminal(let index) = single { return index }
    if let known = symbols[number] { return known }
    let symbol = try longSymbol(of: number)
    addShort(symbol, single, 1)
    return symbol
  }

  /// The symbol of an end of several symbols, whose rule the caller adds.
  private mutating func longSymbol(of number: Int) throws(NormalGrammar.Failure) -> Int {
    if let known = symbols[number] { return known }
    if count == limit { throw .tooLarge }
    symbols[number] = count
    count += 1
    characters.append([])
    return count - 1
  }
}
