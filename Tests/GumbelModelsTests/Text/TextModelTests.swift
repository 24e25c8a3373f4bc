import GumbelDatasets
import GumbelDistributions
import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing

@Suite struct TextModelTests {
  static let kinds = TextModel.NetworkKind.allCases

  private func settings(
    _ kind: TextModel.NetworkKind, vocabulary: Int = 4, layers: Int = 2, isTied: Bool = false
  ) -> TextModel.Settings {
    var settings = TextModel.Settings(vocabularyCount: vocabulary)
    settings.kind = kind
    settings.hidden = 16
    settings.embedding = isTied ? 16 : 8
    settings.layers = layers
    settings.tiesWeights = isTied
    return settings
  }

  private let strings = ["ab", "abc", "c", "aabbc", "abab", "ccc"]

  private func set() throws -> TextSet { try TextSet(strings, name: "strings") }

  // MARK: - Likelihood

  /// Each step sees what whole sequences saw.
  @Test(arguments: kinds) func stepsAreTheWhole(_ kind: TextModel.NetworkKind) throws {
    let model = try TextModel(settings(kind), key: RandomKey(1))
    let tokens = try set().batch([0, 3, 1]).tokens
    let whole = model.logits(tokens)
    #expect(whole.shape == [6, 3, 4])
    let table = model.projectedTable()
    var (state, last) = (model.initialState(batch: 3), Tensor(int32: [0, 0, 0]))
    var relaxedState = state
    for t in 0..<6 {
      let (logits, next) = model.step(last, table: table, from: state)
      let (relaxed, relaxedNext) = model.step(
        last.oneHot(depth: 4), table: table, from: relaxedState)
      let expected = whole[t].scalars
      for (found, name) in [(logits, "token"), (relaxed, "one-hot")] {
        let difference = zip(found.scalars, expected).map { ($0 - $1).magnitude }.max()!
        #expect(difference < 1e-5, "\(name) at \(t): \(difference)")
      }
      (state, relaxedState, last) = (next, relaxedNext, tokens[t])
    }
  }

  @Test(arguments: kinds) func paddingDoesNotCount(_ kind: TextModel.NetworkKind) throws {
    let model = try TextModel(settings(kind), key: RandomKey(2))
    let set = try set()
    let short = model.negativeLogLikelihood(of: set.batch([0, 2])).scalars
    let long = model.negativeLogLikelihood(of: set.batch([0, 2], time: 9)).scalars
    for (a, b) in zip(short, long) { #expect((a - b).magnitude < 1e-5) }
    let likelihood = model.likelihood(of: set, batchSize: 4, progress: { _ in })
    let all = model.negativeLogLikelihood(of: set.batch(0..<6)).scalars
    let mean = Double(all.reduce(0, +)) / 6
    #expect((likelihood.natsPerString - mean).magnitude < 1e-4)
    let symbols = Double(strings.reduce(0) { $0 + $1.count })
    #expect(
      (likelihood.bitsPerCharacter - mean * 6 / symbols / 0.693147180559945).magnitude < 1e-4)
    #expect(
      (likelihood.bitsPerToken * (symbols + 6) / symbols - likelihood.bitsPerCharacter)
        .magnitude < 1e-6)
  }

  /// Of strings of up to two symbols and no more, all probabilities add up to 1.
  @Test(arguments: kinds) func probabilitiesAddUp(_ kind: TextModel.NetworkKind) throws {
    let model = try TextModel(settings(kind), key: RandomKey(3))
    // Every string of two tokens: shorter ones stand there with what follows their end.
    var total = 0.0
    for first in 0..<4 as Range<Int32> {
      for second in 0..<4 as Range<Int32> {
        let batch = TextBatch(
          tokens: Tensor(int32: [first, second], shape: [2, 1]), mask: Tensor.ones([2, 1]))
        total += Double(exp(-model.negativeLogLikelihood(of: batch)).scalars[0])
      }
    }
    #expect((total - 1).magnitude < 1e-5)
  }

  @Test func tiedWeightsAreStoredOnce() throws {
    let free = try TextModel(settings(.lstm, layers: 1), key: RandomKey(1))
    let tied = try TextModel(settings(.lstm, layers: 1, isTied: true), key: RandomKey(1))
    let names = tied.namedTensors.map(\.name)
    let freeNames = free.namedTensors.map(\.name)
    #expect(!names.contains("outputWeight"))
    #expect(freeNames.contains("outputWeight"))
    #expect(names.count == Set(names).count)
    // The gradient reaches the table from both ends, also in rows that were never shown.
    let batch = try set().batch([2])
    let gradient = gradient(at: tied) { $0.negativeLogLikelihood(of: batch).sum() }
    let unseen = gradient.embedding.table[1].scalars
    let isReached = unseen.contains { $0 != 0 }
    #expect(isReached)
  }

  @Test func settingsThatContradictEachOtherAreRefused() {
    var settings = TextModel.Settings(vocabularyCount: 3)
    settings.tiesWeights = true
    let error = #expect(throws: TextSettingsError.self) {
      try TextModel(settings, key: RandomKey(0))
    }
    #expect(
      error?.description
        == "tied weights with an embedding of 64 and outputs of 256, expected them to be the same")
    settings.tiesWeights = false
    settings.dropout = 1
    #expect(throws: TextSettingsError.self) { try settings.validate() }
    settings.dropout = 0
    settings.layers = 0
    #expect(throws: TextSettingsError.self) { try settings.validate() }
  }

  // MARK: - Training

  private func train(
    _ settings: TextModel.Settings, epochs: Int, compiled: Bool = true
  ) throws -> Training<Descent<TextModel, Adam>> {
    let set = try set()
    var batches = TextBatches(set, batchSize: 3, rounding: 1, key: RandomKey(4))
    var plan = DescentPlan(epochs: epochs, stepsPerEpoch: 2)
    plan.learningRate = .constant(0.02)
    plan.gradientNorm = 1
    var training = Training(
      Descent(try TextModel(settings, key: RandomKey(5)), plan: plan), key: RandomKey(6))
    let isDone = try training.run(on: { batches.batch($0) }, compiled: compiled)
    #expect(isDone)
    return training
  }

  /// Six strings are soon known by heart: what is left is which one comes, log 6.
  @Test(arguments: kinds) func stringsAreLearnt(_ kind: TextModel.NetworkKind) throws {
    let model = try train(settings(kind, layers: 1), epochs: 150).model
    let nats = model.likelihood(of: try set(), progress: { _ in }).natsPerString
    #expect(nats < 2.2, "\(nats), of at least 1.79")
    let generator = TextGenerator(
      model, maximumLength: 10, sampling: try TokenSampling(temperature: 0.5), key: RandomKey(7))
    let found = try generator.strings(count: 64, vocabulary: set().vocabulary)
    let known = found.count { strings.contains($0) }
    #expect(known > 48, "\(known) of 64")
  }

  @Test(arguments: kinds) func compiledTrainingHasTheSameBits(
    _ kind: TextModel.NetworkKind
  ) throws {
    var settings = settings(kind)
    settings.dropout = 0.3
    let a = try train(settings, epochs: 2).tensors
    let b = try train(settings, epochs: 2, compiled: false).tensors
    for (a, b) in zip(a, b) where a.elementType == .float32 {
      let (bits, others) = (a.scalars.map(\.bitPattern), b.scalars.map(\.bitPattern))
      #expect(bits == others)
    }
  }

  @Test func gradientsAreScaledDownToTheNorm() throws {
    let model = try TextModel(settings(.gru), key: RandomKey(1))
    let batch = try set().batch([0, 1])
    func change(_ norm: Float?) -> Training<Descent<TextModel, Adam>> {
      var plan = DescentPlan(epochs: 1, stepsPerEpoch: 1)
      plan.gradientNorm = norm
      var training = Training(Descent(model, plan: plan), key: RandomKey(2))
      training.setRates(at: 0)
      training.trainStep(on: batch)
      return training
    }
    // Adam's first step is blind to scale; its moments are not.
    func moments(_ training: Training<Descent<TextModel, Adam>>) -> Float {
      training.namedTensors.filter { $0.name.contains("firstMoments") }
        .reduce(0) { $0 + square($1.tensor).sum().scalar }.squareRoot()
    }
    #expect((moments(change(0.01)) / 0.001 - 1).magnitude < 1e-3)
    let (free, wide) = (moments(change(nil)), moments(change(1e6)))
    #expect((free / wide - 1).magnitude < 1e-5)
  }

  // MARK: - Generation

  @Test(arguments: kinds) func aStringDoesNotDependOnTheCount(
    _ kind: TextModel.NetworkKind
  ) throws {
    let model = try TextModel(settings(kind), key: RandomKey(8))
    let vocabulary = try set().vocabulary
    func strings(_ count: Int, seed: UInt64 = 1) throws -> [String] {
      try TextGenerator(
        model, maximumLength: 12, sampling: try TokenSampling(), key: RandomKey(seed)
      ).strings(count: count, vocabulary: vocabulary)
    }
    let many = try strings(130)
    #expect(try strings(3) == Array(many[..<3]))
    #expect(try strings(65) == Array(many[..<65]))
    #expect(Set(many).count > 20)
    #expect(try strings(130, seed: 2) != many)
    let generator = TextGenerator(
      model, maximumLength: 12, sampling: try TokenSampling(), key: RandomKey(1))
    #expect(try generator.strings(60..<70, vocabulary: vocabulary) == Array(many[60..<70]))
    let longest = many.reduce(0) { max($0, $1.count) }
    #expect(longest <= 12)
  }

  /// Shares of first symbols are those of the model, whose error has a standard deviation of at
  /// most 0.5 / √2048 = 0.011; four of these are exceeded once in 16,000.
  @Test func symbolsAreDrawnWithTheirProbabilities() throws {
    let model = try TextModel(settings(.lstm), key: RandomKey(9))
    let probabilities = model.logits(Tensor(int32: [0], shape: [1, 1])).softmax().scalars
    let generator = TextGenerator(
      model, maximumLength: 1, sampling: try TokenSampling(), key: RandomKey(10))
    let tokens = try generator.tokens(0..<2048)
    for token in 0..<4 as Range<Int32> {
      let share = Double(tokens.count { ($0.first ?? 0) == token }) / 2048
      #expect((share - Double(probabilities[Int(token)])).magnitude < 0.044)
    }
  }

  @Test func logitsThatAreNoNumbersAreAnError() throws {
    var model = try TextModel(settings(.lstm), key: RandomKey(9))
    model.outputBias = Tensor(repeating: .nan, shape: [4])
    let generator = TextGenerator(
      model, maximumLength: 3, sampling: .greedy, key: RandomKey(10))
    let error = #expect(throws: TextGenerationError.self) { try generator.tokens(0..<2) }
    #expect(error?.string == 0 && error?.position == 0)
  }
}
