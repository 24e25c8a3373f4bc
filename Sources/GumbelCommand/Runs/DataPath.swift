import GumbelCLibrary
import GumbelFiles

/// Where the data of a run are, so that the run can go on from any directory.
enum DataPath {
  /// A path from the root; nil for standard input, which is not found again.
  static func absolute(_ path: String) -> String? {
    if path == "-" { return nil }
    if path.hasPrefix("/") { return path }
    var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
    guard getcwd(&bytes, bytes.count) != nil else { return nil }
    let directory = String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init), as: UTF8.self)
    return (directory == "/" ? "" : directory) + "/" + path
  }

  /// What to read where a run goes on and nothing else is given: the data as they were typed if these
  /// lead to the same place, else those at the path that was recorded, else what was typed, from
  /// here: a run that was moved together with its data.
  ///
  /// - Parameters:
  ///   - recorded: nil where the data are a named set, or an older version wrote the run.
  ///   - run: what messages call the run.
  ///   - command: how to go on with other data, such as `gumbel vae train DATA --checkpoint run
  ///     --resume`.
  static func ofRun(
    recorded: String?, typed: String, run: String, command: String
  ) throws -> String {
    guard let recorded else { return typed }
    if isThere(recorded) { return absolute(typed) == recorded ? typed : recorded }
    if isThere(typed) { return typed }
    throw CommandFailure(
      "\(run): the run's data are no longer in \(recorded); expected them there, or where they are "
        + "now, as in \(command)")
  }

  /// Whether there is such a file or folder, which may be followed by the name of an array in it.
  private static func isThere(_ path: String) -> Bool {
    exists(path) || path.lastIndex(of: ":").map { exists(String(path[..<$0])) } ?? false
  }
}
