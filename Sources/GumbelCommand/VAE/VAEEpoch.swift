import Gumbel

/// Means over images, in nats an image.
struct VAEBound: Encodable {
  /// A lower bound of log p(x).
  let bound: Double
  /// -log p(x|z).
  let reconstruction: Double
  /// The divergence of the code's distribution from the prior.
  let kl: Double
}

/// What is measured after an epoch of training.
struct VAEEpoch: Encodable {
  let epoch: Int
  let steps: Int
  let temperature: Double
  let learningRate: Double
  let train: VAEBound
  let test: VAEBound

  /// What is said of it while the training goes on.
  func line(of epochs: Int) -> String {
    "epoch \(epoch) of \(epochs)  bound \(nats(train.bound))  test bound \(nats(test.bound))  "
      + "test kl \(nats(test.kl))"
  }

  /// By the names that logs have for them.
  var values: [(name: String, value: Double)] {
    [
      ("train/bound", train.bound), ("train/reconstruction", train.reconstruction),
      ("train/kl", train.kl), ("test/bound", test.bound),
      ("test/reconstruction", test.reconstruction), ("test/kl", test.kl),
      ("temperature", temperature), ("learning-rate", learningRate),
    ]
  }

  init(
    epoch: Int, steps: Int, temperature: Double, learningRate: Double, train: VAEBound,
    test: VAEBound
  ) {
    self.epoch = epoch
    self.steps = steps
    self.temperature = temperature
    self.learningRate = learningRate
    self.train = train
    self.test = test
  }

  /// Back from a log; nil where the record is of something else.
  init?(_ record: MetricsRecord) {
    let values = Dictionary(record.values.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
    // Numbers that no training has measured would break pictures.
    guard values.values.allSatisfy({ $0.isNaN || abs($0) <= 1e30 }) else { return nil }
    func bound(_ part: String) -> VAEBound? {
      guard let bound = values[part + "/bound"], let kl = values[part + "/kl"],
        let reconstruction = values[part + "/reconstruction"]
      else { return nil }
      return VAEBound(bound: bound, reconstruction: reconstruction, kl: kl)
    }
    guard let epoch = record.epoch, let train = bound("train"), let test = bound("test"),
      let temperature = values["temperature"], let learningRate = values["learning-rate"]
    else { return nil }
    self.init(
      epoch: epoch, steps: record.step, temperature: temperature, learningRate: learningRate,
      train: train, test: test)
  }
}
