import Foundation

/// The built command, run as a process of its own.
enum Gumbel {
  struct Outcome {
    /// Whether a signal ended it.
    let wasKilled: Bool
    /// As a shell has it: the exit status, or 128 and the number of the signal.
    let status: Int32
    let output: String
    let errors: String
    var errorLines: [Substring] { errors.split(separator: "\n") }
  }

  /// Beside the test bundle, or for Swift Testing's own runner beside the process.
  static let path: URL = {
    for argument in CommandLine.arguments where argument.hasSuffix(".xctest") {
      return URL(fileURLWithPath: argument).deletingLastPathComponent()
        .appendingPathComponent("gumbel")
    }
    return URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
      .appendingPathComponent("gumbel")
  }()

  /// Runs it to its end.
  ///
  /// - Parameter isReady: Where it is given, the command is asked to stop as by Ctrl-C, once this
  ///   holds: something that the command does and that can be seen from outside, since no number of
  ///   seconds is right on every machine.
  static func run(
    _ arguments: [String], input: String? = nil, in directory: URL? = nil,
    interruptWhen isReady: (() throws -> Bool)? = nil
  ) throws -> Outcome {
    let process = try ChildProcess(arguments, input: input ?? "", in: directory)
    if let isReady {
      try process.wait(until: isReady)
      process.send(SIGINT)
    }
    return try process.wait()
  }
}

/// Counts how often a file is seen to be new, as one is each time that it is replaced.
final class FileVersions {
  private let url: URL
  private var last: [AnyHashable?]
  private(set) var count = 0

  init(of url: URL) {
    self.url = url
    last = Self.version(of: url)
  }

  /// Whether so many versions were seen, of which each look finds one at most.
  func haveReached(_ wanted: Int) -> Bool {
    let now = Self.version(of: url)
    if now != last { (last, count) = (now, count + 1) }
    return count >= wanted
  }

  private static func version(of url: URL) -> [AnyHashable?] {
    let attributes = try? FileManager.default.attributesOfItem(atPath: url.path)
    return [
      (attributes?[.systemFileNumber] as? NSNumber)?.uint64Value,
      attributes?[.modificationDate] as? Date,
    ]
  }
}

/// A folder that goes when nothing refers to it any more.
final class TemporaryFolder: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gumbel-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  func url(_ name: String) -> URL { folder.appendingPathComponent(name) }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String {
    try text.write(to: url(name), atomically: true, encoding: .utf8)
    return url(name).path
  }

  func read(_ name: String) throws -> String { try String(contentsOf: url(name), encoding: .utf8) }

  func bytes(_ name: String) throws -> Data { try Data(contentsOf: url(name)) }

  /// Whether there is a file, of more than no bytes.
  func holds(_ name: String) -> Bool {
    let attributes = try? FileManager.default.attributesOfItem(atPath: url(name).path)
    return ((attributes?[.size] as? NSNumber)?.intValue ?? 0) > 0
  }

  /// What is in it, in the order of names.
  func names() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
  }
}

/// What `gumbel learn --json` writes.
struct LearnOutput: Decodable {
  let categories: [String]
  let learned: [Double]
  let reference: [Double]
  let referenceKind: String
  let totalVariation: Double
  let epochs: Int
  let discriminatorSteps: Int
  let generatorSteps: Int
  let trainingSeconds: Double
  let seed: Int
  let preset: String
  let history: [[Double]]

  init(_ text: String) throws {
    self = try JSONDecoder().decode(LearnOutput.self, from: Data(text.utf8))
  }
}
