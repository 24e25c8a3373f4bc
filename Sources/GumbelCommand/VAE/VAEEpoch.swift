import SwiftGumbel

/// Means over images, in nats an image.
struct VAEBound: Codable {
  /// A lower bound of log p(x).
  @Measured var bound: Double
  /// -log p(x|z).
  @Measured var reconstruction: Double
  /// The divergence of the code's distribution from the prior.
  @Measured var kl: Double
}

/// What is measured after an epoch of training.
struct VAEMeasurement: Codable {
  @Measured var temperature: Double
  @Measured var learningRate: Double
  let train: VAEBound
  let test: VAEBound
  /// Of what is held out; nil where nothing is.
  let validation: VAEBound?
}

typealias VAEEpoch = MeasuredEpoch<VAEMeasurement>

extension VAEMeasurement {
  /// What is said of it while the training goes on.
  func line(epoch: Int, of epochs: Int) -> String {
    "epoch \(epoch) of \(epochs)  bound \(nats(train.bound))  test bound \(nats(test.bound))  "
      + "test kl \(nats(test.kl))"
      + (validation.map { "  validation bound \(nats($0.bound))" } ?? "")
  }
}
