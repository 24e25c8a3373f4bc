import GumbelDatasets
import GumbelDistributions
import GumbelModels
import GumbelTensors
import Testing
import _GumbelTestSupport

/// How probable strings are, and strings that go on from a beginning.
@Suite struct TextScorerTests {
  static let kinds = TextModel.NetworkKind.allCases

  private func model(_ kind: TextModel.NetworkKind, key: Int = 1) throws -> TextModel {
    var settings = TextModel.Settings(vocabularyCount: 4)
    settings.kind = kind
    settings.hidden = 16
    settings.embedding = 8
    settings.layers = 2
    settings.time = 30
    return try TextModel(settings, key: RandomKey(UInt64(key)))
  }

  /// Strings of many lengths, the empty one among them.
  private let strings: [[Int32]] = (0..<150).map { (i: Int) -> [Int32] in
    (0..<(i * 7 % 29)).map { (place: Int) -> Int32 in Int32(1 + (i * i + place * 5) % 3) }
  }

  @Test(arguments: kinds) func scoresAreLikelihoods(_ kind: TextModel.NetworkKind) throws {
    let model = try model(kind)
    let scores = try TextScorer(model).logProbabilities(of: strings)
    let open = try TextScorer(model, endsStrings: false).logProbabilities(of: strings)
    for (string, (score, openScore)) in zip(strings, zip(scores, open)) {
      let time = string.count + 1
      func batch(_ mask: [Float]) -> TextBatch {
        TextBatch(
          tokens: Tensor(int32: string + [0], shape: [time, 1]),
          mask: Tensor(mask, shape: [time, 1]))
      }
      let ones = [Float](repeating: 1, count: time)
      let expected = -Double(model.negativeLogLikelihood(of: batch(ones)).scalars[0])
      #expect((score - expected).magnitude < 1e-4)
      let expectedOpen = -Double(
        model.negativeLogLikelihood(of: batch(ones.dropLast() + [0])).scalars[0])
      #expect((openScore - expectedOpen).magnitude < 1e-4)
    }
    let alone = try strings[..<40].map { try TextScorer(model).logProbabilities(of: [$0])[0] }
    for (a, b) in zip(alone, scores) { #expect((a - b).magnitude < 1e-4) }
    #expect(try TextScorer(model).logProbabilities(of: []) == [])
    #expect(TextScorer(model).maximumLength == (kind == .transformer ? 29 : nil))
  }

  /// Of strings of one symbol more than a prefix the last one is that of the model: errors of one in a
  /// million, over all keys.
  @Test(arguments: kinds) func symbolsFollowThePrefix(_ kind: TextModel.NetworkKind) throws {
    let model = try model(kind)
    let prefix: [Int32] = [2, 1, 1, 3]
    let generator = TextGenerator(
      model, maximumLength: 5, prefix: prefix, sampling: try TokenSampling(), key: RandomKey(5))
    let found = try generator.tokens(0..<8000)
    #expect(found.allSatisfy { $0.starts(with: prefix) && $0.count <= 5 })
    var counts = [Int](repeating: 0, count: 4)
    for string in found { counts[string.count == 5 ? Int(string[4]) : 0] += 1 }
    let scorer = TextScorer(model, endsStrings: false)
    let whole = try scorer.logProbabilities(of: (1...3).map { prefix + [$0] })
    let start = try scorer.logProbabilities(of: [prefix])[0]
    let ended = try TextScorer(model).logProbabilities(of: [prefix])[0]
    let probabilities = ([ended] + whole).map { Double(exp(Tensor(Float($0 - start))).scalar) }
    #expect((probabilities.reduce(0, +) - 1).magnitude < 1e-4)
    #expect(chiSquareRatio(counts, probabilities) <= 1)
  }

  /// With a beginning of its own before it, each string is drawn again, however many are drawn.
  @Test(arguments: kinds) func noiseIsThatOfThePlace(_ kind: TextModel.NetworkKind) throws {
    let model = try model(kind)
    func generator(_ prefix: [Int32]) throws -> TextGenerator {
      TextGenerator(
        model, maximumLength: 12, prefix: prefix, sampling: try TokenSampling(temperature: 0.9),
        key: RandomKey(6))
    }
    let all = try generator([]).tokens(0..<40)
    for (i, string) in all.enumerated() where string.count >= 3 {
      for length in [1, 3, string.count] {
        let prefix = Array(string[..<length])
        #expect(try generator(prefix).tokens(i..<(i + 1)) == [string])
      }
    }
    let full = [Int32](repeating: 1, count: 12)
    #expect(try generator(full).tokens(0..<2) == [full, full])
  }
}
