import SwiftGumbel

/// What `gumbel vae compare` found; written as JSON with these names, and read back to go on.
struct CompareResult: Codable {
  /// What all trainings have in common.
  struct Settings: Codable, Equatable {
    var data: String
    /// Of the training images' pixels; nil in older files.
    var fingerprint: String?
    let task: CompareTask
    let latent: String
    let encoder: String
    let decoder: String
    let epochs: Int
    let batchSize: Int
    let trainingImages: Int
    let testImages: Int
    let samples: Int
    let annealRate: Double
    let seed: UInt64

    /// Whether trainings with the one can be compared with those of the other: the same images may be
    /// called by another path.
    func agrees(with other: Settings) -> Bool {
      guard let fingerprint, let theirs = other.fingerprint else {
        var same = self
        same.fingerprint = other.fingerprint
        return same == other
      }
      var same = self
      same.data = other.data
      return same == other && fingerprint == theirs
    }
  }

  /// One training.
  struct Run: Codable {
    let estimator: String
    let seed: UInt64
    let learningRate: Double
    /// Of log p, on the test images and with exact draws: means in nats an image.
    let bound, sampledBound: Double
    /// The bound of some test images after each epoch.
    let testBounds: [Double]
    /// What was minimised, as a mean over each epoch.
    let trainingLosses: [Double]
    /// The median over epochs.
    let secondsPerStep: Double
  }

  let settings: Settings
  var runs: [Run] = []

  /// An estimator's runs.
  struct Row {
    let name: String
    let learningRate: Double
    let runs: [Run]

    /// Nats an image, the less the better.
    var negatedBound: SeedSummary { SeedSummary(runs.map { -$0.bound }) }
    var negatedSampledBound: SeedSummary { SeedSummary(runs.map { -$0.sampledBound }) }
    var secondsPerStep: Double { runs.map(\.secondsPerStep).reduce(0, +) / Double(runs.count) }

    /// Over the seeds, after each epoch.
    var curve: [Double] {
      (0..<(runs.map(\.testBounds.count).min() ?? 0)).map { epoch in
        runs.reduce(0) { $0 - $1.testBounds[epoch] } / Double(runs.count)
      }
    }
  }

  /// In the order in which the estimators were trained.
  var rows: [Row] {
    var names: [String] = []
    for run in runs where !names.contains(run.estimator) { names.append(run.estimator) }
    return names.map { name in
      let own = runs.filter { $0.estimator == name }
      return Row(name: name, learningRate: own[0].learningRate, runs: own)
    }
  }
}
