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

  /// How a run was begun, and how long it is to be.
  struct Beginning {
    let command: [String]
    /// As many as its plan has, or more.
    let epochs: Int
    /// Where its stream is, from the root; nil for standard input, for the article's, and where an
    /// older version wrote the file.
    let stream: String?
  }

  let path: String

  func write(
    _ training: StreamGANTraining, _ identity: Identity, _ beginning: Beginning, seconds: Double
  ) throws {
    let log = LearnLog(training, seconds: seconds)
    var metadata = try identity.fields
    metadata["format"] = Self.format
    metadata["log"] = try JSON.text(of: log)
    metadata["command"] = try JSON.text(of: beginning.command)
    metadata["epochs"] = "\(beginning.epochs)"
    metadata["stream"] = beginning.stream
    try Checkpoint.write(training, metadata: metadata, to: path)
    LastWords.keep("the run in \(path)", in: path)
  }

  /// How the file's run was begun; nil where an older version wrote it.
  func beginning() throws -> Beginning? {
    let metadata = try Checkpoint.metadata(at: path)
    try checkFormat(metadata)
    guard let text = metadata["command"] else { return nil }
    let command = try JSON.value(
      [String].self, from: text, path: "\(path): command", expected: "a list of arguments")
    guard let epochs = metadata["epochs"].flatMap({ Int($0) }),
      1...TrainingLoop.mostSteps ~= epochs
    else {
      throw CommandFailure(
        "\(path): found the epochs \(quoted(metadata["epochs"] ?? "")), expected a whole number from "
          + "1 to \(TrainingLoop.mostSteps)")
    }
    return Beginning(command: command, epochs: epochs, stream: metadata["stream"])
  }

  private func checkFormat(_ metadata: [String: String]) throws {
    guard metadata["format"] == Self.format, metadata["log"] != nil else {
      throw CommandFailure("\(path): expected a checkpoint that gumbel learn wrote")
    }
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
    try checkFormat(metadata)
    for (name, value) in try identity.fields.sorted(by: { $0.key < $1.key })
    where metadata[name] != value {
      throw CommandFailure(
        "\(path): was written by a run with another \(name == "plan" ? "set of options" : name); "
          + "expected the same options, seed and stream")
    }
    let log = try JSON.value(
      LearnLog.self, from: metadata["log"] ?? "", path: "\(path): log",
      expected: "the record of a run")
    try log.check(identity.plan, path: path)
    LastWords.keep("the run in \(path)", in: path)
    training = loaded
    training.restore(
      round: log.round, history: log.history,
      losses: zip(log.discriminatorLosses, log.generatorLosses).map {
        (discriminator: $0, generator: $1)
      })
    return log.seconds
  }
}
