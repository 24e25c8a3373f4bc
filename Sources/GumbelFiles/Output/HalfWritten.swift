/// Outputs that are written where they are, such as pipes, devices and files that cannot be replaced:
/// a process that ends all of a sudden leaves a part in them.
enum HalfWritten {
  private static let paths = Locked<Set<String>>([])

  static func begin(_ path: String) { paths.withLock { _ = $0.insert(path) } }

  /// To be called where all is written. Standard output is never said to be: whoever writes there may
  /// go on.
  static func end(_ path: String) {
    if OutputTarget.isStandardOutput(path) { return }
    paths.withLock { _ = $0.remove(path) }
  }

  /// Those that may have a part of what they are to have, in the order of their names.
  static var all: [String] { (paths.withLockSoon { $0 } ?? []).sorted() }
}
