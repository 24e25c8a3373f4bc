import Foundation

/// Lines for a shell, in which `gumbel` is the built command.
enum Shell {
  /// Runs them; output and errors may be redirected as the lines like.
  static func run(_ script: String, in directory: URL? = nil) throws -> Gumbel.Outcome {
    let folder = try TemporaryFolder()
    let files = [folder.url("output"), folder.url("errors")]
    for file in files { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/bash")
    // In a function $0 is still the script's name: the command's path.
    process.arguments = ["-c", "gumbel() { \"$0\" \"$@\"; }\n" + script, Gumbel.path.path]
    process.currentDirectoryURL = directory
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: files[0])
    process.standardError = try FileHandle(forWritingTo: files[1])
    try process.run()
    process.waitUntilExit()
    return try withExtendedLifetime(folder) {
      Gumbel.Outcome(
        status: process.terminationStatus,
        output: String(decoding: try Data(contentsOf: files[0]), as: UTF8.self),
        errors: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self))
    }
  }
}
