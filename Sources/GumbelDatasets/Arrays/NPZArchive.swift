/// The arrays in an `.npz` file: a ZIP archive of `.npy` files, as NumPy's `savez` writes it.
enum NPZArchive {
  /// A path and the name of an array behind a colon; nil for the path of a file, whatever its name.
  static func parts(of path: String) -> (file: String, array: String)? {
    guard !exists(path), let colon = path.lastIndex(of: ":") else { return nil }
    let file = String(path[..<colon])
    return isReadableFile(file) ? (file, String(path[path.index(after: colon)...])) : nil
  }

  /// The names of the arrays in an archive.
  static func names(_ input: ChunkedInput) throws(InputError) -> [String] {
    try archive(input).members.map(\.name).filter(isArray).map(name)
  }

  /// Goes on with an array of the archive that an input is: the one of the name, or the only one.
  static func enter(_ input: ChunkedInput, array: String?) throws(InputError) {
    let members = try archive(input).members
    func failure(_ problem: ZIPProblem) -> InputError {
      InputError(source: input.source.name, problem: .zip(problem))
    }
    let arrays = members.filter { isArray($0.name) }
    if arrays.isEmpty { throw failure(.noArrays(members.map(\.name))) }
    let chosen = array.map { array in
      arrays.filter { name($0.name) == array || $0.name == array }
    }
    guard let member = (chosen ?? arrays).first, chosen != nil || arrays.count == 1 else {
      throw failure(.arrays(arrays.map { name($0.name) }, named: array))
    }
    if member.isEncrypted { throw failure(.method("encrypted", member: member.name)) }
    if member.method != 0, member.method != 8 {
      throw failure(.method("packed by method \(member.method)", member: member.name))
    }
    try input.enter(member, named: "\(input.source.name):\(name(member.name))")
  }

  private static func archive(_ input: ChunkedInput) throws(InputError) -> ZIPArchive {
    do throws(ZIPProblem) {
      return try input.archive()
    } catch {
      throw InputError(source: input.source.name, problem: .zip(error))
    }
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

extension ChunkedInput {
  /// Whether the first bytes are these; reads no more than it takes to tell.
  func begins(with bytes: [UInt8]) throws(InputError) -> Bool {
    while unread.count < bytes.count, bytes.starts(with: unread), try readMore() {}
    return unread.starts(with: bytes)
  }
}
