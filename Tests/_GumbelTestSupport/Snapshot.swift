#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// What differs between a text and its snapshot in Tests/Snapshots; nil if nothing does.
///
/// With `RECORD_SNAPSHOTS=1` in the environment the snapshot is written instead.
public func snapshotDifference(
  _ text: String, named name: String, filePath: String = #filePath
) -> String? {
  let components = filePath.split(separator: "/", omittingEmptySubsequences: false)
  guard let tests = components.lastIndex(of: "Tests") else { return "\(filePath) is not in Tests" }
  let folder = components[...tests].joined(separator: "/") + "/Snapshots"
  let path = folder + "/" + name
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      return "\(path) cannot be written: \(error)"
    }
    return nil
  }
  guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
    return "\(path) is missing; RECORD_SNAPSHOTS=1 writes it"
  }
  let expected = String(decoding: data, as: UTF8.self)
  return expected == text + "\n" ? nil : "expected\n\(expected)found\n\(text)"
}
