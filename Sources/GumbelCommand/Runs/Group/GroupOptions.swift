import ArgumentParser
import SwiftGumbel

/// `--seeds` and `--sweep`: several trainings instead of one.
struct GroupOptions: ParsableArguments {
  @Option(
    "Train with so many seeds, --seed and those that follow it, or with each of a list, as in 1,5,9, "
      + "side by side; --checkpoint then holds a directory for each.", valueName: "n|list")
  var seeds: String?
  @Option(
    "Train with each of these values of an option, as in learning-rate=1e-3,3e-3; may be repeated, "
      + "for all combinations. Values that have commas are separated by ;.",
    valueName: "option=values")
  var sweep: [String] = []
  @Option(
    "How many trainings go on at a time, with --seeds or --sweep. (default: as many as there are "
      + "processors and memory for)", valueName: "n")
  var jobs: Int?

  /// What the discussion of a command says of it.
  static let discussion = """
    --seeds and --sweep train several networks, each to the bits that it has alone with its options, in \
    directories such as seed=43, which are runs like others. One table, page and JSON have means, \
    standard deviations and 95 % intervals (Student's t) over the seeds, and best leads to the run with \
    the best validation measure of the setting that is best on average. --resume goes on with what is \
    not done. Under mpirun whole trainings are shared, and --checkpoint is a directory that all \
    processes see.
    """

  /// The option that asks for several trainings; nil where none does.
  var given: String? { seeds != nil ? "--seeds" : sweep.isEmpty ? nil : "--sweep" }

  func validate() throws {
    try OptionChecks.count(jobs, "--jobs", upTo: 1024)
    _ = try seeds.map { try SeedList($0) }
    _ = try sweeps()
  }

  /// Throws where an option would not be heeded.
  func checkUse(_ keeping: RunOptions) throws {
    if let given, keeping.checkpoint == nil {
      throw ValidationError("\(given): expected --checkpoint with a directory for the runs")
    }
    if let jobs, given == nil {
      throw ValidationError("--jobs \(jobs): expected --seeds or --sweep, for several trainings")
    }
  }

  /// What is swept, in the order in which it was given.
  func sweeps() throws -> [Sweep] {
    var sweeps: [Sweep] = []
    for text in sweep {
      let found = try Sweep(text)
      if sweeps.contains(where: { $0.option == found.option }) {
        throw ValidationError(
          "--sweep \(text): \(found.option) is swept already; expected all of its values in one")
      }
      sweeps.append(found)
    }
    return sweeps
  }
}

/// The seeds of several trainings.
enum SeedList: Equatable {
  /// So many from one on.
  case count(Int)
  case list([UInt64])

  static let most = 1000

  init(_ text: String) throws {
    let expected =
      "expected a number of trainings from 1 to \(Self.most), or different seeds from 0 to "
      + "\(UInt64.max), separated by commas"
    if let count = Int(text), !text.contains("+") {
      guard 1...Self.most ~= count else { throw ValidationError("--seeds \(text): \(expected)") }
      self = .count(count)
      return
    }
    let seeds = text.split(separator: ",", omittingEmptySubsequences: false).map { UInt64($0) }
    guard 2...Self.most ~= seeds.count, !seeds.contains(nil), Set(seeds).count == seeds.count
    else { throw ValidationError("--seeds \(text): \(expected)") }
    self = .list(seeds.compactMap(\.self))
  }

  /// - Parameter first: that of `--seed`.
  func seeds(from first: UInt64) -> [UInt64] {
    switch self {
    case .count(let count): (0..<UInt64(count)).map { first &+ $0 }
    case .list(let seeds): seeds
    }
  }
}

/// The values of an option, of which each is tried.
struct Sweep: Equatable {
  /// The option's long name.
  let option: String
  let values: [String]

  init(_ text: String) throws {
    let expected = "expected an option's name and different values, as in learning-rate=1e-3,3e-3"
    guard let place = text.firstIndex(of: "=") else {
      throw ValidationError("--sweep \(text): \(expected)")
    }
    var name = text[..<place]
    if name.hasPrefix("--") { name = name.dropFirst(2) }
    let list = text[text.index(after: place)...]
    let values = list.split(
      separator: list.contains(";") ? ";" : ",", omittingEmptySubsequences: false
    ).map(String.init)
    guard !name.isEmpty, !values.contains(""), Set(values).count == values.count else {
      throw ValidationError("--sweep \(text): \(expected)")
    }
    option = String(name)
    self.values = values
  }
}
