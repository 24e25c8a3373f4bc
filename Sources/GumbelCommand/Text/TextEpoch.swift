import Gumbel

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

  /// What is said of it while the training goes on.
  func line(of epochs: Int) -> String {
    func number(_ value: Double) -> String { NumberText.text(value, resolution: 0.1) }
    return "epoch \(epoch) of \(epochs)  loss \(number(loss))  test nats "
      + "\(number(negativeLogLikelihood))  bits/character \(number(bitsPerCharacter))"
      + (validity.map { "  valid \(number($0))" } ?? "")
  }

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

extension TextEpoch {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    /// No training has measured more, and larger numbers would break pictures.
    func number(_ key: CodingKeys) throws -> Double {
      try values.checked(
        key, "a number from -1e30 to 1e30, or nan", where: { $0.isNaN || abs($0) <= 1e30 })
    }
    epoch = try values.count(.epoch, 1...TrainingLoop.mostSteps)
    steps = try values.count(.steps, 1...TrainingLoop.mostSteps)
    learningRate = try number(.learningRate)
    loss = try number(.loss)
    discriminatorLoss = try values.checkedIfPresent(
      .discriminatorLoss, "a number from -1e30 to 1e30", where: { abs($0) <= 1e30 })
    negativeLogLikelihood = try number(.negativeLogLikelihood)
    bitsPerCharacter = try number(.bitsPerCharacter)
    validity = try values.checkedIfPresent(
      .validity, "a number from 0 to 1", where: { 0...1 ~= $0 })
    unique = try number(.unique)
    lengthTotalVariation = try number(.lengthTotalVariation)
    bleu4 = try number(.bleu4)
    selfBleu4 = try number(.selfBleu4)
    examples = try values.decode([String].self, forKey: .examples)
  }
}

/// Samples of every epoch, in a file of a run's directory.
struct TextEpochFile {
  let path: String

  init(directory: String) { path = directory + "/epochs.json" }

  func write(_ epochs: [TextEpoch]) throws {
    try AtomicFile.replace(path, with: Array((JSON.text(of: epochs) + "\n").utf8))
  }

  /// The epochs up to a step.
  func read(upTo step: Int) throws -> [TextEpoch] {
    let expected = "the epochs of a run of gumbel text train"
    let bytes = try RunFile.bytes(
      of: path, limit: RunFile.Limit.measurements, expected: expected)
    return try JSON.value(
      [TextEpoch].self, from: String(decoding: bytes, as: UTF8.self), path: path,
      expected: expected
    ).filter { $0.steps <= step }
  }
}
