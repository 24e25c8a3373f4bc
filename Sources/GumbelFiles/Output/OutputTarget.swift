import GumbelCLibrary

/// What a path to write to turns out to be.
enum OutputTarget {
  case descriptor(Int32)
  /// A device, pipe or socket.
  case device
  /// A regular file, which may exist already, at the end of all symbolic links.
  case file(target: String, existing: stat?)

  init(_ path: String, followingLinks: Bool = true) throws(OutputError) {
    if let descriptor = Self.descriptor(for: path) {
      self = .descriptor(descriptor)
      return
    }
    var status = stat()
    if !followingLinks, lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK {
      self = .file(target: path, existing: nil)
      return
    }
    let target = try Self.followingLinks(path)
    guard stat(target, &status) == 0 else {
      if errno != ENOENT { throw OutputError(path: path) }
      if target.isEmpty || target.hasSuffix("/") {
        throw OutputError(path: path, problem: .system(code: errno))
      }
      self = .file(target: target, existing: nil)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      throw OutputError(path: path, problem: .isDirectory)
    case S_IFREG:
      // Renaming needs leave of the directory only, but a file made read-only is meant to stay.
      if access(target, W_OK) != 0 { throw OutputError(path: path) }
      self = .file(target: target, existing: status)
    default:
      self = .device
    }
  }

  /// Whether a path stands for the process's standard output.
  static func isStandardOutput(_ path: String) -> Bool { descriptor(for: path) == STDOUT_FILENO }

  /// The descriptor that a path stands for. Such paths lead on to files that are already open,
  /// which to replace would take from whoever opened them.
  private static func descriptor(for path: String) -> Int32? {
    switch path {
    case "/dev/stdout": return STDOUT_FILENO
    case "/dev/stderr": return STDERR_FILENO
    default:
      for prefix in ["/dev/fd/", "/proc/self/fd/"] where path.hasPrefix(prefix) {
        return Int32(path.dropFirst(prefix.count))
      }
      return nil
    }
  }

  private static func followingLinks(_ path: String) throws(OutputError) -> String {
    var target = path
    for _ in 0..<40 {
      var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
      let count = buffer.withUnsafeMutableBytes {
        readlink(target, $0.assumingMemoryBound(to: CChar.self).baseAddress!, $0.count)
      }
      // Anything but a link, also what does not exist, is where links end.
      if count < 0 { return target }
      let link = String(decoding: buffer[..<count], as: UTF8.self)
      target = link.hasPrefix("/") ? link : directory(of: target) + "/" + link
    }
    throw OutputError(path: path, problem: .system(code: ELOOP))
  }
}

/// The directory that a path's last part is in.
func directory(of path: String) -> String {
  guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
