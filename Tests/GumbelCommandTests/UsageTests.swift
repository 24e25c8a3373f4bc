import Foundation
import Testing

/// The terms that all commands and options share.
@Suite struct UsageTests {
  struct Tool: Decodable { let command: Command }
  struct Command: Decodable {
    let commandName: String
    let subcommands: [Command]?
    let arguments: [Argument]?
  }
  struct Argument: Decodable {
    struct Name: Decodable { let kind, name: String }
    let kind: String
    let isRepeating: Bool
    let parsingStrategy: String
    let names: [Name]?
    let valueName: String?
    let defaultValue: String?
    let abstract: String?
    var longName: String? { names?.first { $0.kind == "long" }?.name }
  }

  /// Every command with the words that call it.
  private static func commands() throws -> [(words: [String], command: Command)] {
    let dump = try Gumbel.run(["--experimental-dump-help"])
    let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
    func all(_ command: Command, _ words: [String]) -> [(words: [String], command: Command)] {
      [(words, command)]
        + (command.subcommands ?? []).filter { $0.commandName != "help" }
        .flatMap { all($0, words + [$0.commandName]) }
    }
    let commands = all(tool.command, [])
    #expect(commands.count >= 20)
    return commands
  }

  @Test func everyOptionTakesValuesThatBeginWithAMinus() throws {
    for (words, command) in try Self.commands() {
      for option in command.arguments ?? [] where option.kind == "option" {
        // A --json that may stand without a path is the one that cannot.
        let isFlagToo = ["data", "info"].contains(words.last ?? "") && option.longName == "json"
        #expect(
          option.parsingStrategy == (isFlagToo ? "default" : "unconditional"),
          "\(words) --\(option.longName ?? "?")")
      }
    }
    let folder = try TemporaryFolder()
    let learned = try Gumbel.run(
      ["learn", "-", "--categories", "-1,0,1", "--epochs", "1", "--rounds", "2", "-q"],
      input: "-1\n0\n1\n", in: folder.folder)
    #expect(learned.status == 0, "\(learned.errors)")
    #expect(learned.output.contains("-1"))
  }

  @Test func termsAreTheSameEverywhere() throws {
    for (words, command) in try Self.commands() {
      for option in command.arguments ?? [] {
        switch option.longName {
        case "seed": #expect(option.valueName == "seed", "\(words)")
        case "json", "plot", "report": #expect(option.valueName == "path", "\(words)")
        case "quiet": #expect(option.names?.contains { $0.name == "q" } == true, "\(words)")
        case "checkpoint" where words != ["learn"]:
          #expect(option.valueName == "directory", "\(words)")
        case "count" where words != ["text", "train"] && words != ["text", "evaluate"]:
          #expect(option.names?.contains { $0.name == "c" } == true, "\(words)")
        case "output":
          #expect(option.names?.contains { $0.name == "o" } == true, "\(words)")
        default: break
        }
        if option.kind != "positional", option.longName != "help", option.longName != "version" {
          let help = option.abstract ?? ""
          #expect(
            help.hasSuffix(".") || help.hasSuffix(")"),
            "\(words) --\(option.longName ?? "?"): \(help)")
        }
      }
    }
  }

  /// An option that has one meaning has one help: what it is in one command alone stands in that
  /// command's discussion.
  @Test func whatManyCommandsHaveIsDescribedOnce() throws {
    var helps: [String: Set<String>] = [:]
    for (_, command) in try Self.commands() {
      for option in command.arguments ?? [] {
        // A --json that may stand without a path says so.
        guard let name = option.longName, let help = option.abstract,
          name != "json" || option.parsingStrategy != "default"
        else { continue }
        helps[name, default: []].insert(help)
      }
    }
    for name in ["json", "plot", "report", "quiet", "resume", "overwrite"] {
      #expect(helps[name]?.count == 1, "--\(name): \(helps[name] ?? [])")
    }
    // A trained network is measured with the seed with which its training ended.
    #expect(helps["seed"]?.count == 2)
  }

  /// Lines of an example are copied: they are never broken, however narrow the terminal.
  @Test(arguments: [20, 60, 80, 200]) func examplesAreNotBroken(columns: Int) throws {
    for (words, _) in try Self.commands() {
      let outcome = try Shell.run(
        "COLUMNS=\(columns) gumbel \(words.joined(separator: " ")) --help")
      #expect(outcome.status == 0)
      let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
      guard let start = lines.firstIndex(of: "EXAMPLES") else { continue }
      for line in lines[(start + 1)...].prefix(while: { !$0.isEmpty }) {
        #expect(line.hasPrefix("  "), "\(words): \(line)")
        #expect(line.count <= 80, "\(words): \(line)")
      }
    }
  }

  /// A width that hardly any word fits into is none that is heeded.
  @Test(arguments: [-1, 0, 1, 26, 39]) func hardlyAnyColumns(columns: Int) throws {
    for (line, status, message) in [
      ("explore --bogus", 64, "gumbel: Unknown option '--bogus'; see 'gumbel explore --help'\n"),
      ("sample", 64, ""), ("explore --help", 0, ""), ("--version", 0, ""),
      ("help vae train", 0, ""),
    ] as [(String, Int32, String)] {
      let outcome = try Shell.run("COLUMNS=\(columns) gumbel \(line)")
      #expect(outcome.status == status, "\(line): \(outcome.errors)")
      #expect(message.isEmpty || outcome.errors == message)
      #expect(outcome.errorLines.count == (status == 0 ? 0 : 1), "\(outcome.errors)")
    }
  }

  private static let mistakes: [(line: String, message: String)] = [
    ("lern", "gumbel has no command \"lern\"; did you mean \"learn\"? See 'gumbel --help'"),
    ("vae trian x", "gumbel vae has no command \"trian\"; did you mean \"train\"?"),
    ("zzzzzz", "gumbel has no command \"zzzzzz\"; expected one of learn, vae,"),
    ("help nosuch", "gumbel has no command \"nosuch\""),
    ("help vae nosuch", "gumbel vae has no command \"nosuch\""),
    ("help fit x", "gumbel fit has no command \"x\""),
    ("explore --bogus", "Unknown option '--bogus'; see 'gumbel explore --help'"),
    ("vae train", "no data: expected a named set, a file or a folder, or --resume"),
    (
      "explore --seed -1",
      "'-1' is invalid for '--seed <seed>': expected a whole number from 0 to 18446744073709551615"
    ),
    ("learn --seed 18446744073709551616", "expected a whole number from 0 to"),
    ("sample --logits 1 --logits 2", "--logits: given twice, expected once"),
    ("sample --logits 1 -o 2 --output=3", "--output: given twice, expected once"),
    ("fit a --json --plot b.svg", "--json: expected a value, found the option --plot"),
    ("fit a --method best", "is invalid for '--method"),
    ("fit a --json b.html --plot b.svg --report b.html", "--json and --report: both are b.html"),
    ("explore --json a.svg --plot a.svg", "--json and --plot: both are a.svg, expected one file"),
    ("fit a --confidence 2", "--confidence 2.0: expected"),
    ("vae train a --epochs -1", "--epochs -1: expected"),
    ("text train a --dropout 1", "--dropout 1.0: expected"),
    ("text evaluate --checkpoint a --samples 0", "--samples 0: expected"),
    ("vae compare a --latent gaussian:3", "--latent gaussian:3: expected"),
    ("data a --picture b.gif", "--picture b.gif: expected"),
    ("estimators --draws 0", "--draws 0: expected"),
    ("estimators --problem k3 --estimator arm", "--estimator arm: is for binary choices"),
    ("explore --output a.html --json a.html", "--output and --json: both are a.html"),
    ("data a --picture b.svg --json b.svg", "--picture and --json: both are b.svg"),
    ("data a --picture - --json", "--picture - and --json -: expected one of them to go to"),
    ("data a --height 0", "--height 0: expected"),
    ("vae generate --checkpoint a --output b.png --count 0", "--count 0: expected"),
    ("vae encode a --checkpoint b --output c.csv", "--output c.csv: expected"),
    ("vae interpolate a --checkpoint b --output c.png --from 1", "--from and --to: expected both"),
    ("vae evaluate a --checkpoint b --images 0", "--images 0: expected"),
    ("vae compare a --encoder deep", "--encoder deep: expected linear"),
    ("vae train --checkpoint a --resume --kl-weight -1", "--kl-weight -1: expected"),
    ("text grammar a --max-length -1", "--max-length -1: expected"),
    ("text generate --checkpoint a --top-p 2", "--top-p 2.0: expected"),
    ("text train a --objective gan --running", "--objective gan and --running: expected strings"),
    ("text train", "no data: expected a named set, a file, or --grammar"),
    ("learn a --hidden 3,x", "--hidden 3,x: expected widths"),
  ]

  @Test(arguments: mistakes.map(\.line)) func aMistakeOfUsage(line: String) throws {
    let folder = try TemporaryFolder()
    let message = Self.mistakes.first { $0.line == line }!.message
    let outcome = try Shell.run("gumbel \(line)", in: folder.folder)
    #expect(outcome.status == 64)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
  }

  @Test func anOptionMayBeGivenAgainWhereItsHelpSaysSo() throws {
    let outcome = try Shell.run(
      "gumbel estimators --problem k3 --draws 100 --estimator rloo --estimator reinmax -q")
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}
