import Gumbel

/// What a run of `gumbel learn` has written down so far.
struct LearnLog: Codable {
  let round: Int
  let seconds: Double
  /// The learned probabilities after every epoch.
  let history: [[Float]]
  let discriminatorLosses: [Float]
  let generatorLosses: [Float]

  init(_ training: StreamGANTraining, seconds: Double) {
    round = training.round
    self.seconds = seconds
    history = training.history
    discriminatorLosses = training.losses.map(\.discriminator)
    generatorLosses = training.losses.map(\.generator)
  }

  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    round = try values.count(.round, 0...TrainingLoop.mostSteps)
    let times = RunDirectory.Position.seconds
    seconds = try values.number(.seconds, times.lowerBound...times.upperBound)
    history = try values.checked(
      .history, "lists of numbers from 0 to 1",
      where: { $0.allSatisfy { $0.allSatisfy { 0...1.0001 ~= $0 } } })
    func losses(_ key: CodingKeys) throws -> [Float] {
      try values.checked(
        key, "a list of finite numbers", where: { $0.allSatisfy { abs($0) <= 1e30 } })
    }
    discriminatorLosses = try losses(.discriminatorLosses)
    generatorLosses = try losses(.generatorLosses)
  }

  /// Throws unless it is the log of a run by a plan.
  func check(_ plan: StreamGAN.Plan, path: String) throws {
    let epochs = round / plan.roundsPerEpoch
    for (name, count) in [
      ("history", history.count), ("discriminatorLosses", discriminatorLosses.count),
      ("generatorLosses", generatorLosses.count),
    ] where count != epochs {
      throw CommandFailure(
        "\(path): log: \(name): found \(count) epochs, expected the \(epochs) of \(round) rounds")
    }
    let categories = plan.settings.categoryCount
    if let row = history.first(where: { $0.count != categories }) {
      throw CommandFailure(
        "\(path): log: history: found \(row.count) probabilities, expected \(categories)")
    }
  }
}
