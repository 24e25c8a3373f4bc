import SwiftGumbel

/// Table 1 of Jang, Gu & Poole 2016 (arXiv 1611.01144): negated bounds on the test images of MNIST,
/// with 1,000 samples, the binary variables 200 and the categorical ones 20 of 10 classes.
enum ComparePublished {
  private static let columns = [
    "score-function", "darn", "muprop", "straight-through", CompareContender.annealed.name,
    "gumbel-softmax", "straight-through-gumbel-softmax",
  ]

  private static func row(_ task: CompareTask, isBinary: Bool) -> [Double] {
    switch (task, isBinary) {
    case (.structured, true): [72.0, 59.7, 58.9, 58.9, 58.7, 58.5, 59.3]
    case (.structured, false): [73.1, 67.9, 63.0, 61.8, 61.1, 59.0, 59.7]
    case (.vae, true): [112.2, 110.9, 109.7, 116.0, 111.5, 105.0, 111.5]
    case (.vae, false): [110.6, 128.8, 107.0, 110.9, 107.8, 101.5, 107.8]
    }
  }

  /// What the paper found with an estimator.
  static func value(_ name: String, _ task: CompareTask, _ latent: VAE.Latent) -> Double? {
    columns.firstIndex(of: name).map { row(task, isBinary: latent.kind == "bernoulli")[$0] }
  }

  /// What stands below tables.
  static func note(_ task: CompareTask, _ latent: VAE.Latent) -> String {
    let row = row(task, isBinary: latent.kind == "bernoulli")
    return "Jang et al.: Table 1 of arXiv 1611.01144, on MNIST and with a training of its own: "
      + "compare the order, not the numbers. Also there: DARN \(row[1]), MuProp \(row[2])."
  }
}
