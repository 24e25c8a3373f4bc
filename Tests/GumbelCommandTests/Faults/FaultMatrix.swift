import Foundation
import Testing

/// Runs a line under a fault, and looks at what is left.
enum FaultMatrix {
  /// All that the lines read, made once and removed at the end.
  private static let template = Result {
    atexit { FaultMatrix.removeTemplate() }
    return try makeTemplate()
  }

  private static func removeTemplate() {
    if let folder = try? template.get() { try? FileManager.default.removeItem(at: folder.folder) }
  }

  private static func makeTemplate() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try SmallImages.idx(66).write(to: folder.url("IMAGES"))
    try folder.write((1...40).map { "\($0 * $0 % 41).5\n" }.joined(), to: "NUMBERS")
    try folder.write("S -> 'x' | 'y' | S '+' S\n", to: "GRAMMAR")
    try folder.write(
      (0..<60).map { String(repeating: "ab", count: 1 + $0 % 4) + "\($0 % 3)\n" }.joined(),
      to: "WORDS")
    try folder.write("n,w\n" + (1...20).map { "r\($0),\($0)\n" }.joined(), to: "TABLE")
    let lines = [
      "vae train IMAGES \(FaultLine.network) --epochs 1 --test-samples 1 --checkpoint VAERUN",
      "text train --grammar GRAMMAR --count 40 --hidden 4 --embedding 4 --epochs 1 --samples 10 "
        + "--quiet --checkpoint TEXTRUN",
    ]
    for line in lines {
      let outcome = try Gumbel.run(FaultLine.words(line), in: folder.folder)
      #expect(outcome.status == 0, "\(line): \(outcome.errors)")
    }
    return folder
  }

  /// A folder with what a line reads, and with old files where it writes.
  static func folder(for line: FaultLine) throws -> TemporaryFolder {
    let (folder, template) = (try TemporaryFolder(), try template.get())
    for name in try template.names() where line.text.contains(name) {
      try FileManager.default.copyItem(at: template.url(name), to: folder.url(name))
    }
    for name in line.writes where name.hasPrefix("OUT") { try folder.write(old, to: name) }
    return folder
  }

  static let old = "what was there\n"

  /// The kilobytes of memory with which the command is loaded and says its version.
  private static let leastMemory = Result {
    try Shell.run(
      """
      for n in $(seq 20000 4000 2000000); do
        (ulimit -v $n; "$0" --version) >/dev/null 2>&1; status=$?
        # Neither the loader's complaint nor a signal: the command's own.
        [ $status -le 1 ] && { echo $n; exit; }
      done
      """
    ).output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  /// Runs the command by a shell script in which `"$@"` is it.
  static func run(
    _ words: [String], by script: String, in folder: TemporaryFolder, path: String = ""
  ) throws -> Gumbel.Outcome {
    let other = try TemporaryFolder()
    var environment = ProcessInfo.processInfo.environment
    environment["P"] = path
    environment["F"] = folder.folder.path
    environment["T"] = other.folder.path
    if script.contains("LEAST") { environment["LEAST"] = try leastMemory.get() }
    // A trap is a failure here, and needs no backtrace of many seconds.
    environment["SWIFT_BACKTRACE"] = "enable=no"
    let arguments = ["-c", script, "bash", Gumbel.path.path] + words
    return try withExtendedLifetime(other) {
      try ChildProcess(
        arguments, of: Shell.path, in: folder.folder, environment: environment
      ).wait()
    }
  }

  // MARK: - What is left

  /// Expects that nothing is lost: what is read is as it was, and what is written is as it was or
  /// whole.
  static func expectNothingLost(
    _ line: FaultLine, in folder: TemporaryFolder, without path: String? = nil, _ comment: Comment
  ) throws {
    let template = try template.get()
    for name in line.reads where name != path {
      #expect(try folder.bytes(name) == template.bytes(name), "\(name), \(comment)")
    }
    for name in line.writes where name != path && exists(name, in: folder) {
      let isOld = name.hasPrefix("OUT") && (try? folder.read(name)) == old
      #expect(isOld || isWhole(name, in: folder), "\(name), \(comment)")
    }
    let left = try FileManager.default.subpathsOfDirectory(atPath: folder.folder.path)
      .filter { $0.contains(".gumbel-") }
    #expect(left == [], comment)
  }

  static func exists(_ name: String, in folder: TemporaryFolder) -> Bool {
    FileManager.default.fileExists(atPath: folder.url(name).path)
  }

  /// Whether a file is all of what its name says, or a directory a run's.
  static func isWhole(_ name: String, in folder: TemporaryFolder) -> Bool {
    if name.hasSuffix("RUN") {
      let log = (try? folder.read(name + "/metrics.jsonl")) ?? ""
      let checkpoint = name + "/checkpoint.safetensors"
      return log.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"step\":") && $0.last == "}" }
        && (!exists(checkpoint, in: folder) || isWhole(checkpoint, in: folder))
    }
    guard let data = try? folder.bytes(name) else { return false }
    let text = String(decoding: data, as: UTF8.self)
    switch URL(fileURLWithPath: name).pathExtension {
    case "json":
      return (try? JSONSerialization.jsonObject(with: data)) != nil && text.hasSuffix("\n")
    case "svg": return text.hasPrefix("<svg") && text.hasSuffix("</svg>\n")
    case "html": return text.hasPrefix("<!DOCTYPE html>") && text.hasSuffix("</html>\n")
    case "png": return data.starts(with: [0x89, 0x50]) && data.suffix(8).starts(with: "IEND".utf8)
    case "npy": return data.dropFirst().starts(with: "NUMPY".utf8) && data.count > 80
    case "safetensors": return (try? tensors(of: folder.url(name)))?.names.isEmpty == false
    // Lines: any number of them, and the last one ends.
    default: return text.isEmpty || text.hasSuffix("\n")
    }
  }
}
