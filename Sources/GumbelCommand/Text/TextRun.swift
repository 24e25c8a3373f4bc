import Gumbel

/// What a run of `gumbel text train` was asked for: the `settings.json` of its directory.
struct TextRun: RunDescription {
  static let trainer = "gumbel text train"
  static let currentFormat = "gumbel text 2"

  /// The texts of a run, so far as others can be told from them.
  struct Texts: Codable, Equatable {
    /// A grammar as text, so that a run can be evaluated without its file.
    struct GrammarText: Codable, Equatable {
      let name, text: String
      /// How many strings were drawn of it.
      let count: Int
    }

    let name: String
    let form: TextOptions.Form
    let maximumLength: Int
    let trainCount, testCount, leftOut: Int
    /// Of the training strings' tokens.
    let fingerprint: String
    let grammar: GrammarText?
    /// The part that was set apart for testing, where the data do not say; nil in older runs.
    let testFraction: Double?

    init(_ data: TextData, testFraction: Double) {
      self.testFraction = testFraction
      let (split, train) = (data.split, data.split.train)
      name = train.name
      form = train.form
      maximumLength = train.maximumLength
      trainCount = train.count
      testCount = split.test.count
      leftOut = split.leftOut
      fingerprint = String(train.fingerprint, radix: 16)
      grammar = data.grammar.map {
        GrammarText(name: $0.name, text: $0.text, count: train.count)
      }
    }
  }

  private(set) var format = Self.currentFormat
  let texts: Texts
  let vocabulary: TextVocabulary
  let objective: TextObjective
  let settings: TextModel.Settings
  private(set) var plan: ModelPlan
  /// Of training against a discriminator; nil for likelihood alone.
  let adversarialPlan: TextGAN.Plan?
  let batchSize: Int
  let seed: UInt64
  private(set) var command: [String]
  /// Where the run was prolonged, the epochs that it was begun with.
  private var begun: Int?

  var dataName: String { texts.name }
  var epochs: Int { plan.epochs }
  var begunEpochs: Int { begun ?? plan.epochs }
  var stepsPerEpoch: Int { plan.stepsPerEpoch }

  init(
    texts: Texts, vocabulary: TextVocabulary, objective: TextObjective,
    settings: TextModel.Settings, plan: ModelPlan, adversarialPlan: TextGAN.Plan?, batchSize: Int,
    seed: UInt64, command: [String]
  ) {
    self.texts = texts
    self.vocabulary = vocabulary
    self.objective = objective
    self.settings = settings
    self.plan = plan
    self.adversarialPlan = adversarialPlan
    self.batchSize = batchSize
    self.seed = seed
    self.command = command
  }

  /// A GAN's plan stays as it was, since its rates and temperature are functions of its rounds.
  mutating func prolong(to epochs: Int) {
    guard epochs != plan.epochs else { return }
    begun = begunEpochs
    plan.epochs = epochs
    command = command.replacing(option: "--epochs", with: "\(epochs)")
  }

  var changing: [String] {
    guard let adversarialPlan else {
      return plan.learningRate.isConstant ? [] : ["the learning rate"]
    }
    return (adversarialPlan.finalRateShare == 1 ? [] : ["the learning rates"])
      + (adversarialPlan.temperature == adversarialPlan.finalTemperature ? [] : ["the temperature"])
  }

  var size: NetworkSize {
    adversarialPlan?.settings.size ?? settings.size(batch: batchSize, time: 1)
  }
  var sizeOptions: String {
    adversarialPlan == nil
      ? "--hidden, --layers, --embedding or --batch-size"
      : "--hidden, --discriminator-hidden, --max-length or --batch-size"
  }

  func makeTraining() throws -> TextTraining {
    let key = RandomKey(seed).folding(in: "training")
    if let adversarialPlan { return TextTraining(try TextGANTraining(adversarialPlan, key: key)) }
    return TextTraining(
      ModelTraining(
        try TextModel(settings, key: key.folding(in: "model")), plan: plan,
        key: key.folding(in: "steps")))
  }

  /// The grammar that the texts are of, read again.
  func grammar() throws -> Grammar? {
    try texts.grammar.map { try Grammar(reading: $0.text, name: $0.name) }
  }

  func hasPlan(of other: TextRun) -> Bool {
    plan == other.plan && adversarialPlan == other.adversarialPlan && vocabulary == other.vocabulary
  }

  var fields: [RunField] {
    let options = [
      ("--objective", objective.rawValue),
      ("--model", settings.kind.rawValue),
      ("--hidden", "\(settings.hidden)"),
      ("--layers", "\(settings.layers)"),
      ("--embedding", "\(settings.embedding)"),
      ("--dropout", "\(settings.dropout)"),
      ("--tied", "\(settings.tiesWeights)"),
      ("--epochs", "\(plan.epochs)"),
      ("--batch-size", "\(batchSize)"),
      ("--clip", plan.gradientNorm.map { "\($0)" } ?? "0"),
      ("--seed", "\(seed)"),
      ("--max-length", "\(texts.maximumLength)"),
    ].map { RunField($0.0, $0.1) }
    return options
      + (settings.kind == .transformer ? [RunField("--heads", "\(settings.heads)")] : []) + [
        RunField("texts that are", texts.form.rawValue, title: "texts"),
        RunField(
          "symbols that are", "\(vocabulary.symbols.count) \(vocabulary.unit.rawValue)",
          title: "symbols"),
        RunField("training strings", "\(texts.trainCount)"),
        RunField("strings with the fingerprint", texts.fingerprint, title: "fingerprint"),
        RunField(
          "a learning rate that is", "\(plan.learningRate(0)) to \(lastLearningRate)",
          title: "learning rate"),
      ] + (adversarialPlan.map(Self.fields) ?? [])
  }

  private static func fields(of plan: TextGAN.Plan) -> [RunField] {
    let settings = plan.settings
    return [
      ("--estimator", settings.estimator),
      ("--discriminator", settings.discriminatorKind.rawValue),
      (
        "--discriminator-hidden",
        settings.discriminatorWidths.first.map(String.init) ?? "none"
      ),
      ("--adversarial-loss", settings.loss.rawValue),
      ("--penalty", settings.penalty.rawValue),
      ("--penalty-weight", "\(settings.penaltyWeight)"),
      ("--temperature", NumberText.short(plan.temperature)),
      ("--final-temperature", NumberText.short(plan.finalTemperature)),
      ("--pretrain-epochs", "\(plan.pretrainingEpochs)"),
    ].map { RunField($0.0, $0.1) }
  }

  private var lastLearningRate: String { NumberText.short(plan.learningRate(max(steps - 1, 0))) }

  /// The network of a run as its directory holds it, also while it is being trained.
  static func trained(_ directory: String) throws -> (run: TextRun, model: TextModel) {
    let (run, training) = try readTraining(directory)
    return (run, training.model)
  }
}

// MARK: - Reading

extension TextRun {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    format = try values.decode(String.self, forKey: .format)
    texts = try values.decode(Texts.self, forKey: .texts)
    vocabulary = try values.decode(TextVocabulary.self, forKey: .vocabulary)
    objective = try values.named(.objective)
    settings = try values.decode(TextModel.Settings.self, forKey: .settings)
    plan = try values.decode(ModelPlan.self, forKey: .plan)
    adversarialPlan = try values.decodeIfPresent(TextGAN.Plan.self, forKey: .adversarialPlan)
    batchSize = try values.count(.batchSize, 1...1_000_000)
    seed = try values.checked(.seed, "a whole number from 0 on", where: { _ in true })
    command = try values.decode([String].self, forKey: .command)
    begun = try values.checkedIfPresent(
      .begun, "a whole number from 0 to the epochs of the plan",
      where: { [plan] in 0...plan.epochs ~= $0 })
    try checkAgreement(values)
  }

  /// Throws where one part does not fit another.
  private func checkAgreement(_ values: KeyedDecodingContainer<CodingKeys>) throws {
    guard (adversarialPlan == nil) == (objective == .likelihood) else {
      throw values.unexpected(.adversarialPlan, "a plan where the objective is not likelihood")
    }
    guard settings.vocabularyCount == vocabulary.count else {
      throw values.unexpected(.vocabulary, "\(settings.vocabularyCount - 1) symbols")
    }
    // A window of running text has no end.
    if let limit = settings.timeLimit, limit < texts.maximumLength {
      throw values.unexpected(.texts, "strings of at most the \(limit) symbols of the network")
    }
    if let adversarialPlan {
      guard adversarialPlan.settings.model == settings,
        adversarialPlan.roundsPerEpoch == plan.stepsPerEpoch,
        adversarialPlan.epochs == begunEpochs
      else {
        throw values.unexpected(.adversarialPlan, "the network, the epochs and rounds of the run")
      }
    }
  }
}

extension TextRun.Texts {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    form = try values.named(.form)
    grammar = try values.decodeIfPresent(GrammarText.self, forKey: .grammar)
    maximumLength = try values.count(.maximumLength, 1...(grammar == nil ? 100_000 : 1000))
    trainCount = try values.count(.trainCount, 1...Int(Int32.max))
    testCount = try values.count(.testCount, 0...Int(Int32.max))
    leftOut = try values.count(.leftOut, 0...Int.max)
    fingerprint = try values.decode(String.self, forKey: .fingerprint)
    testFraction = try values.checkedIfPresent(
      .testFraction, "a number between 0 and 1", where: { $0 > 0 && $0 < 1 })
  }
}

extension TextRun.Texts.GrammarText {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    text = try values.decode(String.self, forKey: .text)
    count = try values.count(.count, 1...100_000_000)
  }
}
