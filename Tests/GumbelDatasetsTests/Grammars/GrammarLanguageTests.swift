import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct GrammarLanguageTests {
  @Test func thePapersGrammar() throws {
    let grammar = Grammar.arithmetic
    let language = try GrammarLanguage(of: grammar, maximumLength: 12)
    #expect(language.lengths == [1, 3, 5, 7, 9, 11])
    var counts: [Int?] = []
    for length in 0...12 { counts.append(language.count(length: length)) }
    #expect(counts == [0, 1, 0, 4, 0, 16, 0, 64, 0, 256, 0, 1024, 0])
    #expect(language.count == 1365)
    #expect(grammar.stringCount(length: 11) == 1024)
    #expect(grammar.alphabet == ["*", "+", "-", "/", "x"])
    // A string is valid exactly if it is x and then operators with x, of all strings up to 7.
    for string in BruteForce.all(grammar.alphabet, upTo: 5) + ["y", "x+y", "xy"] {
      let isExpected =
        string.utf8.count % 2 == 1
        && string.enumerated().allSatisfy { place, character in
          place % 2 == 0 ? character == "x" : "-+*/".contains(character)
        }
      #expect(grammar.isValid(string) == isExpected, "\(string)")
    }
  }

  @Test func probabilitiesOfThePapersGrammar() {
    // Derivations end with probability 1/4, the smaller solution of q = 1/5 + 4/5 q², and of those
    // that do four in five are x alone. Of length 2k + 1 there are as many derivations of a string
    // as binary trees with k inner nodes.
    let grammar = Grammar.arithmetic
    #expect(abs(grammar.terminationProbability - 0.25) < 1e-15)
    let catalan = [1.0, 1, 2, 5, 14, 42]
    var string = "x"
    var of12 = 0.0
    for (k, trees) in catalan.enumerated() {
      let probability = trees * power(0.2, 2 * k + 1)
      #expect(abs(grammar.probability(of: string) / probability - 1) < 1e-14)
      of12 += probability * power(4, k)
      string += "-x"
    }
    let lengths = GrammarLengths(of: grammar, maximumLength: 12).probabilities
    #expect(abs(lengths.reduce(0, +) - of12) < 1e-15)
    #expect(abs(lengths[1] / grammar.terminationProbability - 0.8) < 1e-14)
    #expect(grammar.probability(of: "xx") == 0)
    #expect(grammar.probability(of: "") == 0)
    #expect(grammar.probability(of: "z") == 0)
  }

  @Test(arguments: Grammar.builtIn.map(\.name)) func builtInByForce(name: String) throws {
    let grammar = try #require(Grammar.named(name))
    try check(grammar, upTo: 5)
  }

  /// Against an automaton with a counter for open parentheses.
  @Test func richerGrammarByAnotherCount() throws {
    let language = try GrammarLanguage(of: .expressions, maximumLength: 20)
    // By depth: strings in which an operand is expected next, and in which one has just ended.
    var (expecting, ended) = ([0: 1], [Int: Int]())
    for length in 1...20 {
      var (nextExpecting, nextEnded) = ([Int: Int](), [Int: Int]())
      for (depth, count) in expecting {
        nextExpecting[depth + 1, default: 0] += count
        nextEnded[depth, default: 0] += 2 * count
      }
      for (depth, count) in ended {
        nextExpecting[depth, default: 0] += 4 * count
        if depth > 0 { nextEnded[depth - 1, default: 0] += count }
      }
      (expecting, ended) = (nextExpecting, nextEnded)
      #expect(language.count(length: length) == ended[0] ?? 0)
    }
    #expect(language.count == 6_250_296_676)
  }

  @Test(arguments: 0..<8 as Range<UInt64>) func randomGrammars(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    var checked = 0
    for _ in 0..<40 {
      let text = randomGrammar(&generator)
      guard let grammar = try? Grammar(reading: text) else { continue }
      checked += 1
      try check(grammar, upTo: 4)
    }
    #expect(checked > 15)
  }

  private func check(_ grammar: Grammar, upTo length: Int) throws {
    let force = BruteForce(grammar: grammar, maximumLength: length)
    let strings = force.strings
    let language = try GrammarLanguage(of: grammar, maximumLength: length)
    var listed: [String] = []
    for length in 0...length {
      let found = language.strings(length: length)
      #expect(found.count == language.count(length: length))
      listed += found
    }
    #expect(listed.count == strings.count, "\(grammar.text)")
    #expect(Set(listed) == strings, "\(grammar.text)")
    #expect(language.count == strings.count)

    let (probabilities, areExact) = force.probabilities
    var byLength = [Double](repeating: 0, count: length + 1)
    for string in BruteForce.all(grammar.alphabet, upTo: length) {
      #expect(grammar.isValid(string) == strings.contains(string), "\(string) of\n\(grammar.text)")
      let probability = grammar.probability(of: string)
      let expected = probabilities[string] ?? 0
      let isClose =
        areExact ? abs(probability - expected) < 1e-9 : probability > expected - 1e-9
      #expect(isClose, "\(string): \(probability), not \(expected), of\n\(grammar.text)")
      byLength[string.utf8.count] += probability
    }
    let lengths = GrammarLengths(of: grammar, maximumLength: length).probabilities
    for (found, expected) in zip(lengths, byLength) {
      #expect(abs(found - expected) < 1e-12, "\(grammar.text)")
    }
  }

  @Test func limits() throws {
    // Palindromes begin in as many ways as there are first halves.
    let palindromes = try Grammar(
      reading: "S -> 'a' S 'a' | 'b' S 'b' | 'c' S 'c' | 'd' S 'd' | ''", name: "palindromes")
    expectMessage(
      "palindromes: the strings of up to 40 characters begin in more than 524288 different ways, "
        + "the limit; expected a smaller length"
    ) { try GrammarLanguage(of: palindromes, maximumLength: 40) }
    #expect(palindromes.stringCount(length: 40) == nil)
    #expect(palindromes.stringCount(length: 8) == 256)
    // More than an Int holds.
    let words = try Grammar(reading: "S -> 'a' S | 'b' S | ''")
    #expect(words.stringCount(length: 62) == 1 << 62)
    #expect(words.stringCount(length: 63) == nil)
    #expect(words.probability(of: String(repeating: "ab", count: 50)) > 0)
  }

  private func power(_ base: Double, _ exponent: Int) -> Double {
    (0..<exponent).reduce(1) { product, _ in product * base }
  }
}
