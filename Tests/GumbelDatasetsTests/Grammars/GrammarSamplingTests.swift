import GumbelDatasets
import GumbelTensors
import Testing

@Suite struct GrammarSamplingTests {
  /// Counts of strings within five standard deviations of their probabilities: an error rate of
  /// 6e-7 a string.
  private func check(_ strings: [String], _ probabilities: [String: Double]) {
    var counts: [String: Int] = [:]
    for string in strings { counts[string, default: 0] += 1 }
    for string in counts.keys { #expect(probabilities[string] != nil, "\(string)") }
    let n = Double(strings.count)
    for (string, p) in probabilities {
      let deviation = abs(Double(counts[string] ?? 0) - n * p)
      // The normal approximation needs a few expected draws.
      #expect(deviation < 5 * (n * p * (1 - p)).squareRoot() + 4, "\(string)")
    }
  }

  @Test(arguments: [
    "S -> S '+' S | '(' S ')' [0.5] | 'x' [2] | 'y'",
    "S -> A B | A [2]\nA -> 'a' A | '' | B\nB -> 'b' [3] | A A | ''",
  ])
  func natural(text: String) throws {
    let grammar = try Grammar(reading: text)
    let strings = grammar.strings(count: 20_000, maximumLength: 4, key: RandomKey(3))
    var probabilities: [String: Double] = [:]
    for string in BruteForce.all(grammar.alphabet, upTo: 4) {
      let probability = grammar.probability(of: string)
      if probability > 0 { probabilities[string] = probability }
    }
    let total = probabilities.values.reduce(0, +)
    check(strings, probabilities.mapValues { $0 / total })

    let sampler = try GrammarSampler(of: grammar, .balancedLengths, maximumLength: 4)
    var lengthTotals = [Double](repeating: 0, count: 5)
    for (string, p) in probabilities { lengthTotals[string.utf8.count] += p }
    let balanced = probabilities.map { string, p in
      (string, p / lengthTotals[string.utf8.count] / Double(sampler.lengths.count))
    }
    check(
      sampler.strings(count: 20_000, key: RandomKey(4)),
      Dictionary(uniqueKeysWithValues: balanced))
  }

  @Test func balanced() throws {
    let grammar = Grammar.arithmetic
    let strings = grammar.strings(
      count: 5000, maximumLength: 12, isBalanced: true, key: RandomKey(1))
    var byLength: [Int: Int] = [:]
    for string in strings { byLength[string.utf8.count, default: 0] += 1 }
    #expect(byLength.keys.sorted() == [1, 3, 5, 7, 9, 11])
    for count in byLength.values { #expect(833...834 ~= count) }
    let language = try GrammarLanguage(of: grammar, maximumLength: 6)
    var probabilities: [String: Double] = [:]
    for length in language.lengths {
      let all = language.strings(length: length)
      for string in all { probabilities[string] = 1 / Double(3 * all.count) }
    }
    check(
      grammar.strings(count: 20_000, maximumLength: 6, isBalanced: true, key: RandomKey(2)),
      probabilities)
  }

  @Test(arguments: GrammarSampling.allCases) func stringsDependOnTheirIndex(
    sampling: GrammarSampling
  ) throws {
    let sampler = try GrammarSampler(of: .expressions, sampling, maximumLength: 20)
    let all = sampler.strings(count: 100, key: RandomKey(7))
    let later = sampler.strings(count: 40, first: 60, key: RandomKey(7))
    #expect(later == Array(all[60...]))
    #expect(sampler.strings(count: 100, key: RandomKey(8)) != all)
    for string in all {
      #expect(Grammar.expressions.isValid(string))
      #expect(string.utf8.count <= 20)
    }
  }

  @Test func lengthsAboveAnInt() throws {
    let words = try Grammar(reading: "S -> 'a' S | 'b' S | 'c' S | 'a'")
    let strings = words.strings(count: 200, maximumLength: 60, isBalanced: true, key: RandomKey(1))
    for string in strings { #expect(words.isValid(string)) }
    let letters = strings.filter { $0.utf8.count > 50 }.joined().utf8
    let part = Double(letters.count { $0 == UInt8(ascii: "b") }) / Double(letters.count)
    #expect(abs(part - 1 / 3) < 5 * 0.48 / Double(letters.count).squareRoot() + 0.02)
  }

  @Test func nothingToDraw() throws {
    let grammar = try Grammar(reading: "S -> 'abc'", name: "abc")
    for sampling in GrammarSampling.allCases {
      expectMessage("abc: no string of at most 2 characters") {
        try GrammarSampler(of: grammar, sampling, maximumLength: 2)
      }
    }
    let empty = try Grammar(reading: "S -> ''")
    #expect(empty.strings(count: 2, maximumLength: 0, key: RandomKey(1)) == ["", ""])
    #expect(empty.isValid(""))
    #expect(empty.probability(of: "") == 1)
  }
}
