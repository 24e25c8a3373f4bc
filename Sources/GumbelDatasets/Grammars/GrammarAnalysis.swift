/// Which symbols of a grammar can be reached and can end, and what else is suspicious.
struct GrammarAnalysis {
  let productions: [Grammar.Production]
  /// Whether a symbol can be rewritten into characters alone.
  let isProductive: [Bool]
  /// Whether a symbol occurs when the start is rewritten, in productions that can end.
  let isReachable: [Bool]
  /// Whether a symbol can become the empty string.
  let isNullable: [Bool]

  init(_ productions: [Grammar.Production], count: Int) {
    self.productions = productions
    isProductive = Self.closure(productions, count: count) { _ in true }
    isNullable = Self.closure(productions, count: count) { $0.nonterminals.count == $0.right.count }
    var isReachable = [Bool](repeating: false, count: count)
    isReachable[0] = true
    var found = [0]
    let byLeft = Dictionary(grouping: productions, by: \.left)
    let isProductive = isProductive
    while let symbol = found.popLast() {
      for production in byLeft[symbol] ?? []
      where production.nonterminals.allSatisfy({ isProductive[$0] }) {
        for next in production.nonterminals where !isReachable[next] {
          isReachable[next] = true
          found.append(next)
        }
      }
    }
    self.isReachable = isReachable
  }

  /// Whether a production has a part in any string.
  func isUseful(_ production: Grammar.Production) -> Bool {
    isReachable[production.left] && production.nonterminals.allSatisfy { isProductive[$0] }
  }

  /// The symbols that have a production of a kind whose nonterminals are all among them.
  private static func closure(
    _ productions: [Grammar.Production], count: Int, where isOfKind: (Grammar.Production) -> Bool
  ) -> [Bool] {
    LeastFixedPoint.isPositive(
      productions.filter(isOfKind).map { ($0.left, $0.nonterminals) }, count: count)
  }

  func warnings(names: [String], terminationProbability: Double) -> [GrammarWarning] {
    var result: [GrammarWarning] = []
    var firstLines: [Int: Int] = [:]
    for production in productions where firstLines[production.left] == nil {
      firstLines[production.left] = production.line
    }
    for symbol in names.indices {
      let line = firstLines[symbol]!
      if !isProductive[symbol] {
        result.append(GrammarWarning(line: line, kind: .neverEnds(symbol: names[symbol])))
      } else if !isReachable[symbol] {
        result.append(GrammarWarning(line: line, kind: .unreachable(symbol: names[symbol])))
      }
    }
    var seen: Set<[Grammar.Symbol]> = []
    for production in productions where isUseful(production) {
      let symbol = names[production.left]
      if !seen.insert([.nonterminal(production.left)] + production.right).inserted {
        result.append(GrammarWarning(line: production.line, kind: .duplicate(symbol: symbol)))
      }
      if production.right.count > 1, production.right.first == .nonterminal(production.left),
        production.right.last == .nonterminal(production.left)
      {
        result.append(GrammarWarning(line: production.line, kind: .ambiguous(symbol: symbol)))
      }
    }
    for symbol in cycles {
      result.append(GrammarWarning(line: firstLines[symbol]!, kind: .cycle(symbol: names[symbol])))
    }
    if terminationProbability < 1 - 1e-6 {
      result.append(
        GrammarWarning(
          line: productions[0].line, kind: .mayNotEnd(probability: terminationProbability)))
    }
    // Two alternatives of a line may be suspicious in the same way.
    var told: Set<String> = []
    return result.enumerated()
      .sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }.map(\.element)
      .filter { told.insert($0.description).inserted }
  }

  /// Symbols that can be rewritten into themselves, one of each group that can be rewritten into
  /// each other.
  private var cycles: [Int] {
    var edges: [Int: Set<Int>] = [:]
    for production in productions where isUseful(production) {
      // What is left when all but one symbol become empty.
      let solid = production.right.filter {
        if case .nonterminal(let index) = $0 { !isNullable[index] } else { true }
      }
      guard solid.count <= 1 else { continue }
      for case .nonterminal(let index) in solid.isEmpty ? production.right : solid {
        edges[production.left, default: []].insert(index)
      }
    }
    func reached(from symbol: Int) -> Set<Int> {
      var found: Set<Int> = []
      var open = [symbol]
      while let next = open.popLast() {
        for target in edges[next] ?? [] where found.insert(target).inserted { open.append(target) }
      }
      return found
    }
    var result: [Int] = []
    var explained: Set<Int> = []
    for symbol in edges.keys.sorted() where !explained.contains(symbol) {
      let targets = reached(from: symbol)
      guard targets.contains(symbol) else { continue }
      result.append(symbol)
      explained.formUnion(targets)
    }
    return result
  }
}
