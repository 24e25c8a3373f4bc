import ArgumentParser
import Gumbel

/// Which numbers of a table to read.
struct NumberTableOptions: ParsableArguments {
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The column: its name, or its number from 1 (#2 is never a name)."))
  var column: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "A column that says how many observations each value stands for.", valueName: "column"))
  var weights: String?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "The decimal mark: . or ,; the other one may then set thousands apart.", valueName: "mark"))
  var decimal: DecimalOption?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Leave out rows with one of these for the number, such as -9999; and as --skip-missing.",
      valueName: "a,b,…"))
  var missing: String?
  @Flag(
    help: "Leave out rows that lack the number, or have NA, NaN, null, . or the like for it.")
  var skipMissing = false
  @OptionGroup var table: TableOptions

  /// What stands for a missing number, as it was given.
  private var missingTexts: [String] {
    (missing ?? "").split(separator: ",").map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
  }

  func validate() throws {
    if missing != nil, missingTexts.isEmpty {
      throw ValidationError("--missing: expected values separated by commas, such as -9999,.")
    }
  }

  /// The values and, if asked for, their weights, and a column of text beside them.
  ///
  /// - Parameters:
  ///   - groups: The column of text.
  ///   - keepsMissing: Whether rows without a number that may lack it keep their places.
  func read(
    _ argument: String, groups: String? = nil, keepsMissing: Bool = false
  ) throws -> NumberColumns {
    var choices = [NumberColumns.Choice(column.map { .init(argument: $0) } ?? .only)]
    if let weights {
      choices.append(.init(.init(argument: weights), in: 0 ... .greatestFiniteMagnitude))
    }
    var dialect = table.dialect(forPath: argument)
    dialect.notation = NumberNotation(decimalMark: decimal?.mark, missing: missingTexts)
    let isSkipped = skipMissing || missing != nil
    return try table.explaining {
      try NumberColumns.load(
        InputSource(argument: argument), choices,
        groups: groups.map { .init(argument: $0) }, dialect: dialect,
        missing: isSkipped ? (keepsMissing ? .kept : .leftOut) : .refused,
        lineLimit: table.maxLine.value)
    }
  }
}

/// The decimal mark of numbers.
enum DecimalOption: String, ExpressibleByArgument {
  case point = "."
  case comma = ","

  init?(argument: String) {
    switch argument {
    case ".", "point": self = .point
    case ",", "comma": self = .comma
    default: return nil
    }
  }

  static var allValueStrings: [String] { [".", ","] }

  var mark: NumberNotation.DecimalMark { self == .point ? .point : .comma }
}

extension Substring {
  fileprivate func trimmingBlanks() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
