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

    init(_ data: TextData) {
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
  let command: [String]

  var dataName: String { texts.name }
  var epochs: Int {
    get { plan.epochs }
    set { plan.epochs = newValue }
  }
  /// A GAN's rates and temperature change over all rounds.
  var isIndependentOfEpochs: Bool { adversarialPlan == nil }
  var stepsPerEpoch: Int { plan.stepsPerEpoch }

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

  var fields: [(name: String, value: String)] {
    [
      ("--objective", objective.rawValue),
      ("--model", settings.kind.rawValue),
      ("--hidden", "\(settings.hidden)"),
      ("--layers", "\(settings.layers)"),
      ("--heads", "\(settings.heads)"),
      ("--embedding", "\(settings.embedding)"),
      ("--dropout", "\(settings.dropout)"),
      ("--tied", "\(settings.tiesWeights)"),
      ("--epochs", "\(plan.epochs)"),
      ("--batch-size", "\(batchSize)"),
      ("--clip", plan.gradientNorm.map { "\($0)" } ?? "0"),
      ("--seed", "\(seed)"),
      ("--max-length", "\(texts.maximumLength)"),
      ("texts that are", texts.form.rawValue),
      ("symbols that are", "\(vocabulary.symbols.count) \(vocabulary.unit.rawValue)"),
      ("training strings", "\(texts.trainCount)"),
      ("strings with the fingerprint", texts.fingerprint),
      ("a learning rate that is", "\(plan.learningRate(0)) to \(lastLearningRate)"),
    ] + (adversarialPlan.map(Self.fields) ?? [])
  }

  private static func fields(of plan: TextGAN.Plan) -> [(name: String, value: String)] {
    let settings = plan.settings
    return [
      ("--estimator", settings.estimator),
      ("--discriminator", settings.discriminatorKind.rawValue),
      ("--discriminator-hidden", "\(settings.discriminatorWidths[0])"),
      ("--adversarial-loss", settings.loss.rawValue),
      ("--penalty", settings.penalty.rawValue),
      ("--penalty-weight", "\(settings.penaltyWeight)"),
      ("--temperature", NumberText.short(plan.temperature)),
      ("--final-temperature", NumberText.short(plan.finalTemperature)),
      ("--pretrain-epochs", "\(plan.pretrainingEpochs)"),
    ]
  }

  private var lastLearningRate: String { NumberText.short(plan.learningRate(max(steps - 1, 0))) }

  /// The network of a run as its directory holds it, also while it is being trained.
  static func trained(_ directory: String) throws -> (run: TextRun, model: TextModel) {
    let (run, training) = try readTraining(directory)
    return (run, training.model)
  }
}
