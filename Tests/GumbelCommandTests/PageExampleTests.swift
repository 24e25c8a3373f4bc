import ArgumentParser
import Foundation
import Testing

@testable import GumbelCommand

/// The README and the pages of the documentation show commands and options that there are.
@Suite struct PageExampleTests {
  struct Example: CustomTestStringConvertible {
    let page: String
    let arguments: [String]
    var testDescription: String { "\(page): gumbel \(arguments.joined(separator: " "))" }
  }

  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

  /// Names and texts.
  private static let pages: [(name: String, text: String)] = {
    let below = FileManager.default.enumerator(atPath: root + "/Sources")!.compactMap {
      $0 as? String
    }
    let catalogs = below.filter { $0.contains(".docc/") && $0.hasSuffix(".md") }.sorted()
    return (["README.md"] + catalogs.map { "Sources/" + $0 }).map { name in
      let data = FileManager.default.contents(atPath: "\(root)/\(name)")!
      return (name, String(decoding: data, as: UTF8.self))
    }
  }()

  /// The lines of fenced blocks that a shell is given, and text outside of such blocks.
  private static func parts(_ text: String) -> (lines: [String], prose: String) {
    let blocks = text.components(separatedBy: "```")
    var lines: [String] = []
    for block in blocks.enumerated().filter({ $0.offset % 2 == 1 }).map(\.element) {
      let whole = block.replacing(/\\\n */, with: "")
      let isConsole = whole.hasPrefix("console\n")
      guard isConsole || whole.hasPrefix("sh\n") || whole.hasPrefix("python\n") else { continue }
      lines += whole.split(separator: "\n").dropFirst().map(String.init)
        .filter { !isConsole || $0.hasPrefix("$ ") }
    }
    let prose = blocks.enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    return (lines, prose.joined())
  }

  /// The words of a command, which ends where it is redirected, or where a quotation ends that began
  /// before it.
  private static func words(_ command: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    // GNU parallel puts something in the place of {1}.
    for character in command where !"{}".contains(character) {
      if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        guard word.isEmpty || word.last == "=" else { break }
        quote = character
      } else if "|><;&)".contains(character) || (character == "#" && word.isEmpty) {
        break
      } else if character == " " {
        if !word.isEmpty { words.append(word) }
        word = ""
      } else {
        word.append(character)
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  static let examples = pages.flatMap { page in
    parts(page.text).lines.flatMap { line in
      line.matches(of: /(?:^|[ '"])gumbel (?=[-a-z])/).map {
        Example(page: page.name, arguments: words(line[$0.range.upperBound...]))
      }
    }
  }

  /// Commands that are named in the text; they need not be whole.
  static let mentions = pages.flatMap { page in
    parts(page.text).prose.matches(of: /`gumbel ([^`]*)`/).map {
      Example(page: page.name, arguments: words($0.output.1.replacing("\n", with: " ")[...]))
    }
  }

  @Test func `pages have examples`() {
    #expect(Self.examples.count > 50)
    #expect(Self.mentions.count > 20)
  }

  @Test(arguments: examples) func `an example is parsed`(_ example: Example) throws {
    try CommandPath.check(example.arguments)
    _ = try GumbelCommand.parseAsRoot(example.arguments)
  }

  @Test(arguments: mentions) func `what is mentioned is there`(_ mention: Example) throws {
    try CommandPath.check(mention.arguments)
    let command = CommandPath.command(mention.arguments) ?? GumbelCommand.self
    let help = command.helpMessage(includeHidden: true) + "--generate-completion-script"
    for option in mention.arguments where option.hasPrefix("--") {
      #expect(help.contains(option), "\(mention.testDescription)")
    }
  }
}
