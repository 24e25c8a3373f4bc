import SwiftGumbel

/// What is measured after an epoch of training: how well strings are predicted, and how good and how
/// diverse the generated ones are. Of these neither says much without the other.
struct TextMeasurement: Codable {
  @Measured var learningRate: Double
  /// What was minimised in training: the mean of -log p over tokens, in nats, or what the
  /// discriminator makes of generated strings.
  @Measured var loss: Double
  /// What the discriminator minimised, where there is one.
  let discriminatorLoss: Measured?
  /// The mean of -log p of test strings, in nats, and in bits for each of their characters.
  @Measured var negativeLogLikelihood: Double
  @Measured var bitsPerCharacter: Double
  /// The first of these for strings held out; nil where none are.
  let validationNegativeLogLikelihood: Measured?
  /// Of generated strings, as ``TextMeasures`` has them.
  let validity: Measured?
  @Measured var unique: Double
  @Measured var lengthTotalVariation: Double
  @Measured var bleu4: Double
  @Measured var selfBleu4: Double
  /// Some of these strings.
  let examples: [String]

  /// So many strings are generated, and so many compared with, at most.
  static let samples = 512
  static let reference = 2000

  /// What is said of it while the training goes on.
  func line(epoch: Int, of epochs: Int) -> String {
    func number(_ value: Double) -> String { NumberText.text(value, resolution: 0.1) }
    return "epoch \(epoch) of \(epochs)  loss \(number(loss))  test nats "
      + "\(number(negativeLogLikelihood))  bits/character \(number(bitsPerCharacter))"
      + (validity.map { "  valid \(number($0.wrappedValue))" } ?? "")
  }
}

typealias TextEpoch = MeasuredEpoch<TextMeasurement>
