import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run of `gumbel text train` was asked for: the `settings.json` of its directory.
struct TextRun: Codable {
  private static let currentFormat = "gumbel text 2"

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

  private let format: String
  let texts: Texts
  let vocabulary: TextVocabulary
  let objective: TextObjective
  let settings: TextModel.Settings
  let plan: ModelPlan
  /// Of training against a discriminator; nil for likelihood alone.
  let adversarialPlan: TextGAN.Plan?
  let batchSize: Int
  let seed: UInt64
  /// How the run was begun, for its report.
  let command: [String]

  init(
    texts: Texts, vocabulary: TextVocabulary, objective: TextObjective,
    settings: TextModel.Settings, plan: ModelPlan, adversarialPlan: TextGAN.Plan?, batchSize: Int,
    seed: UInt64, command: [String]
  ) {
    format = Self.currentFormat
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

  init(json: String, path: String) throws {
    let found: TextRun
    do {
      found = try JSON.value(TextRun.self, from: json)
    } catch {
      throw CommandFailure("\(path): expected the settings of a run of gumbel text train")
    }
    guard found.format == Self.currentFormat else {
      throw CommandFailure(
        "\(path): found the format \"\(found.format)\", expected \"\(Self.currentFormat)\"")
    }
    self = found
  }

  var steps: Int { plan.epochs * plan.stepsPerEpoch }

  func makeTraining() throws -> TextTraining {
    let key = RandomKey(seed).folding(in: "training")
    if let adversarialPlan { return .adversarial(try TextGANTraining(adversarialPlan, key: key)) }
    return .likelihood(
      ModelTraining(
        try TextModel(settings, key: key.folding(in: "model")), plan: plan,
        key: key.folding(in: "steps")))
  }

  /// The grammar that the texts are of, read again.
  func grammar() throws -> Grammar? {
    try texts.grammar.map { try Grammar(reading: $0.text, name: $0.name) }
  }

  // MARK: - Comparison

  /// Throws unless a run with these settings can go on with that of a directory.
  func checkContinues(_ other: TextRun, path: String) throws {
    for (mine, theirs) in zip(fields, other.fields) where mine.value != theirs.value {
      throw CommandFailure(
        "\(path): the run has \(theirs.name) \(theirs.value), found \(mine.value); expected the "
          + "same data and options to go on")
    }
    guard plan == other.plan, adversarialPlan == other.adversarialPlan,
      vocabulary == other.vocabulary
    else {
      throw CommandFailure(
        "\(path): the run has another plan; expected the same data and options to go on")
    }
  }

  /// What is decisive, by the names of the options, as text.
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

  // MARK: - Reading

  /// The settings in a run's directory.
  static func read(_ directory: String) throws -> TextRun {
    let path = directory + "/settings.json"
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw CommandFailure(
        "\(directory): holds no run that can be read; expected the directory that gumbel text "
          + "train --checkpoint wrote")
    }
    return try TextRun(json: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// The network of a run as its directory holds it, also while it is being trained.
  static func trained(_ directory: String) throws -> (run: TextRun, model: TextModel) {
    let run = try read(directory)
    var training = try run.makeTraining()
    _ = try RunDirectory.restore(&training, from: directory + "/checkpoint.safetensors")
    return (run, training.model)
  }
}
