import GumbelTensors

/// The probabilities of a grammar's strings by length, and draws of strings of a given length with
/// the probabilities that they have among those.
///
/// Nothing is drawn and thrown away: the probability of each length of each symbol is computed by
/// dynamic programming, and a derivation is drawn from the top down with the lengths of its parts.
public struct GrammarLengths: Sendable {
  private let grammar: Grammar
  /// By symbol and length: the probability of all that the symbol becomes in the end, and of what
  /// it becomes by a rule of two symbols or a character.
  private let total, base: [[Double]]

  /// The probabilities of lengths up to `maximumLength`, which traps unless in 0...2000.
  ///
  /// Takes time in the square of the length.
  public init(of grammar: Grammar, maximumLength: Int) {
    self.init(of: grammar, maximumLength: maximumLength, isStopped: { false })
  }

  /// The same; throws an ``InputError`` once `shouldStop` says true.
  package init(
    of grammar: Grammar, maximumLength: Int, shouldStop: @Sendable () -> Bool
  ) throws(InputError) {
    self.init(of: grammar, maximumLength: maximumLength, isStopped: shouldStop)
    if shouldStop() { throw InputError(source: grammar.name, problem: .interrupted) }
  }

  private init(of grammar: Grammar, maximumLength: Int, isStopped: () -> Bool) {
    require(
      0...2000 ~= maximumLength,
      "GrammarLengths: maximum length \(maximumLength), expected 0 to 2000")
    self.grammar = grammar
    let normal = grammar.normal
    let none = [[Double]](
      repeating: [Double](repeating: 0, count: maximumLength + 1), count: normal.symbolCount)
    var (total, base) = (none, none)
    for length in stride(from: 1, through: maximumLength, by: 1) {
      for symbol in 0..<normal.symbolCount {
        if isStopped() { break }
        var sum = length == 1 ? normal.characters[symbol].reduce(0) { $0 + $1.probability } : 0
        for rule in normal.rules[normal.rulesOf[symbol]] {
          var products = 0.0
          for part in stride(from: 1, to: length, by: 1) {
            products += total[rule.first][part] * total[rule.second][length - part]
          }
          sum += rule.probability * products
        }
        base[symbol][length] = sum
      }
      for symbol in 0..<normal.symbolCount {
        total[symbol][length] = normal.closure[symbol].reduce(0) {
          $0 + $1.probability * base[$1.index][length]
        }
      }
    }
    (self.total, self.base) = (total, base)
  }

  /// The probability that rewriting the start gives a string of each length from 0 on.
  public var probabilities: [Double] {
    [grammar.normal.empty[0]] + total[0].dropFirst()
  }

  /// Draws a string of a length, with its probability among those of that length.
  ///
  /// Traps if the length has probability 0.
  func draw(length: Int, _ generator: inout RandomKeyStream) -> [Unicode.Scalar] {
    require(probabilities[length] > 0, "\(grammar.name): no strings of length \(length)")
    guard length > 0 else { return [] }
    let normal = grammar.normal
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(length)
    var open = [(symbol: 0, length: length)]
    while let (start, length) = open.popLast() {
      var rest = generator.nextUnit() * total[start][length]
      let symbol = pick(normal.closure[start], &rest) { $0.probability * base[$0.index][length] }
        .index
      rest = generator.nextUnit() * base[symbol][length]
      if length == 1 {
        let character = pick(normal.characters[symbol], &rest) { $0.probability }
        result.append(grammar.alphabet[character.index])
        continue
      }
      let rules = normal.rules[normal.rulesOf[symbol]]
      let (rule, part) = pickSplit(rules, length: length, &rest)
      open.append((rule.second, length - part))
      open.append((rule.first, part))
    }
    return result
  }

  private func pickSplit(
    _ rules: ArraySlice<NormalGrammar.Rule>, length: Int, _ rest: inout Double
  ) -> (NormalGrammar.Rule, part: Int) {
    var last: (NormalGrammar.Rule, Int)?
    for rule in rules {
      for part in 1..<length {
        let weight =
          rule.probability * total[rule.first][part] * total[rule.second][length - part]
        guard weight > 0 else { continue }
        last = (rule, part)
        rest -= weight
        if rest < 0 { return (rule, part) }
      }
    }
    // Rounding can leave a remainder.
    return last!
  }

  private func pick<Item>(
    _ items: [Item], _ rest: inout Double, weight: (Item) -> Double
  ) -> Item {
    var last: Item?
    for item in items {
      let weight = weight(item)
      guard weight > 0 else { continue }
      last = item
      rest -= weight
      if rest < 0 { return item }
    }
    return last!
  }
}

extension RandomKeyStream {
  /// A uniform number from 0 up to but not 1, of 53 bits.
  mutating func nextUnit() -> Double { Double(next() >> 11) * 0x1p-53 }
}
