import SwiftGumbel

/// Means over images, in nats an image.
struct VAEBound: Codable {
  /// A lower bound of log p(x).
  let bound: Double
  /// -log p(x|z).
  let reconstruction: Double
  /// The divergence of the code's distribution from the prior.
  let kl: Double

  init(bound: Double, reconstruction: Double, kl: Double) {
    self.bound = bound
    self.reconstruction = reconstruction
    self.kl = kl
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    bound = try values.measured(.bound)
    reconstruction = try values.measured(.reconstruction)
    kl = try values.measured(.kl)
  }
}

/// What is measured after an epoch of training.
struct VAEMeasurement: Codable {
  let temperature: Double
  let learningRate: Double
  let train: VAEBound
  let test: VAEBound

  init(temperature: Double, learningRate: Double, train: VAEBound, test: VAEBound) {
    self.temperature = temperature
    self.learningRate = learningRate
    self.train = train
    self.test = test
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    temperature = try values.measured(.temperature)
    learningRate = try values.measured(.learningRate)
    train = try values.decode(VAEBound.self, forKey: .train)
    test = try values.decode(VAEBound.self, forKey: .test)
  }
}

typealias VAEEpoch = MeasuredEpoch<VAEMeasurement>

extension VAEMeasurement {
  /// What is said of it while the training goes on.
  func line(epoch: Int, of epochs: Int) -> String {
    "epoch \(epoch) of \(epochs)  bound \(nats(train.bound))  test bound \(nats(test.bound))  "
      + "test kl \(nats(test.kl))"
  }
}

extension KeyedDecodingContainer {
  /// A number that a training can have measured: others would break pictures.
  func measured(_ key: Key) throws -> Double {
    try checked(key, "a number from -1e30 to 1e30, or nan", where: { $0.isNaN || abs($0) <= 1e30 })
  }
}
