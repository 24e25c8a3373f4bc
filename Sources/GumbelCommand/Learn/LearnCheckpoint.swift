import Gumbel

/// A run of `gumbel learn` in a file: the network, and what the run has written down so far.
struct LearnCheckpoint {
  private static let format = "gumbel learn 1"

  /// What has to be the same for a run to go on.
  struct Identity: Equatable {
    let plan: StreamGAN.Plan
    let seed: UInt64
    let categories: [String]

    /// As text, to be compared with a file's.
    var fields: [String: String] {
      get throws {
        ["plan": "\(plan)", "seed": "\(seed)", "categories": try JSON.text(of: categories)]
      }
    }
  }

  private struct Log: Codable {
    let round: Int
    let seconds: Double
    let history: [[Float]]
    let discriminatorLosses: [Float]
    let generatorLosses: [Float]
  }

  let path: String

  func write(_ training: StreamGANTraining, _ identity: Identity, seconds: Double) throws {
    let log = Log(
      round: training.round, seconds: seconds, history: training.history,
      discriminatorLosses: training.losses.map(\.discriminator),
      generatorLosses: training.losses.map(\.generator))
    var metadata = try identity.fields
    metadata["format"] = Self.format
    metadata["log"] = try JSON.text(of: log)
    try Checkpoint.write(training, metadata: metadata, to: path)
  }

  /// Puts a training where the file left it. Returns the seconds that it had taken.
  func read(into training: inout StreamGANTraining, _ identity: Identity) throws -> Double {
    var loaded = training
    let metadata: [String: String]
    do {
      metadata = try Checkpoint.read(&loaded, from: path)
    } catch let error as CheckpointError where error.problem.hasPrefix("has ") {
      throw CommandFailure(
        "\(path): \(error.problem); expected a checkpoint of a run with the same settings")
    }
    guard metadata["format"] == Self.format, let text = metadata["log"] else {
      throw CommandFailure("\(path): expected a checkpoint that gumbel learn wrote")
    }
    for (name, value) in try identity.fields.sorted(by: { $0.key < $1.key })
    where metadata[name] != value {
      throw CommandFailure(
        "\(path): was written by a run with another \(name == "plan" ? "set of options" : name); "
          + "expected the same options, seed and stream")
    }
    let log: Log
    do {
      log = try JSON.value(Log.self, from: text)
    } catch {
      throw CommandFailure("\(path): its record of the run cannot be read")
    }
    training = loaded
    training.restore(
      round: log.round, history: log.history,
      losses: zip(log.discriminatorLosses, log.generatorLosses).map {
        (discriminator: $0, generator: $1)
      })
    return log.seconds
  }
}
