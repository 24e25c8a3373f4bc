import SwiftGumbel

/// What a run of `gumbel vae train` found; printed as JSON with these names.
struct VAETrainResult: Encodable {
  let epochs: Int
  let steps: Int
  let trainingSeconds: Double
  let parameters: Int
  let seed: UInt64
  /// By the names of the options.
  let settings: [String: String]
  /// What came of choosing by what is held out; nil where nothing is.
  let validation: ValidationResult?
  /// On the test images, after all that is to be trained; nil where the run was stopped before.
  let test: VAEEvaluationResult?
  let history: [VAEEpoch]
}

/// What `gumbel vae evaluate` prints as JSON, in nats an image.
struct VAEEvaluationResult: Encodable {
  let bound: Double
  let importanceWeightedBound: Double
  let samples: Int
  let reconstruction: Double
  let kl: Double
  let images: Int
}

// MARK: - Tables

extension VAETrainResult {
  /// A row an epoch, where there are many some of them, and the bounds on the test images.
  var table: String {
    var rows = [["epoch", "bound", "reconstruction", "kl", "test bound", "test kl", "temperature"]]
    for epoch in AlignedTable.some(of: history) {
      rows.append(
        ["\(epoch.epoch)"]
          + [
            epoch.train.bound, epoch.train.reconstruction, epoch.train.kl, epoch.test.bound,
            epoch.test.kl,
          ].map(nats) + [hundredths(epoch.temperature)])
    }
    var text = AlignedTable(rows, areNumbers: true).text
    if let validation {
      text += "\n\n" + validation.line(of: epochs, "images", "a bound")
    }
    if let test { text += "\n\n" + test.table }
    return text
      + "\n\(parameters) parameters, \(steps) steps in \(hundredths(trainingSeconds)) s"
  }
}

extension VAEEvaluationResult {
  var table: String {
    AlignedTable(
      [
        ["\(images) test images", "nats an image"],
        ["bound", nats(bound)],
        ["importance-weighted bound, m = \(samples)", nats(importanceWeightedBound)],
        ["reconstruction", nats(reconstruction)],
        ["kl", nats(kl)],
      ], areNumbers: true
    ).text
  }
}
