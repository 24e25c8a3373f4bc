import Gumbel

/// What a run of `gumbel vae train` was asked for: the `settings.json` of its directory.
struct VAERun: RunDescription {
  static let trainer = "gumbel vae train"
  static let currentFormat = "gumbel vae 1"

  /// The images of a run, so far as another set can be told from them.
  struct Images: Codable, Equatable {
    let name: String
    let trainCount: Int
    let testCount: Int
    /// Of the training images' pixels.
    let fingerprint: String
    /// The part that was set apart for testing, where the data do not say; nil in older runs.
    let testFraction: Double?

    init(_ split: ImageSplit, testFraction: Double) {
      self.testFraction = testFraction
      name = split.train.name
      trainCount = split.train.count
      testCount = split.test.count
      fingerprint = String(split.train.fingerprint, radix: 16)
    }
  }

  private(set) var format = Self.currentFormat
  let images: Images
  let binarisation: String
  let batchSize: Int
  let seed: UInt64
  private(set) var plan: VAE.Plan
  private(set) var command: [String]
  /// Where the run was prolonged, the epochs that it was begun with.
  private var begun: Int?

  var dataName: String { images.name }
  var epochs: Int { plan.epochs }
  var begunEpochs: Int { begun ?? plan.epochs }
  var stepsPerEpoch: Int { plan.stepsPerEpoch }
  var settings: VAE.Settings { plan.settings }
  var image: VAE.ImageShape { plan.settings.image }

  init(
    images: Images, binarisation: String, batchSize: Int, seed: UInt64, plan: VAE.Plan,
    command: [String]
  ) {
    self.images = images
    self.binarisation = binarisation
    self.batchSize = batchSize
    self.seed = seed
    self.plan = plan
    self.command = command
  }

  mutating func prolong(to epochs: Int) {
    guard epochs != plan.epochs else { return }
    begun = begunEpochs
    plan.epochs = epochs
    command = command.replacing(option: "--epochs", with: "\(epochs)")
  }

  var changing: [String] {
    [
      ("the learning rate", plan.learningRate), ("the temperature", plan.temperature),
      ("the weight of the divergence", plan.divergenceWeight),
    ].filter { !$0.1.isConstant }.map(\.0)
  }

  var size: NetworkSize { plan.settings.size(batch: batchSize) }
  var sizeOptions: String { "--encoder, --decoder, --latent, --samples or --batch-size" }

  func makeTraining() throws -> VAETraining {
    try VAETraining(plan, key: RandomKey(seed).folding(in: "training"))
  }

  func hasPlan(of other: VAERun) -> Bool { plan == other.plan }

  var fields: [RunField] {
    let settings = plan.settings
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
      ("--binarise", binarisation),
      ("--epochs", "\(plan.epochs)"),
      ("--batch-size", "\(batchSize)"),
      ("--seed", "\(seed)"),
    ].map { RunField($0.0, $0.1) }
    return options + [
      RunField("images of", "\(settings.image.text)", title: "size of the images"),
      RunField("training images", "\(images.trainCount)"),
      RunField("pixels with the fingerprint", images.fingerprint, title: "fingerprint"),
      RunField(
        "a learning rate that is", text(of: plan.learningRate), title: "learning rate"),
      RunField("a temperature that is", text(of: plan.temperature), title: "temperature"),
      RunField(
        "a weight of the divergence that is", text(of: plan.divergenceWeight),
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
    let (run, training) = try readTraining(directory)
    return (run, training.vae)
  }
}

extension VAE.ImageShape {
  /// As 28x28, or 32x32x3.
  var text: String { "\(height)x\(width)" + (channels == 1 ? "" : "x\(channels)") }
}

// MARK: - Reading

extension VAERun {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    format = try values.decode(String.self, forKey: .format)
    images = try values.decode(Images.self, forKey: .images)
    binarisation = try values.checked(
      .binarisation, "none, threshold, threshold:x with x from 0 to 1, fixed or dynamic",
      where: { Binarisation(text: $0) != nil })
    batchSize = try values.count(.batchSize, 1...1_000_000)
    seed = try values.checked(.seed, "a whole number from 0 on", where: { _ in true })
    plan = try values.decode(VAE.Plan.self, forKey: .plan)
    command = try values.decode([String].self, forKey: .command)
    begun = try values.checkedIfPresent(
      .begun, "a whole number from 0 to the epochs of the plan",
      where: { [plan] in 0...plan.epochs ~= $0 })
  }
}

extension VAERun.Images {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    trainCount = try values.count(.trainCount, 1...Int(Int32.max))
    testCount = try values.count(.testCount, 0...Int(Int32.max))
    fingerprint = try values.decode(String.self, forKey: .fingerprint)
    testFraction = try values.checkedIfPresent(
      .testFraction, "a number between 0 and 1", where: { $0 > 0 && $0 < 1 })
  }
}
