import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What is measured after an epoch of training: how well strings are predicted, and how good and how
/// diverse the generated ones are. Of these neither says much without the other.
struct TextEpoch: Codable {
  let epoch, steps: Int
  let learningRate: Double
  /// What was minimised in training: the mean of -log p over tokens, in nats, or what the
  /// discriminator makes of generated strings.
  let loss: Double
  /// What the discriminator minimised, where there is one.
  let discriminatorLoss: Double?
  /// The mean of -log p of test strings, in nats, and in bits for each of their characters.
  let negativeLogLikelihood, bitsPerCharacter: Double
  /// Of generated strings, as ``TextMeasures`` has them.
  let validity: Double?
  let unique, lengthTotalVariation, bleu4, selfBleu4: Double
  /// Some of these strings.
  var examples: [String] = []

  /// As the training has them.
  var losses: [Float] { [Float(loss)] + (discriminatorLoss.map { [Float($0)] } ?? []) }

  /// By the names that logs have for them.
  var values: [(name: String, value: Double)] {
    [
      ("train/loss", loss), ("test/nats", negativeLogLikelihood),
      ("test/bits-per-character", bitsPerCharacter), ("generated/unique", unique),
      ("generated/length-total-variation", lengthTotalVariation), ("generated/bleu-4", bleu4),
      ("generated/self-bleu-4", selfBleu4), ("learning-rate", learningRate),
    ] + (validity.map { [("generated/validity", $0)] } ?? [])
      + (discriminatorLoss.map { [("train/discriminator-loss", $0)] } ?? [])
  }
}

/// Samples of every epoch, in a file of a run's directory.
struct TextEpochFile {
  let path: String

  init(directory: String) { path = directory + "/epochs.json" }

  func write(_ epochs: [TextEpoch]) throws {
    try AtomicFile.write(JSON.text(of: epochs) + "\n", to: path)
  }

  /// The epochs up to a step.
  func read(upTo step: Int) throws -> [TextEpoch] {
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw CommandFailure("\(path): cannot be read; expected the epochs of a run")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    do {
      return try JSON.value([TextEpoch].self, from: text).filter { $0.steps <= step }
    } catch {
      throw CommandFailure("\(path): expected the epochs of a run of gumbel text train")
    }
  }
}
