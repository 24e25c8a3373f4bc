import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What a run of a command that trains was asked for: the `settings.json` of its directory.
protocol RunDescription: Codable {
  /// What is trained, with all that training changes.
  associatedtype Training: TensorGroup

  /// The command, such as `gumbel vae train`.
  static var trainer: String { get }
  /// What the file says that it is, with a number that grows when older files cannot be read.
  static var currentFormat: String { get }

  var format: String { get }
  var dataName: String { get }
  var seed: UInt64 { get }
  var batchSize: Int { get }
  var epochs: Int { get set }
  var stepsPerEpoch: Int { get }
  /// How the run was begun, for its report.
  var command: [String] { get }
  /// What is decisive, by the names of the options, as text.
  var fields: [(name: String, value: String)] { get }

  /// Whether all is the same that `fields` may say in too few words.
  func hasPlan(of other: Self) -> Bool
  /// Whether a step does the same for any number of epochs, given all that `fields` and `hasPlan`
  /// compare.
  var isIndependentOfEpochs: Bool { get }
  /// A training of which nothing is done yet.
  func makeTraining() throws -> Training
}

extension RunDescription {
  init(json: String, path: String) throws {
    let found: Self
    do {
      found = try JSON.value(Self.self, from: json)
    } catch {
      throw CommandFailure("\(path): expected the settings of a run of \(Self.trainer)")
    }
    guard found.format == Self.currentFormat else {
      throw CommandFailure(
        "\(path): found the format \"\(found.format)\", expected \"\(Self.currentFormat)\"")
    }
    self = found
  }

  /// The number of steps in all.
  var steps: Int { epochs * stepsPerEpoch }

  /// As what a run goes on that a directory holds and that is wanted with these settings: as the
  /// former, or with more epochs where its steps so far are those of the longer run.
  ///
  /// - Throws: Where it is another run.
  func continuing(_ earlier: Self, path: String) throws -> Self {
    let isLonger = epochs > earlier.epochs
    if isLonger, isIndependentOfEpochs {
      var longer = earlier
      longer.epochs = epochs
      if difference(from: longer) == nil { return self }
    }
    guard let difference = difference(from: earlier) else { return earlier }
    throw CommandFailure(
      "\(path): the run has \(difference); expected the same data and options to go on"
        + (isLonger ? ", or more epochs where no rate or temperature changes over all of them" : "")
    )
  }

  /// Where another run is not this one.
  private func difference(from other: Self) -> String? {
    for (mine, theirs) in zip(fields, other.fields) where mine.value != theirs.value {
      return "\(theirs.name) \(theirs.value), found \(mine.value)"
    }
    return hasPlan(of: other) ? nil : "another plan"
  }

  // MARK: - Reading

  /// The settings in a run's directory.
  static func read(_ directory: String) throws -> Self {
    let path = directory + "/settings.json"
    guard let bytes = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw CommandFailure(
        "\(directory): holds no run that can be read; expected the directory that \(Self.trainer) "
          + "--checkpoint wrote")
    }
    return try Self(json: String(decoding: bytes, as: UTF8.self), path: path)
  }

  /// A run as its directory holds it, also while it is going on.
  static func readTraining(_ directory: String) throws -> (run: Self, training: Training) {
    let run = try read(directory)
    var training = try run.makeTraining()
    _ = try RunDirectory.restore(&training, from: directory + "/checkpoint.safetensors")
    return (run, training)
  }

  /// Counts the steps.
  ///
  /// - Parameter unit: what a step works through, to show how many a second; nil to show nothing.
  func loop(savingEvery interval: Duration, showing unit: String?) -> TrainingLoop {
    var loop = TrainingLoop(epochs: epochs, stepsPerEpoch: stepsPerEpoch)
    loop.saveInterval = interval
    loop.progress = unit.map {
      ProgressBar(title: "training", unit: $0, itemsPerStep: batchSize)
    }
    return loop
  }

  // MARK: - Reports

  /// What reports say of the run.
  var settingsTable: [(name: String, value: String)] {
    [("data", dataName)]
      + fields.map { (name: $0.name.trimmingPrefix("--").description, value: $0.value) }
  }

  /// The same for JSON.
  var settingsByName: [String: String] {
    Dictionary(uniqueKeysWithValues: settingsTable.map { ($0.name, $0.value) })
  }

  /// As a shell takes it.
  var commandLine: String { ShellWords.line(["gumbel"] + command) }
}
