import ArgumentParser
import SwiftGumbel

/// What the parser of arguments lets pass and nobody means: two sources or two results where one is
/// taken, and an option in the place of another's value. Of any other option the last one counts, so
/// that a script can add to a common line.
enum ArgumentCheck {
  /// Options of which a second one would be data that nobody reads, or a file that nobody writes.
  private static let once: Set<String> = [
    "--checkpoint", "--column", "--json", "--lines", "--logits", "--names", "--output", "--picture",
    "--plot", "--probabilities", "--report", "--weights",
  ]

  /// Checks the arguments of a command, without its name.
  static func check(_ arguments: ArraySlice<String>, of command: any ParsableCommand.Type) throws {
    let words = arguments.prefix { $0 != "--" }
    guard isSuspicious(words) else { return }
    let options = try Options(of: command)
    var seen: Set<Int> = []
    var index = words.startIndex
    while index < words.endIndex {
      let word = words[index]
      index += 1
      guard let (option, place) = options.find(String(word.prefix { $0 != "=" })),
        option.kind == "option"
      else { continue }
      if !option.isRepeating, once.contains(option.longName), !seen.insert(place).inserted {
        throw ValidationError("\(option.longName): given twice, expected once")
      }
      if word.contains("=") || option.parsingStrategy == "default" { continue }
      if index < words.endIndex, options.find(words[index]) != nil {
        throw ValidationError(
          "\(option.longName): expected a value, found the option \(words[index]); "
            + "\(option.longName)=\(words[index]) takes it as a value")
      }
      index += 1
    }
  }

  /// Whether two words begin alike, or two follow each other that could be options.
  private static func isSuspicious(_ words: ArraySlice<String>) -> Bool {
    var names: Set<Substring> = []
    var lastIsOption = false
    for word in words {
      let isOption = word.hasPrefix("-") && word.count > 1
      if isOption, lastIsOption || !names.insert(word.prefix { $0 != "=" }).inserted {
        return true
      }
      lastIsOption = isOption
      // A long and a short name are two.
      if isOption, !word.hasPrefix("--") { return true }
    }
    return false
  }

  /// The options of a command, as the parser describes them to other programs.
  private struct Options {
    struct Tool: Decodable { let command: Command }
    struct Command: Decodable { let arguments: [Option]? }
    struct Option: Decodable {
      struct Name: Decodable {
        let kind, name: String
        var text: String { (kind == "long" ? "--" : "-") + name }
      }
      let kind: String
      let isRepeating: Bool
      let parsingStrategy: String?
      let names: [Name]?
      var longName: String {
        (names?.first { $0.kind == "long" } ?? names?.first)?.text ?? ""
      }
    }

    private let all: [Option]
    private var places: [String: Int] = [:]

    init(of command: any ParsableCommand.Type) throws {
      all = try JSON.value(Tool.self, from: command._dumpHelp()).command.arguments ?? []
      for (place, option) in all.enumerated() {
        for name in option.names ?? [] { places[name.text] = place }
      }
    }

    func find(_ name: String) -> (option: Option, place: Int)? {
      places[name].map { (all[$0], $0) }
    }
  }
}
