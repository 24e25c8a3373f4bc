import Foundation

/// A process that was started. What it says goes to files: pipes could fill up while it is waited
/// for.
final class ChildProcess {
  private let process = Process()
  // It goes with its last use.
  private let folder: TemporaryFolder

  /// Starts a program.
  ///
  /// - Parameters:
  ///   - arguments: without the program's name.
  ///   - program: its file.
  ///   - input: what it can read on standard input.
  ///   - directory: where it works; nil for where the tests do.
  ///   - environment: in place of that of the tests.
  init(
    _ arguments: [String], of program: URL = Gumbel.path, input: String = "",
    in directory: URL? = nil, environment: [String: String]? = nil
  ) throws {
    folder = try TemporaryFolder()
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = directory
    if let environment { process.environment = environment }
    try folder.write(input, to: "input")
    process.standardInput =
      input.isEmpty
      ? FileHandle.nullDevice : try FileHandle(forReadingFrom: folder.url("input"))
    process.standardOutput = try Self.file("output", in: folder)
    process.standardError = try Self.file("errors", in: folder)
    try process.run()
  }

  private static func file(_ name: String, in folder: TemporaryFolder) throws -> FileHandle {
    try folder.write("", to: name)
    return try FileHandle(forWritingTo: folder.url(name))
  }

  var identifier: Int32 { process.processIdentifier }
  var isRunning: Bool { process.isRunning }

  /// What it has said on standard error so far.
  var errors: String { (try? folder.read("errors")) ?? "" }

  func send(_ signal: Int32) { kill(identifier, signal) }

  /// Comes back as soon as a condition holds, or the process has ended.
  func wait(until condition: () throws -> Bool) rethrows {
    while isRunning, try !condition() { Thread.sleep(forTimeInterval: 0.0005) }
  }

  /// Waits for the end; what was said has to be text.
  func wait() throws -> Gumbel.Outcome {
    process.waitUntilExit()
    let wasKilled = process.terminationReason == .uncaughtSignal
    return Gumbel.Outcome(
      wasKilled: wasKilled, status: process.terminationStatus + (wasKilled ? 128 : 0),
      output: try folder.read("output"),
      errors: try folder.read("errors"))
  }
}
