import GumbelCLibrary

/// What a path to write to leads to.
enum RegularFile {
  /// Whether it leads to a regular file, which would be replaced.
  static func exists(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether it leads to a regular file in which something is.
  static func holdsSomething(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
  }
}
