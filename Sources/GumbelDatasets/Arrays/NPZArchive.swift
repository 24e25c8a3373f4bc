/// The arrays in an `.npz` file: a ZIP archive of `.npy` files, as NumPy's `savez` writes it.
enum NPZArchive {
  /// A path and the name of an array behind a colon; nil for the path of a file, whatever its name.
  static func parts(of path: String) -> (file: String, array: String)? {
    guard !exists(path), let colon = path.lastIndex(of: ":") else { return nil }
    let file = String(path[..<colon])
    return isReadableFile(file) ? (file, String(path[path.index(after: colon)...])) : nil
  }

  /// Opens a source: a file as it is, or an array of an archive, which a path names behind a colon if
  /// it is not the only one.
  static func open(
    _ source: InputSource, chunk: Int, shouldStop: (@Sendable () -> Bool)?
  ) throws(InputError) -> ChunkedInput {
    let (file, array) = source.withoutArrayName
    let input = try ChunkedInput(file, chunk: chunk, shouldStop: shouldStop)
    if try input.begins(with: ZIPArchive.magic) {
      try enter(input, array: array)
    } else if array != nil {
      throw InputError(source: source.name, problem: .missing)
    }
    return input
  }

  /// The names of the arrays in an archive.
  static func names(_ input: ChunkedInput) throws(InputError) -> [String] {
    try input.archive().members.map(\.name).filter(isArray).map(name)
  }

  /// Goes on with an array of the archive that an input is: the one of the name, or the only one.
  private static func enter(_ input: ChunkedInput, array: String?) throws(InputError) {
    let members = try input.archive().members
    let arrays = members.filter { isArray($0.name) }
    if arrays.isEmpty { throw input.error(.array(.noArrays(members.map(\.name)))) }
    let chosen = array.map { array in
      arrays.filter { name($0.name) == array || $0.name == array }
    }
    guard let member = (chosen ?? arrays).first, chosen != nil || arrays.count == 1 else {
      throw input.error(.array(.arrays(arrays.map { name($0.name) }, named: array)))
    }
    try input.enter(member, named: "\(input.source.name):\(name(member.name))")
  }

  private static func isArray(_ name: String) -> Bool { name.hasSuffix(".npy") }
  private static func name(_ member: String) -> String { String(member.dropLast(".npy".count)) }
}

extension InputSource {
  /// The file, and the array in it, that a path with a colon names.
  var withoutArrayName: (source: InputSource, array: String?) {
    guard case .file(let path) = self, let parts = NPZArchive.parts(of: path) else {
      return (self, nil)
    }
    return (.file(parts.file), parts.array)
  }
}
