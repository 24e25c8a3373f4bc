import CGumbelPJRT
import GumbelCLibrary
import GumbelFiles

/// Compiled programs in a folder of this user's, since compiling takes seconds.
///
/// A program is found by its text, its options, and the plug-in with its version. Several processes may
/// use the folder: a file is written beside and renamed, and one that cannot be used is made anew. What
/// was not used for the longest time goes where the folder grows beyond ``limit``.
package struct ExecutableCache: Sendable {
  /// Where the files are; nil where nothing is kept.
  package let folder: String?
  /// The bytes that the files may have together.
  package let limit: Int

  /// The variable that names the folder; empty for none.
  package static let variable = "GUMBEL_XLA_CACHE"

  /// The folder of this user.
  package static let shared = ExecutableCache(folder: userFolder, limit: 1 << 30)

  package init(folder: String?, limit: Int) {
    self.folder = folder
    self.limit = limit
  }

  private static var userFolder: String? {
    // Empty is not the same as not set.
    if let folder = getenv(variable) { return folder.pointee == 0 ? nil : String(cString: folder) }
    return (environmentValue("XDG_CACHE_HOME") ?? environmentValue("HOME").map { "\($0)/.cache" })
      .map { "\($0)/swift-gumbel/xla" }
  }

  /// The program of a text, from the folder or compiled.
  package func executable(
    _ text: String, _ options: PJRTCompileOptions, for client: PJRTClient
  ) throws(DeviceError) -> PJRTExecutable {
    guard let folder, Self.make(folder) else {
      return try PJRTExecutable.compile(text, options, for: client)
    }
    let path = "\(folder)/\(Self.name(text, options, client)).\(Self.suffix)"
    if let bytes = Self.contents(path),
      let known = try? PJRTExecutable(serialized: bytes, for: client)
    {
      // The time of the last use.
      utimes(path, nil)
      return known
    }
    let executable = try PJRTExecutable.compile(text, options, for: client)
    // A plug-in that cannot write programs down, or a full disk, costs time alone.
    if let bytes = try? executable.program().serialized() {
      try? AtomicFile.replace(path, with: Self.checksum(bytes) + bytes)
      trim()
    }
    return executable
  }

  // MARK: - Files

  private static let suffix = "xla"

  /// Removes all programs. Returns how many bytes they had.
  @discardableResult
  package func clear() -> Int { remove(until: 0) }

  private func trim() { remove(until: limit) }

  /// Removes the files that were not used for the longest time.
  @discardableResult
  private func remove(until limit: Int) -> Int {
    var files = entries
    var size = files.reduce(0) { $0 + $1.size }
    let before = size
    files.sort { $0.used < $1.used }
    for file in files where size > limit {
      if unlink(file.path) == 0 { size -= file.size }
    }
    return before - size
  }

  /// The number of programs and their bytes together.
  package var usage: (count: Int, bytes: Int) {
    let files = entries
    return (files.count, files.reduce(0) { $0 + $1.size })
  }

  private var entries: [(path: String, size: Int, used: Int)] {
    guard let folder, let names = try? directoryEntries(folder) else { return [] }
    return names.filter { $0.hasSuffix(".\(Self.suffix)") }.compactMap { name in
      var status = stat()
      let path = "\(folder)/\(name)"
      guard lstat(path, &status) == 0 else { return nil }
      return (path, Int(status.st_size), status.modified)
    }
  }

  /// Makes the folder, for this user alone: what is in it is run.
  private static func make(_ folder: String) -> Bool {
    var path = folder.hasPrefix("/") ? "" : "."
    for part in folder.split(separator: "/") {
      path += "/\(part)"
      if mkdir(path, 0o700) != 0, errno != EEXIST { return false }
    }
    var status = stat()
    return stat(folder, &status) == 0 && status.st_uid == geteuid()
      && status.st_mode & (S_IWGRP | S_IWOTH) == 0
  }

  /// What a file holds behind its checksum; nil where that is not what was written.
  private static func contents(_ path: String) -> [UInt8]? {
    let descriptor = openDescriptor(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_uid == geteuid(), status.st_size > 16, status.st_size < 1 << 31
    else { return nil }
    let size = Int(status.st_size)
    let bytes = readBytes(from: descriptor, count: size).bytes
    guard bytes.count == size else { return nil }
    let program = Array(bytes[16...])
    return checksum(program) == Array(bytes[..<16]) ? program : nil
  }

  // MARK: - Names

  private static func name(
    _ text: String, _ options: PJRTCompileOptions, _ client: PJRTClient
  ) -> String {
    var status = stat()
    _ = stat(client.plugin.path, &status)
    let version = client.plugin.version
    let key =
      "\(client.plugin.path) \(status.st_size) \(status.modified) \(version.major).\(version.minor) "
      + "\(client.platformName) \(client.platformVersion) \(client.devices.map(\.kind))\n"
    return checksum(Array(key.utf8) + options.encoded + Array(text.utf8))
      .map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// 128 bits that two contents have in common by chance alone.
  private static func checksum(_ bytes: [UInt8]) -> [UInt8] {
    var (a, b) = (0xcbf2_9ce4_8422_2325 as UInt64, 0x9e37_79b9_7f4a_7c15 as UInt64)
    for byte in bytes {
      a = (a ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
      b = (b &+ UInt64(byte) &+ 1) &* 0xd134_2543_de82_ef95
      b ^= b >> 29
    }
    return withUnsafeBytes(of: (a.bigEndian, b.bigEndian)) { Array($0) }
  }
}

extension stat {
  fileprivate var modified: Int {
    #if canImport(Darwin)
      st_mtimespec.tv_sec
    #else
      st_mtim.tv_sec
    #endif
  }
}
