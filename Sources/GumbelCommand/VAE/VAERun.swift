import SwiftGumbel

/// What a run of `gumbel vae train` was asked for: the `settings.json` of its directory.
struct VAERun: RunDescription {
  static let trainer = "gumbel vae train"
  static let currentFormat = "gumbel vae 2"

  struct Content: RunContent {
    var images: RunData
    let binarisation: String
    let settings: VAE.Settings
    var plan: DescentPlan
  }

  var course: RunCourse
  var content: Content

  var dataName: String { content.images.name }
  var dataPath: String? {
    get { content.images.path }
    set { content.images.path = newValue }
  }
  var settings: VAE.Settings { content.settings }
  var image: VAE.ImageShape { settings.image }

  var changing: [String] {
    [
      ("the learning rate", plan.learningRate), ("the temperature", plan.temperature),
      ("the weight of the divergence", plan.weight),
    ].filter { !$0.1.isConstant }.map(\.0)
  }

  var size: NetworkSize { settings.size(batch: batchSize) }
  var sizeOptions: String { "--encoder, --decoder, --latent, --samples or --batch-size" }

  func makeTraining() throws -> Training<Descent<VAE, Adam>> {
    try Training(settings, plan: plan, key: RandomKey(seed).folding(in: "training"))
  }

  func hasPlan(of other: VAERun) -> Bool { settings == other.settings && plan == other.plan }

  var fields: [RunField] {
    let options = [
      ("--latent", settings.latents.text),
      ("--estimator", settings.estimator),
      ("--estimator-draws", "\(settings.estimatorDraws)"),
      ("--encoder", settings.encoder.rawValue),
      ("--decoder", settings.decoder.rawValue),
      ("--likelihood", settings.likelihood.rawValue),
      ("--prior", settings.prior.rawValue),
      ("--kl", settings.divergence.rawValue),
      ("--prior-temperature", "\(settings.priorTemperature)"),
      ("--samples", "\(settings.boundSamples)"),
      ("--states", settings.states.rawValue),
      ("--binarise", content.binarisation),
      ("--epochs", "\(plan.epochs)"),
      ("--clip", plan.gradientNorm.map { "\($0)" } ?? "0"),
      ("--batch-size", "\(batchSize)"),
      ("--seed", "\(seed)"),
    ].map { RunField($0.0, $0.1) }
    return options + [
      RunField("images of", "\(settings.image.text)", title: "size of the images"),
      RunField("training images", "\(content.images.trainCount)"),
      RunField("pixels with the fingerprint", content.images.fingerprint, title: "fingerprint"),
      RunField(
        "a learning rate that is", text(of: plan.learningRate), title: "learning rate"),
      RunField("a temperature that is", text(of: plan.temperature), title: "temperature"),
      RunField(
        "a weight of the divergence that is", text(of: plan.weight),
        title: "weight of the divergence"),
    ]
  }

  /// The values at the start and at the end, where they differ.
  private func text(of schedule: Schedule) -> String {
    let (start, end) = (schedule(0), schedule(max(steps - 1, 0)))
    return start == end ? "\(start)" : "\(start) to \(NumberText.short(end))"
  }

  /// The network of a run as its directory holds it, also while it is being trained.
  static func trained(_ directory: String) throws -> (run: VAERun, vae: VAE) {
    let run = try read(directory)
    return (run, try run.restored(from: directory, run.makeTraining).model)
  }
}

extension VAE.ImageShape {
  /// As sheets know it.
  var sheet: ImageSheet.Shape {
    ImageSheet.Shape(height: height, width: width, channels: channels)
  }
  /// As 28x28, or 32x32x3.
  var text: String { sheet.text }
}

extension RunData {
  /// The fingerprint is that of the training images' pixels.
  ///
  /// - Parameter data: what was typed.
  init(_ split: VAEData, data: String, testFraction: Double) {
    self.init(
      name: split.train.name,
      path: ImageCatalog.set(named: data) == nil ? DataPath.absolute(data) : nil,
      trainCount: split.train.count, testCount: split.test.count,
      fingerprint: String(split.train.fingerprint, radix: 16), testFraction: testFraction)
  }
}

// MARK: - Reading

extension VAERun.Content {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    images = try values.decode(RunData.self, forKey: .images)
    binarisation = try values.checked(
      .binarisation, "none, threshold, threshold:x with x from 0 to 1, fixed or dynamic",
      where: { Binarisation(text: $0) != nil })
    settings = try values.decode(VAE.Settings.self, forKey: .settings)
    plan = try values.decode(DescentPlan.self, forKey: .plan)
  }
}
