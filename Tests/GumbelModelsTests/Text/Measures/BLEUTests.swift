import GumbelDatasets
import GumbelModels
import Testing

@Suite struct BLEUTests {
  @Test(arguments: bleuFixtures.indices) func asNLTKHasIt(index: Int) {
    let fixture = bleuFixtures[index]
    let scores = BLEU.scores(of: fixture.texts, against: fixture.references)
    let own = BLEU.selfScores(of: fixture.texts)
    #expect(scores.keys.sorted() == [2, 3, 4, 5])
    for order in 2...5 {
      #expect(abs(scores[order]! - fixture.bleu[order - 2]) < 1e-12, "BLEU-\(order)")
      #expect(abs(own[order]! - fixture.selfBLEU[order - 2]) < 1e-12, "self-BLEU-\(order)")
    }
  }

  @Test func edges() {
    // The same texts, and nothing in common.
    #expect(BLEU.scores(of: ["abcdef"], against: ["abcdef", "x"]) == [2: 1, 3: 1, 4: 1, 5: 1])
    #expect(BLEU.scores(of: ["abc"], against: ["xyz"]) == [2: 0, 3: 0, 4: 0, 5: 0])
    #expect(BLEU.scores(of: ["", "abcde"], against: ["abcde"])[5] == 0.5)
    #expect(BLEU.scores(of: [], against: ["abc"])[2] == 0)
    #expect(BLEU.scores(of: ["abc"], against: [])[2] == 0)
    #expect(BLEU.selfScores(of: ["abcde"])[2] == 0)
    #expect(BLEU.selfScores(of: ["abcde", "abcde"])[5] == 1)
    // Characters that only look the same are different.
    #expect(BLEU.scores(of: ["\u{E9}"], against: ["e\u{301}"])[2] == 0)
  }
}
