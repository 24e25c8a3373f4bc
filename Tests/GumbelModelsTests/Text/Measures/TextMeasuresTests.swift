import Foundation
import GumbelDatasets
import GumbelModels
import GumbelTensors
import Testing

@Suite struct TextMeasuresTests {
  @Test func byHand() {
    let measures = TextMeasures.measure(
      generated: ["x", "x+x", "x+x", "x+", "x*x", "x-x-x", "yy", "yy"],
      training: ["x", "x*x"], reference: ["x", "x+x", "x", "x+x+x"],
      grammar: .arithmetic, maximumLength: 4)
    #expect(measures.samples == 8)
    #expect(measures.validity == 5.0 / 8)
    #expect(measures.unique == 6.0 / 8)
    #expect(measures.uniqueValid == 4)
    // x+x and x-x-x of four.
    #expect(measures.novel == 0.5)
    // Of x, x+x, x-x, x*x and x/x.
    #expect(measures.coverage == 3.0 / 5)
    #expect(measures.languageSize == 5)
    // Lengths 1: 1/8 and 1/2, 2: 3/8 and 0, 3: 3/8 and 1/4, 5: 1/8 and 1/4.
    #expect(measures.lengthTotalVariation == 0.5)
    #expect(measures.negativeLogLikelihood == nil)
  }

  /// Few strings of very many: the part is small and not 0, even where no Int holds the number.
  @Test func hugeLanguages() throws {
    // x and so many more with one of four operators: 1 + 4 + … + 4ⁿ strings.
    for (maximumLength, operators) in [(41, 20.0), (201, 100)] {
      let measures = TextMeasures.measure(
        generated: ["x", "x+x", "x+", "x"], training: [], reference: ["x"], grammar: .arithmetic,
        maximumLength: maximumLength)
      let size = (pow(4, operators + 1) - 1) / 3
      let found = try #require(measures.languageSize)
      #expect(abs(found / size - 1) < 1e-14)
      let coverage = try #require(measures.coverage)
      #expect(coverage > 0 && abs(coverage * size / 2 - 1) < 1e-14)
    }
    // 4⁶⁰⁰ strings of so many digits are more than a Double holds.
    let digits = try Grammar(reading: "S -> D | D S\nD -> '0' | '1' | '2' | '3'", name: "digits")
    let measures = TextMeasures.measure(
      generated: ["1"], training: [], reference: ["1"], grammar: digits, maximumLength: 600)
    #expect(measures.languageSize == nil && measures.coverage == nil)
  }

  @Test func withoutAGrammar() {
    let measures = TextMeasures.measure(
      generated: ["a", "b", "b", "e\u{301}", "\u{E9}"], training: ["b"], reference: ["a"],
      grammar: nil, maximumLength: 4)
    #expect(measures.validity == nil)
    #expect(measures.coverage == nil)
    #expect(measures.languageSize == nil)
    #expect(measures.uniqueValid == nil)
    #expect(measures.unique == 0.8)
    #expect(measures.novel == 0.75)
    #expect(abs(measures.lengthTotalVariation - 0.2) < 1e-15)
  }

  @Test func everyKeyIsThere() throws {
    var measures = TextMeasures.measure(
      generated: ["ab", "ba"], training: [], reference: ["ab"], grammar: nil, maximumLength: 4)
    let data = try JSONEncoder().encode(measures)
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let keys = [
      "bleu", "coverage", "languageSize", "lengthTotalVariation", "negativeLogLikelihood", "novel",
      "samples", "selfBleu", "unique", "uniqueValid", "validity",
    ]
    #expect(object.keys.sorted() == keys)
    #expect(object["validity"] is NSNull)
    #expect((object["bleu"] as? [String: Double])?.keys.sorted() == ["2", "3", "4", "5"])
    #expect(try JSONDecoder().decode(TextMeasures.self, from: data) == measures)
    measures.negativeLogLikelihood = 1.5
    let changed = try JSONEncoder().encode(measures)
    #expect(try JSONDecoder().decode(TextMeasures.self, from: changed) == measures)
  }

  /// What a model that has learnt the grammar perfectly would get, from as many texts as are drawn
  /// of a trained one.
  @Test func twentyThousandStrings() {
    let grammar = Grammar.arithmetic
    func strings(_ count: Int, _ seed: UInt64) -> [String] {
      grammar.strings(count: count, maximumLength: 12, isBalanced: true, key: RandomKey(seed))
    }
    let training = strings(5000, 1)
    let measures = TextMeasures.measure(
      generated: strings(20_000, 2), training: training, reference: training, grammar: grammar,
      maximumLength: 12)
    #expect(measures.validity == 1)
    #expect(measures.lengthTotalVariation < 0.001)
    // A string of 11 characters is missed by 3,333 draws of 1,024 with probability 0.04.
    #expect(measures.coverage! > 0.95)
    #expect(measures.coverage! < 0.99)
    #expect(measures.bleu[2]! > 0.6)
    #expect(measures.selfBleu[5]! <= measures.selfBleu[2]!)
  }

  @Test func lengths() {
    #expect(LengthDistance.totalVariation(["a"], ["b"]) == 0)
    #expect(LengthDistance.totalVariation(["a", "ab"], ["b", "abc"]) == 0.5)
    #expect(LengthDistance.totalVariation(["e\u{301}"], ["\u{E9}"]) == 1)
  }
}
