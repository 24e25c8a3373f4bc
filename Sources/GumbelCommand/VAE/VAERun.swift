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

    init(_ split: ImageSplit) {
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
  let command: [String]

  var dataName: String { images.name }
  var epochs: Int {
    get { plan.epochs }
    set { plan.epochs = newValue }
  }
  var isIndependentOfEpochs: Bool { true }
  var stepsPerEpoch: Int { plan.stepsPerEpoch }
  var settings: VAE.Settings { plan.settings }
  var image: VAE.ImageShape { plan.settings.image }

  func makeTraining() throws -> VAETraining {
    try VAETraining(plan, key: RandomKey(seed).folding(in: "training"))
  }

  func hasPlan(of other: VAERun) -> Bool { plan == other.plan }

  var fields: [(name: String, value: String)] {
    let settings = plan.settings
    return [
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
      ("images of", "\(settings.image.text)"),
      ("training images", "\(images.trainCount)"),
      ("pixels with the fingerprint", images.fingerprint),
      ("a learning rate that is", text(of: plan.learningRate)),
      ("a temperature that is", text(of: plan.temperature)),
      ("a weight of the divergence that is", text(of: plan.divergenceWeight)),
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
