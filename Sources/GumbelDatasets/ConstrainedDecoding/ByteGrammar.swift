/// A context-free grammar over bytes, for recognition alone: what ``Grammar`` and ``GBNFGrammar``
/// are when texts are in UTF-8.
struct ByteGrammar: Sendable {
  enum Symbol: Hashable, Sendable {
    /// A byte of a range.
    case bytes(UInt8, UInt8)
    case nonterminal(Int)
  }

  /// By nonterminal: what it becomes, 0 being the start.
  var productions: [[[Symbol]]]

  /// A grammar's useful productions, without their weights.
  init(_ grammar: Grammar) {
    productions = Array(repeating: [], count: grammar.nonterminals.count)
    for production in grammar.productions {
      productions[production.left].append(
        production.right.flatMap { symbol -> [Symbol] in
          switch symbol {
          case .nonterminal(let index): [.nonterminal(index)]
          case .terminal(let scalar): UTF8.encode(scalar)!.map { .bytes($0, $0) }
          }
        })
    }
    removeUseless()
  }

  init(productions: [[[Symbol]]]) {
    self.productions = productions
    removeUseless()
  }

  /// Whether there is no string at all.
  var isEmpty: Bool { productions[0].isEmpty }

  var symbolCount: Int { productions.joined().reduce(0) { $0 + $1.count } }

  /// By nonterminal, whether it can become the empty string.
  var isNullable: [Bool] {
    nonterminalsWith { right in
      right.allSatisfy { if case .nonterminal = $0 { true } else { false } }
    }
  }

  /// Takes out productions with symbols that never end, so that whatever can begin can be completed,
  /// and those that occur twice.
  private mutating func removeUseless() {
    let isProductive = nonterminalsWith { _ in true }
    for left in productions.indices {
      var seen: Set<[Symbol]> = []
      productions[left] = productions[left].filter { right in
        right.allSatisfy {
          if case .nonterminal(let index) = $0 { isProductive[index] } else { true }
        } && right != [.nonterminal(left)] && seen.insert(right).inserted
      }
    }
  }

  /// The nonterminals of which a production of a kind has only such nonterminals.
  private func nonterminalsWith(_ isOfKind: ([Symbol]) -> Bool) -> [Bool] {
    LeastFixedPoint.isPositive(
      productions.indices.flatMap { left in
        productions[left].filter(isOfKind).map { right in
          (
            left,
            right.compactMap { if case .nonterminal(let index) = $0 { index } else { nil } }
          )
        }
      }, count: productions.count)
  }

  /// Turns A -> A α | β, where α does not lead to A, into A -> β A' and A' -> α A' | ε, so that what
  /// repeats is a loop.
  mutating func replaceLeftRecursion() {
    for left in productions.indices {
      let recursive = productions[left].filter { $0.first == .nonterminal(left) }
      guard !recursive.isEmpty else { continue }
      let tails = recursive.map { Array($0.dropFirst()) }
      let others = productions[left].filter { $0.first != .nonterminal(left) }
      guard !leads((tails + others).flatMap { $0 }, to: left) else { continue }
      let rest = productions.count
      productions[left] = others.map { $0 + [.nonterminal(rest)] }
      productions.append(tails.map { $0 + [.nonterminal(rest)] } + [[]])
    }
  }

  private func leads(_ symbols: [Symbol], to target: Int) -> Bool {
    var seen = Set<Int>()
    var open = symbols
    while let symbol = open.popLast() {
      guard case .nonterminal(let index) = symbol, seen.insert(index).inserted else { continue }
      if index == target { return true }
      for right in productions[index] { open += right }
    }
    return false
  }
}

/// Ranges of Unicode scalars as sequences of ranges of bytes.
enum UTF8Ranges {
  /// The UTF-8 of all scalars of a range of code points, surrogates left out: together the sequences
  /// have each once.
  static func sequences(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
    var result: [[ClosedRange<UInt8>]] = []
    // Where the number of bytes changes, and where surrogates are.
    let parts: [ClosedRange<UInt32>] = [
      0...0x7F, 0x80...0x7FF, 0x800...0xD7FF, 0xE000...0xFFFF, 0x10000...0x10FFFF,
    ]
    for part in parts where part.overlaps(range) { split(range.clamped(to: part), &result) }
    return result
  }

  private static func split(
    _ range: ClosedRange<UInt32>, _ result: inout [[ClosedRange<UInt8>]]
  ) {
    let (low, high) = (range.lowerBound, range.upperBound)
    // The last bytes of a sequence may be ranges only if they are whole from the first that differs.
    if high > 0x7F {
      for shift: UInt32 in [6, 12, 18] {
        let mask: UInt32 = 1 << shift - 1
        guard low & ~mask != high & ~mask else { break }
        if low & mask != 0 {
          split(low...(low | mask), &result)
          return split((low | mask) + 1...high, &result)
        }
        if high & mask != mask {
          split(low...(high & ~mask) - 1, &result)
          return split((high & ~mask)...high, &result)
        }
      }
    }
    let (first, last) = (bytes(low), bytes(high))
    result.append(zip(first, last).map { $0...$1 })
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    Array(UTF8.encode(Unicode.Scalar(value)!)!)
  }
}
