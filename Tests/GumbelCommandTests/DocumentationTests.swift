import Foundation
import Testing

/// What the README and the help say is what the command does.
@Suite struct DocumentationTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct Example {
    let command: String
    let output: String
  }

  /// The commands in console blocks that hold one of these, in order.
  private static let commands = ["gumbel sample", "gumbel fit", "gumbel explore"]

  private static func examples() throws -> [Example] {
    let text = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
    var result: [Example] = []
    for block in text.components(separatedBy: "```console\n").dropFirst() {
      let body = "\n" + block.components(separatedBy: "```")[0]
      guard commands.contains(where: body.contains) else { continue }
      for example in body.components(separatedBy: "\n$ ").dropFirst() {
        let end = example.firstIndex(of: "\n") ?? example.endIndex
        let output = example[end...].dropFirst()
        result.append(
          Example(
            command: String(example[..<end]),
            output: output.isEmpty || output.hasSuffix("\n") ? String(output) : output + "\n"))
      }
    }
    return result
  }

  @Test func theExamplesOfTheReadmeRun() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createSymbolicLink(
      at: folder.folder.appendingPathComponent("docs"),
      withDestinationURL: Self.root.appendingPathComponent("docs"))
    let examples = try Self.examples()
    #expect(examples.count >= 10)
    for example in examples {
      let outcome = try Shell.run("{ \(example.command); } >output.txt 2>&1", in: folder.folder)
      #expect(outcome.status == 0, "\(example.command)")
      // What a command in the example sends to a file of its own is not shown there.
      #expect(try folder.read("output.txt") == example.output, "\(example.command)")
    }
  }

  private static let helped = [
    "learn", "sample", "fit", "explore", "estimators", "data", "vae", "vae train", "vae evaluate",
    "vae generate", "vae reconstruct", "vae interpolate", "vae encode", "text", "text train",
    "text generate", "text evaluate", "text score", "text grammar",
  ]

  /// `RECORD_SNAPSHOTS=1` writes them anew.
  @Test(arguments: helped) func help(command: String) throws {
    let words = command.split(separator: " ").map(String.init)
    let outcome = try Gumbel.run(words + ["--help"])
    #expect(outcome.status == 0)
    let file = Self.root.appendingPathComponent(
      "Tests/Snapshots/help-\(words.joined(separator: "-")).txt")
    if ProcessInfo.processInfo.environment["RECORD_SNAPSHOTS"] == "1" {
      try outcome.output.write(to: file, atomically: true, encoding: .utf8)
      return
    }
    #expect(try String(contentsOf: file, encoding: .utf8) == outcome.output)
  }
}
