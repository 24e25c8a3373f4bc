import ArgumentParser
import SwiftGumbel

/// How a table is written, for every command that reads one.
struct TableOptions: ParsableArguments {
  @Option(
    "What separates a table's fields: a character, tab or blanks (default: found out from the "
      + "first rows; a tab in .tsv files).", valueName: "character")
  var delimiter: String?
  @Flag(
    inversion: .prefixedNo,
    help: "The first row names the columns; by default that is found out.")
  var header: Bool?
  @Option(
    "Pass over lines that begin with this; '' for none (default: #, if the first line does).",
    valueName: "text")
  var comment: String?
  @Option("Pass over so many lines at the start.", valueName: "n") var skipRows = 0
  @Option(
    "The most bytes that a line may have; k, M and G are 1024 and its powers.", valueName: "bytes")
  var maxLine = ByteCount(1 << 26)

  /// The options that describe a table, of those that were given.
  var given: [String] {
    [
      ("--delimiter", delimiter != nil), ("--header", header != nil),
      ("--comment", comment != nil), ("--skip-rows", skipRows != 0),
    ].filter(\.1).map(\.0)
  }

  func validate() throws {
    if let delimiter, Delimiter(option: delimiter) == nil {
      throw ValidationError(
        "--delimiter \(delimiter): expected one character, or tab or blanks")
    }
    try OptionChecks.count(skipRows, "--skip-rows", from: 0, upTo: 1_000_000_000)
    if let comment, comment.contains(where: \.isNewline) {
      throw ValidationError("--comment: expected text without line ends")
    }
  }

  /// The dialect of the table at a path, numbers aside.
  func dialect(forPath path: String) -> TableDialect {
    var name = path.lowercased()[...]
    if name.hasSuffix(".gz") { name.removeLast(3) }
    let isTabbed = [".tsv", ".tab"].contains { name.hasSuffix($0) }
    return TableDialect(
      delimiter: delimiter.map { Delimiter(option: $0)! } ?? (isTabbed ? .tab : nil),
      header: header.map { $0 ? .present : .absent } ?? .automatic,
      comments: comment.map { $0.isEmpty ? .none : .prefix($0) } ?? .automatic,
      skippedLines: skipRows)
  }

  /// Reads, and says which option helps where one does.
  ///
  /// - Parameter knowsMissing: Whether there are options for what is missing.
  func explaining<Result>(
    knowsMissing: Bool = true, _ read: () throws -> Result
  ) throws -> Result {
    do {
      return try read()
    } catch let error as InputError {
      let advice: String? =
        switch error.problem as? DataProblem {
        case .missingNumber where knowsMissing, .emptyField where knowsMissing,
          .blankLine where knowsMissing:
          "--skip-missing leaves such rows out"
        case .lineTooLong: "--max-line sets it"
        case .uncertainNumber: "--decimal , or --decimal . says which"
        case .severalColumns(let columns)
        where columns.count == 2 && columns.allSatisfy { Int($0) != nil }:
          "or --decimal ,"
        case .notANumber(let text, _) where isDecimalComma(text): "--decimal , reads it"
        case .notANumber where error.line == 1 && header == nil:
          "--header says that the first row names the columns"
        case .notANumber(let text, _) where knowsMissing && mayBeMissing(text):
          "--missing \(text) leaves such rows out"
        default: nil
        }
      guard let advice else { throw error }
      throw CommandFailure("\(error); \(advice)")
    }
  }

  /// Whether text is so short and plain that it may stand for nothing.
  private func mayBeMissing(_ text: String) -> Bool {
    text.utf8.count <= 8 && text.utf8.allSatisfy { 0x21...0x7E ~= $0 && !(0x30...0x39 ~= $0) }
      && !text.contains { ",'\"\\$`!#&|;<>()*?[]{}~".contains($0) }
  }

  private func isDecimalComma(_ text: String) -> Bool {
    NumberNotation(decimalMark: .comma).number(text) != nil
  }
}

extension Delimiter {
  /// What `--delimiter` gives: a character, `tab` or `blanks`.
  init?(option text: String) {
    switch text {
    case "tab", "\\t": self = .tab
    case "blanks": self = .blanks
    default:
      guard text.count == 1, let result = Delimiter(text.first!) else { return nil }
      self = result
    }
  }
}

/// A number of bytes, such as `1000`, `64k`, `100M` or `2G`.
struct ByteCount: ExpressibleByArgument {
  let value: Int

  init(_ value: Int) { self.value = value }

  init?(argument: String) {
    var digits = argument[...]
    var unit = 1
    if let last = digits.last, let power = ["k": 10, "m": 20, "g": 30][last.lowercased()] {
      digits.removeLast()
      unit = 1 << power
    }
    guard let count = Int(digits), 1...(1 << 40) / unit ~= count else { return nil }
    value = count * unit
  }

  var defaultValueDescription: String {
    for (unit, size) in [("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10)] where value % size == 0 {
      return "\(value / size)\(unit)"
    }
    return "\(value)"
  }
}
