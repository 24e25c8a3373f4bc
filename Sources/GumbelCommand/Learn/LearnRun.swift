import SwiftGumbel

/// What a run of `gumbel learn` was asked for: the `settings.json` of its directory.
struct LearnRun: RunDescription {
  static let trainer = "gumbel learn"
  static let currentFormat = "gumbel learn 2"

  struct Content: RunContent {
    /// What was typed, such as a file's name.
    let dataName: String
    /// Where the stream is, from the root; nil for standard input and the article's.
    var dataPath: String?
    let categories: [String]
    let preset: StreamGAN.Preset
    let settings: StreamGAN.Settings
    var plan: AdversarialPlan
  }

  var course: RunCourse
  var content: Content

  var dataName: String { content.dataName }
  var dataPath: String? {
    get { content.dataPath }
    set { content.dataPath = newValue }
  }
  var categories: [String] { content.categories }
  var settings: StreamGAN.Settings { content.settings }

  var changing: [String] {
    (plan.temperature.isConstant ? [] : ["the temperature"])
      + (plan.discriminatorRate.isConstant && plan.generatorRate.isConstant
        ? [] : ["the learning rates"])
  }

  var size: NetworkSize { settings.size }
  var sizeOptions: String { "--hidden, --batch-size or fewer categories" }

  func makeTraining() -> Training<Adversarial<StreamGAN, Adam>> {
    Training(settings, plan: plan, key: RandomKey(seed).folding(in: "training"))
  }

  func hasPlan(of other: LearnRun) -> Bool {
    settings == other.settings && plan == other.plan && categories == other.categories
  }

  var fields: [RunField] {
    let end = begunEpochs * stepsPerEpoch
    func change(_ schedule: Schedule) -> String {
      schedule.isConstant
        ? "\(schedule(0))" : "\(schedule(0)) to \(NumberText.short(schedule(end)))"
    }
    return [
      RunField("--preset", content.preset.rawValue),
      RunField("--seed", "\(seed)"),
      RunField("--epochs", "\(epochs)"),
      RunField("--rounds", "\(stepsPerEpoch)", title: "rounds in an epoch"),
      RunField(
        "--discriminator-steps", "\(plan.discriminatorSteps)",
        title: "discriminator steps in a round"),
      RunField("--generator-steps", "\(plan.generatorSteps)", title: "generator steps in a round"),
      RunField("--batch-size", "\(settings.batchSize)", title: "batch size"),
      RunField("--sampling", settings.sampling.rawValue, title: "samples"),
      RunField("a temperature that is", change(plan.temperature), title: "temperature"),
      RunField(
        "a discriminator that is",
        settings.hiddenWidths.isEmpty
          ? "a logistic regression" : "a perceptron with hidden layers \(settings.hiddenWidths)",
        title: "discriminator"),
      RunField(
        "--smooth-real", settings.smoothsRealRows ? "yes" : "no", title: "real symbols smoothed"),
      RunField(
        "a discriminator rate that is", change(plan.discriminatorRate), title: "discriminator rate"),
      RunField("a generator rate that is", change(plan.generatorRate), title: "generator rate"),
      RunField(
        "--average", plan.averageDecay == 0 ? "none" : "\(plan.averageDecay)",
        title: "averaging of logits"),
      RunField("--clip", plan.gradientNorm.map { "\($0)" } ?? "0"),
      RunField("a number of categories that is", "\(categories.count)", title: "categories"),
    ]
  }
}

/// What is measured after an epoch.
struct LearnMeasurement: Codable {
  /// The probabilities learned so far.
  let learned: [Float]
  /// Between these and those of the stream, so far as they are known.
  let totalVariation: Double

  init(_ learned: [Float], reference: [Double]) {
    self.learned = learned
    totalVariation = zip(learned, reference).reduce(0) { $0 + abs(Double($1.0) - $1.1) } / 2
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    learned = try values.checked(
      .learned, "a list of numbers from 0 to 1", where: { $0.allSatisfy { 0...1.0001 ~= $0 } })
    totalVariation = try values.decode(Measured.self, forKey: .totalVariation).wrappedValue
  }
}

// MARK: - Reading

extension LearnRun.Content {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    dataName = try values.decode(String.self, forKey: .dataName)
    dataPath = try values.decodeIfPresent(String.self, forKey: .dataPath)
    preset = try values.named(.preset)
    settings = try values.decode(StreamGAN.Settings.self, forKey: .settings)
    categories = try values.decode([String].self, forKey: .categories)
    plan = try values.decode(AdversarialPlan.self, forKey: .plan)
    guard categories.count == settings.categoryCount else {
      throw values.unexpected(.categories, "the \(settings.categoryCount) of the network")
    }
  }
}
