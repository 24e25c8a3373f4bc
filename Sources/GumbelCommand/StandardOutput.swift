import Gumbel

/// Standard output, where a write that fails is an error.
enum StandardOutput {
  /// What stands for standard output where a path is asked for.
  static let argument = "-"
  private static let path = "/dev/stdout"

  /// Writes text and ends the line.
  ///
  /// - Throws: An ``OutputError`` if not all of it could be written.
  static func print(_ text: String) throws {
    try AtomicFile.write(text + "\n", to: path)
  }

  /// The path that writes to standard output where `-` was given, and otherwise the path itself.
  static func resolving(_ path: String) -> String { path == argument ? Self.path : path }
}
