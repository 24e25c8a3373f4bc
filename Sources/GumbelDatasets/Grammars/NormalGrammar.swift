/// A grammar with right sides of two symbols or one character, for all strings but the empty one.
///
/// Ends of long right sides become symbols of their own. What productions of one symbol and of none
/// do is summed up beforehand: `closure` has, for a symbol, those that it can become while all else
/// becomes empty, with the sum of the probabilities of all ways there (Stolcke, "An efficient
/// probabilistic context-free parsing algorithm that computes prefix probabilities", 1995).
struct NormalGrammar: Sendable {
  struct Rule: Sendable {
    let left, first, second: Int
    let probability: Double
  }

  struct Weighted: Sendable {
    let index: Int
    let probability: Double
  }

  enum Failure: Error {
    /// There are more symbols than the limit.
    case tooLarge
    /// It was asked to stop.
    case isStopped
  }

  /// The symbols, 0 being the start.
  private(set) var symbolCount: Int
  /// Grouped by left side.
  private(set) var rules: [Rule] = []
  /// By symbol: its rules.
  private(set) var rulesOf: [Range<Int>] = []
  /// By symbol: the characters that it becomes, as places in the alphabet.
  private(set) var characters: [[Weighted]] = []
  /// By symbol: what it becomes while all beside it becomes empty, itself included.
  private(set) var closure: [[Weighted]] = []
  /// By symbol: the probability of becoming the empty string.
  private(set) var empty: [Double]
  /// Whether the empty string is one of the grammar's.
  let hasEmptyString: Bool

  /// Throws if the ends of the productions come to more symbols than the limit, before there is
  /// memory for them.
  init(
    _ productions: [Grammar.Production], nonterminals: Int, alphabet: [Unicode.Scalar],
    limit: Int, shouldStop: () -> Bool
  ) throws(Failure) {
    var builder = NormalGrammarBuilder(count: nonterminals, alphabet: alphabet, limit: limit)
    for production in productions { try builder.add(production) }
    symbolCount = builder.count
    rules = builder.rules.sorted { $0.left < $1.left }
    characters = builder.characters

    // Of the grammar's own symbols first; of an end it is the product over its symbols.
    empty = LeastFixedPoint.of(
      productions.filter { $0.nonterminals.count == $0.right.count }.map {
        ($0.left, $0.probability, $0.nonterminals)
      }, count: nonterminals, shouldStop: shouldStop)
    empty += [Double](repeating: 0, count: symbolCount - nonterminals)
    let ruleOfEnd = Dictionary(
      uniqueKeysWithValues: rules.filter { $0.left >= nonterminals }.map { ($0.left, $0) })
    for end in builder.endsByLength {
      if let rule = ruleOfEnd[end] { empty[end] = empty[rule.first] * empty[rule.second] }
    }
    let isNullable = LeastFixedPoint.isPositive(
      builder.terms.map { ($0.left, $0.factors) }, count: symbolCount)
    hasEmptyString = isNullable[0]
    for symbol in 0..<symbolCount where !isNullable[symbol] { empty[symbol] = 0 }

    // A symbol that becomes nothing but the empty string has no part in other strings.
    var hasCharacters = characters.map { !$0.isEmpty }
    var isChanged = true
    while isChanged {
      isChanged = false
      func mark(_ left: Int, from symbol: Int) {
        if hasCharacters[symbol], !hasCharacters[left] {
          hasCharacters[left] = true
          isChanged = true
        }
      }
      for rule in rules {
        mark(rule.left, from: rule.first)
        mark(rule.left, from: rule.second)
      }
      for (left, _, index) in builder.units { mark(left, from: index) }
    }
    var units = [[Int: Double]](repeating: [:], count: symbolCount)
    func add(_ left: Int, _ probability: Double, _ target: Int) {
      if hasCharacters[target] { units[left][target, default: 0] += probability }
    }
    for (left, probability, index) in builder.units { add(left, probability, index) }
    for rule in rules {
      if isNullable[rule.first] {
        add(rule.left, rule.probability * empty[rule.first], rule.second)
      }
      if isNullable[rule.second] {
        add(rule.left, rule.probability * empty[rule.second], rule.first)
      }
    }
    closure = Self.closure(of: units, shouldStop: shouldStop)
    if shouldStop() { throw .isStopped }
    rules = rules.filter { hasCharacters[$0.first] && hasCharacters[$0.second] }
    var start = 0
    rulesOf = (0..<symbolCount).map { symbol in
      let end = rules[start...].firstIndex { $0.left != symbol } ?? rules.count
      defer { start = end }
      return start..<end
    }
  }

  /// 1 + U + U² + … for the matrix of single steps, in rows.
  private static func closure(
    of units: [[Int: Double]], shouldStop: () -> Bool
  ) -> [[Weighted]] {
    let inner = units.indices.filter { !units[$0].isEmpty }
    let place = Dictionary(uniqueKeysWithValues: inner.enumerated().map { ($1, $0) })
    var matrix = inner.indices.map { row in inner.indices.map { $0 == row ? 1.0 : 0.0 } }
    let identity = matrix
    for (row, symbol) in inner.enumerated() {
      for (target, probability) in units[symbol] {
        if let column = place[target] { matrix[row][column] -= probability }
      }
    }
    // Columns of the inverse, which exists: every symbol here can end in characters.
    let inverse = LeastFixedPoint.solve(matrix, identity, shouldStop: shouldStop) ?? identity
    return units.indices.map { symbol in
      guard let row = place[symbol] else { return [Weighted(index: symbol, probability: 1)] }
      var sums: [Int: Double] = [:]
      for (column, between) in inner.enumerated() where inverse[column][row] > 0 {
        sums[between, default: 0] += inverse[column][row]
        for (target, probability) in units[between] where place[target] == nil {
          sums[target, default: 0] += inverse[column][row] * probability
        }
      }
      return sums.sorted { $0.key < $1.key }.map { Weighted(index: $0.key, probability: $0.value) }
    }
  }
}
