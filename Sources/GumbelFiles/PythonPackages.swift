/// Where Pythons keep their packages, some of which bring files along that we use: data sets, and
/// plug-ins for accelerators.
package enum PythonPackages {
  /// The folders of packages of Pythons that are installed below these prefixes, the newest version of
  /// each first. Not all of them need be there.
  package static func folders(below prefixes: [String]) -> [String] {
    var seen: Set<String> = []
    return prefixes.filter { seen.insert($0).inserted }.flatMap { prefix in
      // Debian has a folder python3 for all versions.
      let versions = (try? directoryEntries(prefix + "/lib")) ?? []
      return versions.filter { $0.hasPrefix("python3") }.sorted().reversed().flatMap { version in
        ["site-packages", "dist-packages"].map { "\(prefix)/lib/\(version)/\($0)" }
      }
    }
  }

  /// Where the Pythons of a search path are installed. pyenv's folder of shims stands for all of its
  /// versions, since what a shim starts is found out by running it.
  package static func prefixes(path: String) -> [String] {
    path.split(separator: ":").flatMap { folder -> [String] in
      guard isReadableFile("\(folder)/python3"), let slash = folder.lastIndex(of: "/") else {
        return []
      }
      let parent = String(folder[..<slash])
      switch folder[slash...] {
      case "/bin": return [parent]
      case "/shims":
        let versions = (try? directoryEntries(parent + "/versions")) ?? []
        return versions.sorted().reversed().map { "\(parent)/versions/\($0)" }
      default: return []
      }
    }
  }
}
