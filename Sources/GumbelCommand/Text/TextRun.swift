import SwiftGumbel

/// What a run of `gumbel text train` was asked for: the `settings.json` of its directory.
struct TextRun: RunDescription {
  static let trainer = "gumbel text train"
  static let currentFormat = "gumbel text 3"

  /// The texts of a run, so far as others can be told from them.
  struct Texts: Codable, Equatable {
    /// A grammar as text, so that a run can be evaluated without its file.
    struct GrammarText: Codable, Equatable {
      let name, text: String
      /// How many strings were drawn of it.
      let count: Int
    }

    var data: RunData
    let form: TextOptions.Form
    let maximumLength: Int
    let leftOut: Int
    let grammar: GrammarText?

    /// The fingerprint is that of the training strings' tokens.
    ///
    /// - Parameter source: what was typed, if they are not a grammar's.
    init(_ data: TextData, source: String?, testFraction: Double) {
      let (split, train) = (data.split, data.split.train)
      self.data = RunData(
        name: train.name,
        path: source.flatMap { TextCatalog.set(named: $0) == nil ? DataPath.absolute($0) : nil },
        trainCount: train.count, testCount: split.test.count,
        fingerprint: String(train.fingerprint, radix: 16), testFraction: testFraction)
      form = train.form
      maximumLength = train.maximumLength
      leftOut = split.leftOut
      grammar = data.grammar.map {
        GrammarText(name: $0.name, text: $0.text, count: train.count)
      }
    }
  }

  struct Content: RunContent {
    var texts: Texts
    let vocabulary: TextVocabulary
    let objective: TextObjective
    let settings: TextModel.Settings
    var plan: TextPlan
  }

  var course: RunCourse
  var content: Content

  var texts: Texts { content.texts }
  var data: RunData { texts.data }
  var dataName: String { data.name }
  var dataPath: String? {
    get { data.path }
    set { content.texts.data.path = newValue }
  }
  var vocabulary: TextVocabulary { content.vocabulary }
  var settings: TextModel.Settings { content.settings }

  var changing: [String] {
    switch plan {
    case .likelihood(let plan): plan.learningRate.isConstant ? [] : ["the learning rate"]
    case .adversarial(_, let plan):
      (plan.generatorRate.isConstant ? [] : ["the learning rates"])
        + (plan.temperature.isConstant ? [] : ["the temperature"])
    }
  }

  var size: NetworkSize {
    plan.adversarialSettings?.size ?? settings.size(batch: batchSize, time: 1)
  }
  var sizeOptions: String { Self.sizeOptions(isAdversarial: plan.adversarialSettings != nil) }

  static func sizeOptions(isAdversarial: Bool) -> String {
    isAdversarial
      ? "--hidden, --discriminator-hidden, --max-length or --batch-size"
      : "--hidden, --layers, --embedding or --batch-size"
  }

  private var trainingKey: RandomKey { RandomKey(seed).folding(in: "training") }

  func makeTraining(_ plan: DescentPlan) throws -> Training<Descent<TextModel, Adam>> {
    let model = try TextModel(settings, key: trainingKey.folding(in: "model"))
    return Training(Descent(model, plan: plan), key: trainingKey.folding(in: "steps"))
  }

  func makeTraining(
    _ settings: TextGAN.Settings, _ plan: AdversarialPlan
  ) throws -> Training<Adversarial<TextGAN, Adam>> {
    try Training(settings, plan: plan, key: trainingKey)
  }

  /// The grammar that the texts are of, read again.
  func grammar() throws -> Grammar? {
    try texts.grammar.map { try Grammar(reading: $0.text, name: $0.name) }
  }

  func hasPlan(of other: TextRun) -> Bool {
    plan == other.plan && vocabulary == other.vocabulary
  }

  var fields: [RunField] {
    let options = [
      ("--objective", content.objective.rawValue),
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
        RunField("training strings", "\(data.trainCount)"),
        RunField("strings with the fingerprint", data.fingerprint, title: "fingerprint"),
        RunField(
          "a learning rate that is",
          "\(plan.learningRate(0)) to \(NumberText.short(plan.learningRate(max(steps - 1, 0))))",
          title: "learning rate"),
      ] + adversarialFields
  }

  private var adversarialFields: [RunField] {
    guard case .adversarial(let settings, let plan) = plan else { return [] }
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
      ("--temperature", NumberText.short(plan.temperature(0))),
      (
        "--final-temperature",
        NumberText.short(plan.temperature(begunEpochs * plan.stepsPerEpoch))
      ),
      ("--pretrain-epochs", "\(plan.pretrainingSteps / plan.stepsPerEpoch)"),
    ].map { RunField($0.0, $0.1) }
  }

  /// The network of a run as its directory holds it, also while it is being trained.
  static func trained(_ directory: String) throws -> (run: TextRun, model: TextModel) {
    let run = try read(directory)
    switch run.plan {
    case .likelihood(let plan):
      return (run, try run.restored(from: directory) { try run.makeTraining(plan) }.model)
    case .adversarial(let settings, let plan):
      let training = try run.restored(from: directory) { try run.makeTraining(settings, plan) }
      return (run, training.learned.model)
    }
  }
}

// MARK: - Reading and writing

extension TextRun.Content {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    texts = try values.decode(TextRun.Texts.self, forKey: .texts)
    vocabulary = try values.decode(TextVocabulary.self, forKey: .vocabulary)
    objective = try values.named(.objective)
    settings = try values.decode(TextModel.Settings.self, forKey: .settings)
    plan = try values.decode(TextPlan.self, forKey: .plan)
    try checkAgreement(values)
  }

  /// Throws where one part does not fit another.
  private func checkAgreement(_ values: KeyedDecodingContainer<CodingKeys>) throws {
    guard (plan.adversarialSettings == nil) == (objective == .likelihood) else {
      throw values.unexpected(.plan, "one with a network where the objective is not likelihood")
    }
    guard settings.vocabularyCount == vocabulary.count else {
      throw values.unexpected(.vocabulary, "\(settings.vocabularyCount - 1) symbols")
    }
    // A window of running text has no end.
    if let limit = settings.timeLimit, limit < texts.maximumLength {
      throw values.unexpected(.texts, "strings of at most the \(limit) symbols of the network")
    }
    if let adversarial = plan.adversarialSettings, adversarial.model != settings {
      throw values.unexpected(.plan, "the network of the run")
    }
  }
}

extension TextRun.Texts {
  private enum CodingKeys: CodingKey { case form, maximumLength, leftOut, grammar }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    data = try RunData(from: decoder)
    form = try values.named(.form)
    grammar = try values.decodeIfPresent(GrammarText.self, forKey: .grammar)
    maximumLength = try values.count(.maximumLength, 1...(grammar == nil ? 100_000 : 1000))
    leftOut = try values.count(.leftOut, 0...Int.max)
  }

  func encode(to encoder: any Encoder) throws {
    try data.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(form, forKey: .form)
    try values.encode(maximumLength, forKey: .maximumLength)
    try values.encode(leftOut, forKey: .leftOut)
    try values.encodeIfPresent(grammar, forKey: .grammar)
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
