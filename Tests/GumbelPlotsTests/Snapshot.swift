import Foundation
import Testing
import _GumbelTestBytes

/// Compares SVG text with the file `Snapshots/<name>.svg`.
///
/// `RECORD_SNAPSHOTS=1 swift test --filter PlotsTests` writes the files anew: look at them, as a
/// picture and as a difference, before committing. Embedded images are compared by their pixels,
/// because other versions of zlib compress the same ones to other bytes.
func expectSnapshot(
  _ svg: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("Snapshots").appendingPathComponent("\(name).svg")
  if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
    try svg.write(to: file, atomically: true, encoding: .utf8)
    return
  }
  let recorded = try String(contentsOf: file, encoding: .utf8)
  let (found, expected) = try (lines(of: svg), lines(of: recorded))
  #expect(found.count == expected.count, "lines of \(name).svg", sourceLocation: sourceLocation)
  for (index, (found, expected)) in zip(found, expected).enumerated() where found != expected {
    Issue.record(
      "\(name).svg differs in line \(index + 1):\n\(found)\nexpected:\n\(expected)",
      sourceLocation: sourceLocation)
    return
  }
}

/// The lines of a document, with the pixels of each embedded image in place of its data.
private func lines(of svg: String) throws -> [String] {
  try svg.split(separator: "\n", omittingEmptySubsequences: false).map { line in
    guard let start = line.range(of: "base64,"), let end = line.range(of: "\"/>") else {
      return String(line)
    }
    let data = try #require(Data(base64Encoded: String(line[start.upperBound..<end.lowerBound])))
    let image = try DecodedPNG(Array(data))
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in image.pixels { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let summary = "\(image.width)x\(image.height)x\(image.channels) \(hash)"
    return line[..<start.upperBound] + summary + line[end.lowerBound...]
  }
}
