import GumbelDatasets

/// Whether bytes are the beginning of a string of a grammar, from the definition: the parts of the
/// bytes that each nonterminal becomes, and those behind which it may go on, until nothing changes.
struct PrefixOracle {
  private enum Symbol {
    case byte(UInt8)
    case nonterminal(Int)
  }

  private struct Part: Hashable {
    let symbol, start, end: Int
  }

  private let productions: [(left: Int, right: [Symbol])]
  private let symbolCount: Int

  init(_ grammar: Grammar) {
    symbolCount = grammar.nonterminals.count
    let all = grammar.productions.map { production in
      (
        left: production.left,
        right: production.right.flatMap { symbol -> [Symbol] in
          switch symbol {
          case .nonterminal(let index): [.nonterminal(index)]
          case .terminal(let scalar): String(scalar).utf8.map { .byte($0) }
          }
        }
      )
    }
    // Symbols that never end have no strings to begin.
    var ends: Set<Int> = []
    var before = -1
    func isEnding(_ right: [Symbol]) -> Bool {
      right.allSatisfy {
        if case .nonterminal(let index) = $0 { ends.contains(index) } else { true }
      }
    }
    while ends.count != before {
      before = ends.count
      for (left, right) in all where isEnding(right) { ends.insert(left) }
    }
    productions = all.filter { isEnding($0.right) }
  }

  /// Whether the bytes begin a string, and whether they are one.
  func judge(_ bytes: [UInt8]) -> (begin: Bool, are: Bool) {
    let n = bytes.count
    var parts: Set<Part> = []
    // By symbol and start: whether it becomes something that begins with all that follows.
    var covers: Set<Part> = []
    var before = -1
    while parts.count + covers.count != before {
      before = parts.count + covers.count
      for (left, right) in productions {
        for start in 0...n {
          var ends: Set<Int> = [start]
          for symbol in right {
            if ends.contains(n) { covers.insert(Part(symbol: left, start: start, end: n)) }
            var next: Set<Int> = []
            for place in ends {
              switch symbol {
              case .byte(let byte): if place < n, bytes[place] == byte { next.insert(place + 1) }
              case .nonterminal(let index):
                if covers.contains(Part(symbol: index, start: place, end: n)) {
                  covers.insert(Part(symbol: left, start: start, end: n))
                }
                for end in place...n
                where parts.contains(Part(symbol: index, start: place, end: end)) {
                  next.insert(end)
                }
              }
            }
            ends = next
          }
          if ends.contains(n) { covers.insert(Part(symbol: left, start: start, end: n)) }
          for end in ends { parts.insert(Part(symbol: left, start: start, end: end)) }
        }
      }
    }
    return (
      covers.contains(Part(symbol: 0, start: 0, end: n)),
      parts.contains(Part(symbol: 0, start: 0, end: n))
    )
  }
}
