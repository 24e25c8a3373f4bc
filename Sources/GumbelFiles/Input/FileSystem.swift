import GumbelCLibrary

// What is at a path, at the end of all symbolic links.

package func exists(_ path: String) -> Bool { kind(of: path) != nil }

package func isRegularFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

package func isDirectory(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

package func isReadableFile(_ path: String) -> Bool {
  !isDirectory(path) && access(path, R_OK) == 0
}

/// Whether there is a regular file in which something is.
package func holdsSomething(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && status.st_size > 0
}

private func kind(of path: String) -> mode_t? {
  var status = stat()
  return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
}

/// The names in a folder but for hidden ones, in no order.
package func directoryEntries(_ path: String) throws(InputError) -> [String] {
  guard let names = allEntries(path) else {
    throw InputError(
      source: path, problem: errno == ENOENT ? .missing : .notOpened(code: errno))
  }
  return names.filter { !$0.hasPrefix(".") }
}

/// The names in a folder; nil, with `errno`, where it cannot be opened.
package func allEntries(_ path: String) -> [String]? {
  guard let stream = opendir(path) else { return nil }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let offset = MemoryLayout<dirent>.offset(of: \.d_name)!
    names.append(
      String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self)))
  }
  return names
}
