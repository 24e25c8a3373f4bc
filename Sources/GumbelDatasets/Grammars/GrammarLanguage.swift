import GumbelTensors

/// All the strings of a grammar up to a length, counted exactly and drawn uniformly.
///
/// An ambiguous grammar derives a string in several ways, so that strings cannot be counted by
/// their derivations. Here the strings of each length are a graph: a node stands for a set of
/// strings of one length, an edge for their first character, and equal sets are one node (a
/// sequence decision diagram: Loekito, Bailey & Pei 2010). Union and concatenation of sets are
/// operations on graphs, and the grammar is a system of both.
///
/// For languages such as arithmetic with parentheses there are about as many nodes as the square of
/// the length. There are languages, such as palindromes, with exponentially many, hence the limit.
public struct GrammarLanguage: Sendable {
  /// The grammar.
  public let grammar: Grammar
  /// The length up to which strings are in it.
  public let maximumLength: Int
  private let diagram: MinimalAutomaton
  /// The nodes of the strings of each length.
  private let roots: [Int32?]

  /// The strings of a grammar; traps unless `maximumLength` is in 0...1000.
  ///
  /// - Throws: An ``/GumbelFiles/InputError`` if the graph has more nodes than the limit, or finding it takes
  ///   more than ten times as many steps, or once `shouldStop` says true.
  public init(
    of grammar: Grammar, maximumLength: Int, nodeLimit: Int = 1 << 19,
    shouldStop: (@Sendable () -> Bool)? = nil
  ) throws(InputError) {
    require(
      0...1000 ~= maximumLength,
      "GrammarLanguage: maximum length \(maximumLength), expected 0 to 1000")
    self.grammar = grammar
    self.maximumLength = maximumLength
    var builder = StringDiagramBuilder(limit: nodeLimit)
    do {
      roots = try Self.roots(
        of: grammar.normal, upTo: maximumLength, &builder, shouldStop: shouldStop ?? { false })
      diagram = builder.diagram
    } catch {
      if shouldStop?() == true { throw InputError(source: grammar.name, problem: .interrupted) }
      throw InputError(
        source: grammar.name,
        problem: .grammar(
          .languageTooLarge(length: maximumLength, limit: nodeLimit)))
    }
  }

  private static func roots(
    of normal: NormalGrammar, upTo maximumLength: Int, _ builder: inout StringDiagramBuilder,
    shouldStop: () -> Bool
  ) throws(StringDiagramBuilder.LimitPassed) -> [Int32?] {
    var total = [[Int32?]](
      repeating: Array(repeating: nil, count: maximumLength + 1), count: normal.symbolCount)
    for length in stride(from: 1, through: maximumLength, by: 1) {
      var base = [Int32?](repeating: nil, count: normal.symbolCount)
      for symbol in 0..<normal.symbolCount {
        if shouldStop() { throw StringDiagramBuilder.LimitPassed() }
        if length == 1 {
          base[symbol] = try builder.node(
            of: normal.characters[symbol].map { Int32($0.index) })
        }
        for rule in normal.rules[normal.rulesOf[symbol]] {
          for part in stride(from: 1, to: length, by: 1) {
            guard let first = total[rule.first][part],
              let second = total[rule.second][length - part]
            else { continue }
            base[symbol] = try builder.union(
              base[symbol], try builder.concatenation(first, second))
          }
        }
      }
      for symbol in 0..<normal.symbolCount {
        for way in normal.closure[symbol] {
          total[symbol][length] = try builder.union(total[symbol][length], base[way.index])
        }
      }
    }
    return [normal.hasEmptyString ? MinimalAutomaton.end : nil] + total[0].dropFirst()
  }

  /// How many strings have a length; nil if more than an Int holds. Traps beyond the maximum.
  public func count(length: Int) -> Int? {
    require(
      0...maximumLength ~= length,
      "GrammarLanguage: length \(length), expected 0 to \(maximumLength)")
    return roots[length].map { diagram.counts[Int($0)] } ?? 0
  }

  /// How many strings there are in all; nil if more than an Int holds.
  public var count: Int? {
    var sum = 0
    for length in roots.indices {
      guard let count = count(length: length) else { return nil }
      let (next, overflow) = sum.addingReportingOverflow(count)
      if overflow { return nil }
      sum = next
    }
    return sum
  }

  /// The same, rounded: infinite if more than a Double holds.
  public var size: Double {
    roots.reduce(0) { sum, root in sum + (root.map { diagram.sizes[Int($0)] } ?? 0) }
  }

  /// The lengths that strings have, in order.
  public var lengths: [Int] { roots.indices.filter { roots[$0] != nil } }

  /// All strings of a length, in the order of their code points.
  public func strings(length: Int) -> [String] {
    guard 0...maximumLength ~= length, let root = roots[length] else { return [] }
    var result: [String] = []
    var open: [(node: Int32, text: String.UnicodeScalarView)] = [(root, .init())]
    while let (node, text) = open.popLast() {
      if node == MinimalAutomaton.end { result.append(String(text)) }
      for edge in diagram.edges(of: node).reversed() {
        var longer = text
        longer.append(grammar.alphabet[Int(edge.character)])
        open.append((edge.node, longer))
      }
    }
    return result
  }

  /// Draws a string of a length, all of them alike; traps if there is none.
  func draw(length: Int, _ generator: inout RandomKeyStream) -> [Unicode.Scalar] {
    require(
      roots.indices.contains(length) && roots[length] != nil,
      "\(grammar.name): no strings of length \(length)")
    var node = roots[length]!
    var result: [Unicode.Scalar] = []
    result.reserveCapacity(length)
    while node != MinimalAutomaton.end {
      let edges = diagram.edges(of: node)
      var chosen = edges[edges.startIndex]
      if let count = diagram.counts[Int(node)] {
        var rest = Int.random(in: 0..<count, using: &generator)
        for edge in edges {
          chosen = edge
          rest -= diagram.counts[Int(edge.node)]!
          if rest < 0 { break }
        }
      } else {
        // So many that a Double's rounding is no matter.
        var rest = generator.nextUnit() * diagram.sizes[Int(node)]
        for edge in edges {
          chosen = edge
          rest -= diagram.sizes[Int(edge.node)]
          if rest < 0 { break }
        }
      }
      result.append(grammar.alphabet[Int(chosen.character)])
      node = chosen.node
    }
    return result
  }
}
