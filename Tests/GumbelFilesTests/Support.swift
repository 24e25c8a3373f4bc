import Foundation
import Testing

/// Expects the message of what `body` throws, or nil if it throws nothing.
///
/// A function, since the compiler can confuse a closure inside `#expect` with one outside.
func expectMessage(
  _ expected: String?, sourceLocation: SourceLocation = #_sourceLocation,
  _ body: () throws -> some Any
) {
  var found: String?
  do {
    _ = try body()
  } catch {
    found = "\(error)"
  }
  #expect(found == expected, sourceLocation: sourceLocation)
}

/// Calls `body` with the path of a new directory, which is removed afterwards.
func withDirectory<Result>(_ body: (String) throws -> Result) throws -> Result {
  let directory = FileManager.default.temporaryDirectory
    .appendingPathComponent("files-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
  defer { try? FileManager.default.removeItem(atPath: directory) }
  return try body(directory)
}
