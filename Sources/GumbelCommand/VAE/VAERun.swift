import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run of `gumbel vae train` was asked for: the `settings.json` of its directory.
struct VAERun: Codable {
  private static let currentFormat = "gumbel vae 1"

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

  private let format: String
  let images: Images
  let binarisation: String
  let batchSize: Int
  let seed: UInt64
  let plan: VAE.Plan
  /// How the run was begun, for its report.
  let command: [String]

  init(
    images: Images, binarisation: String, batchSize: Int, seed: UInt64, plan: VAE.Plan,
    command: [String]
  ) {
    format = Self.currentFormat
    self.images = images
    self.binarisation = binarisation
    self.batchSize = batchSize
    self.seed = seed
    self.plan = plan
    self.command = command
  }

  init(json: String, path: String) throws {
    let found: VAERun
    do {
      found = try JSON.value(VAERun.self, from: json)
    } catch {
      throw CommandFailure("\(path): expected the settings of a run of gumbel vae train")
    }
    guard found.format == Self.currentFormat else {
      throw CommandFailure(
        "\(path): found the format \"\(found.format)\", expected \"\(Self.currentFormat)\"")
    }
    self = found
  }

  var settings: VAE.Settings { plan.settings }
  var image: VAE.ImageShape { plan.settings.image }

  func makeTraining() throws -> VAETraining {
    try VAETraining(plan, key: RandomKey(seed).folding(in: "training"))
  }

  // MARK: - Comparison

  /// Throws unless a run with these settings can go on with that of a directory.
  func checkContinues(_ other: VAERun, path: String) throws {
    for (mine, theirs) in zip(fields, other.fields) where mine.value != theirs.value {
      throw CommandFailure(
        "\(path): the run has \(theirs.name) \(theirs.value), found \(mine.value); expected the "
          + "same data and options to go on")
    }
    guard plan == other.plan else {
      throw CommandFailure(
        "\(path): the run has another plan; expected the same data and options to go on")
    }
  }

  /// What is decisive, by the names of the options, as text.
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
    let (start, end) = (schedule(0), schedule(max(plan.steps - 1, 0)))
    return start == end ? "\(start)" : "\(start) to \(NumberText.short(end))"
  }

  // MARK: - Reading

  /// The settings in a run's directory.
  static func read(_ directory: String) throws -> VAERun {
    let path = directory + "/settings.json"
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw CommandFailure(
        "\(directory): holds no run that can be read; expected the directory that gumbel vae "
          + "train --checkpoint wrote")
    }
    return try VAERun(json: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// The network of a run as its directory holds it, also while it is being trained.
  static func trained(_ directory: String) throws -> (run: VAERun, vae: VAE) {
    let run = try read(directory)
    var training = try run.makeTraining()
    _ = try RunDirectory.restore(&training, from: directory + "/checkpoint.safetensors")
    return (run, training.vae)
  }
}

extension VAE.Plan {
  /// The number of steps in all.
  var steps: Int { epochs * stepsPerEpoch }
}

extension VAE.ImageShape {
  /// As 28x28, or 32x32x3.
  var text: String { "\(height)x\(width)" + (channels == 1 ? "" : "x\(channels)") }
}
