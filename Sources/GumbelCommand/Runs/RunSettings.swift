import SwiftGumbel

// What the settings of all runs have, whatever is trained. In the file it stands among what a run
// has of its own.

/// The data of a run, so far as others can be told from them.
struct RunData: Codable, Equatable {
  let name: String
  /// Where they are, from the root; nil where they are a named set or a grammar's, came through
  /// standard input, or an older version wrote this.
  var path: String?
  let trainCount: Int
  let testCount: Int
  /// Of the training data.
  let fingerprint: String
  /// The part that was set apart for testing, where the data do not say; nil in older runs.
  let testFraction: Double?
}

/// How a run was begun, and what became of its length.
struct RunCourse: Codable {
  let format: String
  let batchSize: Int
  let seed: UInt64
  /// Where a batch is cut, into how many shards.
  var shards: Int?
  /// How it was begun, with as many epochs as it has now.
  var command: [String]
  /// Where it was prolonged, the epochs that it was begun with.
  var begun: Int?
  /// What it chooses by, where it holds a part of its data out.
  var validation: RunValidation?

  /// Takes note of a length that is another one.
  mutating func prolong(from epochs: Int, to more: Int) {
    begun = begun ?? epochs
    command = command.replacing(option: "--epochs", with: "\(more)")
  }
}

// MARK: - Reading

extension RunData {
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    path = try values.decodeIfPresent(String.self, forKey: .path)
    trainCount = try values.count(.trainCount, 1...Int(Int32.max))
    testCount = try values.count(.testCount, 0...Int(Int32.max))
    fingerprint = try values.decode(String.self, forKey: .fingerprint)
    testFraction = try values.checkedIfPresent(
      .testFraction, "a number between 0 and 1", where: { $0 > 0 && $0 < 1 })
  }
}

extension RunCourse {
  /// Reads it where the plan has been read.
  init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    format = try values.decode(String.self, forKey: .format)
    batchSize = try values.count(.batchSize, 1...1_000_000)
    seed = try values.checked(.seed, "a whole number from 0 on")
    shards = try values.checkedIfPresent(
      .shards, "a power of two that divides the batch",
      where: { [batchSize] in DataParallelism.isNumber($0) && batchSize % $0 == 0 })
    command = try values.decode([String].self, forKey: .command)
    validation = try values.decodeIfPresent(RunValidation.self, forKey: .validation)
    let epochs = try Planned(from: decoder).plan.epochs
    begun = try values.checkedIfPresent(
      .begun, "a whole number from 0 to the epochs of the plan", where: { 0...epochs ~= $0 })
  }

  private struct Planned: Decodable {
    struct Length: Decodable { let epochs: Int }
    let plan: Length
  }
}
