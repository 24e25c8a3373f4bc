import GumbelDatasets

/// The strings of a grammar by rewriting sets of strings until nothing changes.
struct BruteForce {
  let grammar: Grammar
  let maximumLength: Int

  /// All strings up to the maximum length.
  var strings: Set<String> {
    var sets = [Set<String>](repeating: [], count: grammar.nonterminals.count)
    while true {
      let before = sets.reduce(0) { $0 + $1.count }
      for production in grammar.productions {
        var made: Set<String> = [""]
        for symbol in production.right {
          let next: Set<String> =
            switch symbol {
            case .terminal(let scalar): [String(scalar)]
            case .nonterminal(let index): sets[index]
            }
          made = Set(made.flatMap { head in next.map { head + $0 } })
            .filter { $0.unicodeScalars.count <= maximumLength }
        }
        sets[production.left].formUnion(made)
      }
      if sets.reduce(0, { $0 + $1.count }) == before { return sets[0] }
    }
  }

  /// The probabilities of all strings up to the maximum length, approached from below, and whether
  /// they came to rest.
  var probabilities: (of: [String: Double], areExact: Bool) {
    var tables = [[String: Double]](repeating: [:], count: grammar.nonterminals.count)
    for _ in 0..<2000 {
      var next = [[String: Double]](repeating: [:], count: tables.count)
      for production in grammar.productions {
        var made = ["": production.probability]
        for symbol in production.right {
          var longer: [String: Double] = [:]
          let parts: [String: Double] =
            switch symbol {
            case .terminal(let scalar): [String(scalar): 1]
            case .nonterminal(let index): tables[index]
            }
          for (head, p) in made {
            for (tail, q) in parts where head.utf8.count + tail.utf8.count <= maximumLength {
              longer[head + tail, default: 0] += p * q
            }
          }
          made = longer
        }
        next[production.left].merge(made, uniquingKeysWith: +)
      }
      let change = zip(next, tables).map { new, old in
        new.map { $0.value - (old[$0.key] ?? 0) }.max() ?? 0
      }.max()!
      tables = next
      if change < 1e-13 { return (tables[0], true) }
    }
    return (tables[0], false)
  }

  /// Every string over an alphabet up to a length.
  static func all(_ alphabet: [Unicode.Scalar], upTo length: Int) -> [String] {
    var result = [""]
    var last = [""]
    for _ in 0..<length {
      last = last.flatMap { head in alphabet.map { head + String($0) } }
      result += last
    }
    return result
  }
}
