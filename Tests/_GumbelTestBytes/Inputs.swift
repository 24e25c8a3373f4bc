import Foundation
import GumbelFiles

/// Calls `body` with a source that holds some bytes and is called `data` in messages.
package func withSource<Result>(
  _ bytes: [UInt8], _ body: (InputSource) throws -> Result
) throws -> Result {
  guard let file = tmpfile() else { throw CocoaError(.fileWriteUnknown) }
  defer { fclose(file) }
  guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
    throw CocoaError(.fileWriteOutOfSpace)
  }
  rewind(file)
  return try body(.descriptor(fileno(file), name: "data"))
}

/// Calls `body` with the path of a new directory, which is removed afterwards.
package func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("gumbel-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  return try body(directory)
}

/// The message of what `body` throws, or nil if it throws nothing.
///
/// A function, since the compiler can confuse a closure inside `#expect` with one outside.
package func thrownMessage(_ body: () throws -> some Any) -> String? {
  do { _ = try body() } catch { return "\(error)" }
  return nil
}
