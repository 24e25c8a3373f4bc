import GumbelCLibrary

/// Why a file was not written.
///
/// `description` is one line: `cannot write "out/a.svg": the directory "out" does not exist`.
public struct OutputError: Error, Equatable, Sendable, CustomStringConvertible {
  /// Each way in which writing can fail.
  public enum Problem: Equatable, Sendable {
    /// The path leads to a directory.
    case isDirectory
    /// The directory that the file would be in does not exist.
    case missingDirectory(String)
    /// A system call failed with this error number.
    case system(code: Int32)
  }

  /// The path as it was given.
  public var path: String

  /// What went wrong.
  public var problem: Problem

  /// A problem with writing to a path.
  public init(path: String, problem: Problem) {
    self.path = path
    self.problem = problem
  }

  public var description: String {
    let reason =
      switch problem {
      case .isDirectory: "it is a directory"
      case .missingDirectory(let directory):
        "the directory \(quoted(directory, limit: .max)) does not exist"
      case .system(let code): systemReason(code)
      }
    let name =
      OutputTarget.isStandardOutput(path) ? "to standard output" : quoted(path, limit: .max)
    return "cannot write \(name): \(reason)"
  }

  /// Whether the reader of a pipe has gone, as `head` goes when it has had enough.
  package var isBrokenPipe: Bool { problem == .system(code: EPIPE) }
}

extension OutputError {
  /// The error of the system call that has just failed.
  init(path: String) {
    self.init(path: path, problem: .system(code: errno))
  }
}
