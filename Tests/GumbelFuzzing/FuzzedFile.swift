import Foundation
import GumbelDatasets

/// Calls `body` with a source of these bytes. It is one file for all calls, of which one at a time
/// goes on, because making a file takes longer than most readers.
func withSource<Result>(_ bytes: [UInt8], _ body: (InputSource) throws -> Result) throws -> Result {
  FuzzedFile.lock.lock()
  defer { FuzzedFile.lock.unlock() }
  let file = FuzzedFile.descriptor
  guard ftruncate(file, 0) == 0, pwrite(file, bytes, bytes.count, 0) == bytes.count,
    lseek(file, 0, SEEK_SET) == 0
  else { fatalError("the temporary file cannot be written") }
  return try body(.descriptor(file, name: "data"))
}

private enum FuzzedFile {
  static let lock = NSLock()
  static let descriptor: Int32 = {
    guard let file = tmpfile() else { fatalError("no temporary file") }
    return fileno(file)
  }()
}

/// Calls `body` with the path of a directory that holds these files and nothing else.
func withFolder<Result>(
  _ files: [(name: String, bytes: [UInt8])], _ body: (String) throws -> Result
) throws -> Result {
  let path = FuzzedFolder.root + "/gumbel-fuzz-\(getpid())-\(UInt64.random(in: 0...UInt64.max))"
  try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: path) }
  for file in files {
    guard let stream = fopen(path + "/" + file.name, "w") else { fatalError("no file in \(path)") }
    fwrite(file.bytes, 1, file.bytes.count, stream)
    fclose(stream)
  }
  return try body(path)
}

private enum FuzzedFolder {
  /// In memory where there is such a place.
  static let root =
    FileManager.default.isWritableFile(atPath: "/dev/shm")
    ? "/dev/shm" : FileManager.default.temporaryDirectory.path
}

/// Bytes, and behind them one that says how they are to be read.
struct Formed {
  let bytes: [UInt8]
  let form: Int

  init(_ input: [UInt8]) {
    bytes = Array(input.dropLast())
    form = Int(input.last ?? 0)
  }

  static func seeds(_ texts: [String], forms: Range<UInt8>) -> [[UInt8]] {
    texts.flatMap { text in forms.map { Array(text.utf8) + [$0] } }
  }
}
