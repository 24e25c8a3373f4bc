import GumbelDistributions
import GumbelEstimators
import GumbelModels
import GumbelOptimizers
import GumbelTensors
import GumbelTraining
import Testing
import _GumbelTestSupport

/// What passes the gradient through the choices of a string.
@Suite struct StringEstimatorTests {
  static let key = RandomKey(7)
  static let names = TextGAN.Settings.estimatorNames

  @Test func thoseThatWorkAreNamed() {
    #expect(
      Self.names == [
        "gumbel-softmax", "straight-through-gumbel-softmax", "decoupled-straight-through",
        "straight-through", "reinmax", "gumbel-rao", "gapped-straight-through", "score-function",
        "score-function-baseline", "rloo",
      ])
  }

  /// All others of the package are refused, with a reason.
  @Test func othersAreRefused() throws {
    let known =
      OneHotCategorical<Tensor>.builtInEstimators.map(\.name)
      + Bernoulli<Tensor>.builtInEstimators.map(\.name)
    for name in Set(known).subtracting(Self.names) {
      var settings = Sums.settings(hidden: 4)
      settings.estimator = name
      let error = #expect(throws: TextSettingsError.self) { try TextGAN(settings, key: Self.key) }
      let message = "\(error!)"
      #expect(message.hasPrefix("the estimator \(name): "))
      #expect(!message.contains("no such"))
      #expect(message.contains("expected gumbel-softmax, "))
    }
    #expect(TextGAN.Settings.problem(ofEstimator: "nonsense")!.contains("no such estimator"))
    var settings = Sums.settings(hidden: 4)
    (settings.estimator, settings.batchSize) = ("rloo", 1)
    let error = #expect(throws: TextSettingsError.self) { try TextGAN(settings, key: Self.key) }
    #expect("\(error!)".contains("a batch of 1 string"))
  }

  /// Every parameter of the generator gets a gradient, through strings that are discrete but for
  /// relaxed ones.
  @Test(arguments: names)
  func aGradientReachesTheGenerator(_ name: String) throws {
    var settings = Sums.settings(hidden: 4)
    settings.estimator = name
    settings.latentWidth = 2
    let gan = try TextGAN(settings, key: Self.key)
    var estimator = try #require(StringEstimator(named: name))
    estimator.anneal(to: Tensor(0.7))
    let rules = TextGANLosses(settings: settings, estimator: estimator)
    let rows = rules.written(by: gan.generator, key: Self.key).rows
    let fraction = (rows * (1 - rows)).max().scalar
    #expect((fraction == 0) == (name != "gumbel-softmax"))
    let distance = GumbelTensors.abs(rows.sum(along: -1) - 1).max().scalar
    #expect(distance < 1e-5)
    let real = rules.batch(of: Sums.strings, key: Self.key)
    let found = gradient(at: gan.generator) {
      rules.generatorLoss(of: $0, by: gan.discriminator, real: real, key: Self.key)
    }
    for (name, tensor) in found.namedTensors {
      let largest = GumbelTensors.abs(tensor).max().scalar
      #expect(largest > 0 && largest < .infinity, "\(name)")
    }
  }

  /// A temperature reaches the draws, and that of the training reaches the estimator.
  @Test func temperaturesAreAnnealed() throws {
    for name in Self.names {
      var settings = Sums.settings(hidden: 4)
      settings.estimator = name
      var gan = try TextGAN(settings, key: Self.key)
      gan.anneal(to: 0.25)
      let temperatures = gan.namedTensors
        .filter { $0.name.hasSuffix("emperature") && !$0.name.contains("forward") }
      let isScore = ["straight-through", "score-function", "score-function-baseline", "rloo"]
        .contains(name)
      #expect(temperatures.count == (isScore ? 0 : 1))
      #expect(temperatures.allSatisfy { $0.tensor.scalar == 0.25 })
      let plan = settings.plan(epochs: 2, roundsPerEpoch: 10)
      let isConstant = ["decoupled-straight-through", "reinmax", "gapped-straight-through"]
        .contains(name)
      #expect((plan.temperature(0) == plan.temperature(20)) == isConstant)
    }
  }

  /// The baseline of the moving average is state that rounds change.
  @Test func theAverageFollowsTheCosts() throws {
    var settings = Sums.settings(hidden: 4)
    settings.estimator = "score-function-baseline"
    settings.loss = .nonSaturating
    var training = try Training(
      settings, plan: Sums.plan(settings, epochs: 1, rounds: 2), key: Self.key)
    training.setRates(at: 0)
    func average() -> Float {
      let state = Dictionary(
        uniqueKeysWithValues: training.namedTensors.map { ($0.name, $0.tensor) })
      return state["model.estimator.sum"]!.scalar / state["model.estimator.weight"]!.scalar
    }
    let loss = training.trainStep(on: Sums.strings)[0].scalar
    let first = average()
    #expect(Swift.abs(first - loss) < 1e-4)
    let next = training.trainStep(on: Sums.strings)[0].scalar
    let second = average()
    #expect(Swift.abs(second - (0.99 * loss + next) / 1.99) < 1e-4)
  }

  /// The score function's gradient, averaged, is that of the cost summed over all strings.
  @Test(arguments: ["score-function", "score-function-baseline", "rloo"])
  func scoresAreUnbiased(_ name: String) throws {
    var model = TextModel.Settings(vocabularyCount: 3)
    (model.hidden, model.embedding) = (3, 2)
    var settings = TextGAN.Settings(model, length: 2)
    settings.estimator = name
    settings.loss = .nonSaturating
    settings.batchSize = 4
    let gan = try TextGAN(settings, key: Self.key)
    var estimator = try #require(StringEstimator(named: name))
    if case .score(.movingAverage(var average)) = estimator {
      average.observe(Tensor(0.5))
      estimator = .score(.movingAverage(average))
    }
    let rules = TextGANLosses(settings: settings, estimator: estimator)
    let discriminator = TextDiscriminator(
      PerceptronDiscriminator(length: 2, vocabularySize: 3, hiddenWidths: [8], key: Self.key))
    let all = Tensor(int32: [0, 1, 1, 1, 2, 2, 2, 0, 0, 1, 2, 0, 1, 2], shape: [2, 7])
    let exact = gradient(at: gan.generator) { generator in
      (0..<7).reduce(Tensor(0)) { sum, column in
        let string = all.sliced(along: 1, column..<(column + 1))
        let symbols: Float = column == 0 ? 1 : 2
        let probability = exp(-symbols * generator.negativeLogLikelihood(of: string, key: Self.key))
        return sum + probability * softplus(-discriminator(string.oneHot(depth: 3))).sum()
      }
    }.model.outputBias
    let step = compile { (generator: inout TextGAN.Generator, key: RandomKey) in
      gradient(at: generator) {
        rules.generatorLoss(of: $0, by: discriminator, real: Tensor.zeros([2, 4, 3]), key: key)
      }.model.outputBias
    }
    var generator = gan.generator
    var (sum, squares) = (Tensor.zeros([3]), Tensor.zeros([3]))
    let count: Float = 8000
    for draw in 0..<Int(count) {
      let found = step(&generator, Self.key.folding(in: draw))
      (sum, squares) = (sum + found, squares + square(found))
    }
    let mean = sum / count
    let error = sqrt((squares / count - square(mean)) / count)
    let deviation = (GumbelTensors.abs(mean - exact) / error).max().scalar
    // Three estimators of three components, each with an error rate of 6e-5.
    #expect(deviation < 4)
  }
}
