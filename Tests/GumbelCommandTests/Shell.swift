import Foundation

/// Lines for a shell, in which `gumbel` is the built command.
enum Shell {
  static let path = URL(fileURLWithPath: "/bin/bash")

  /// Runs them; output and errors may be redirected as the lines like.
  static func run(_ script: String, in directory: URL? = nil) throws -> Gumbel.Outcome {
    // In a function $0 is still the script's name: the command's path.
    let arguments = ["-c", "gumbel() { \"$0\" \"$@\"; }\n" + script, Gumbel.path.path]
    return try ChildProcess(arguments, of: path, in: directory).wait()
  }
}
