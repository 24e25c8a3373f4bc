import SwiftGumbel

/// Standard output, where a write that fails is an error.
enum StandardOutput {
  /// What stands for standard output where a path is asked for.
  static let argument = "-"
  private static let path = "/dev/stdout"

  /// Writes words for people and ends the line. Control characters, which may come from a file's
  /// names, are shown rather than sent.
  ///
  /// - Throws: An ``OutputError`` if not all of it could be written.
  static func print(_ text: String) throws { try write(escapedLines(text) + "\n") }

  /// Writes data as they are.
  ///
  /// - Throws: An ``OutputError`` if not all of it could be written.
  static func write(_ text: String) throws { try AtomicFile.write(text, to: path) }

  /// The path that writes to standard output where `-` was given, and otherwise the path itself.
  static func resolving(_ path: String) -> String { path == argument ? Self.path : path }
}

/// A file that a command writes, or standard output where its path is `-`.
enum OutputFile {
  static func write(_ text: String, to path: String) throws {
    try AtomicFile.write(text, to: StandardOutput.resolving(path))
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    try AtomicFile.write(bytes, to: StandardOutput.resolving(path))
  }

  /// Fails where a write would, as far as that can be told ahead of long work.
  static func checkWritable(_ path: String) throws {
    try AtomicFile.checkWritable(StandardOutput.resolving(path))
  }
}
