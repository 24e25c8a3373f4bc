import ArgumentParser
import Testing

@testable import GumbelCommand

/// The examples in the help of every command are ones that its parser takes.
@Suite struct HelpExampleTests {
  struct Example: CustomTestStringConvertible {
    let text: String
    let arguments: [String]
    var testDescription: String { text }
  }

  /// All lines of examples, whose words have no quotes; a remark stands behind several blanks.
  static let examples = commands(GumbelCommand.self).flatMap { command in
    let lines = command.configuration.discussion.split(
      separator: "\n", omittingEmptySubsequences: false)
    return lines.drop { $0 != "EXAMPLES" }.dropFirst().prefix { !$0.isEmpty }.map { line in
      let text = String(line.drop { $0 == " " })
      let command = text.split(separator: "gumbel ", maxSplits: 1).last ?? ""
      let words = command.split(separator: "  ", maxSplits: 1).first ?? ""
      return Example(text: text, arguments: words.split(separator: " ").map(String.init))
    }
  }

  private static func commands(_ root: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    [root] + root.configuration.subcommands.flatMap(commands)
  }

  @Test func `there are examples`() { #expect(Self.examples.count > 50) }

  @Test(arguments: examples) func `an example is parsed`(_ example: Example) throws {
    try CommandPath.check(example.arguments)
    _ = try GumbelCommand.parseAsRoot(example.arguments)
  }
}
