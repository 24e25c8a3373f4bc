import ArgumentParser
import SwiftGumbel

/// How `gumbel sample` draws from lines a part at a time.
struct LinePartOptions: ParsableArguments {
  @Option(
    "Draw rows by what stands in this column, or lines by all of them for 0, rather than by their "
      + "place: parts of the lines then need not know where they stand. What is the same there is "
      + "drawn together.", valueName: "column")
  var key: String?
  @Option(
    "How many lines, or rows, of the whole stand before this part, those that name columns aside "
      + "(default: 0).", valueName: "n")
  var linesBefore: Int?
  @Option(
    "Write the state of this part's sample instead of the sample, to be merged with those of the "
      + "other parts.", valueName: "path", completion: .file())
  var state: String?
  @Option(
    "Draw from the parts whose states are in this file and those that follow, as one pass over all "
      + "lines would; with --state, write the state of these parts together.",
    valueName: "path", completion: .file())
  var merge: [String] = []

  /// The options of a part that were given, but for the state.
  var given: [String] {
    [("--key", key != nil), ("--lines-before", linesBefore != nil)].filter(\.1).map(\.0)
  }

  /// What a row's random number follows from.
  var lineKey: LineKey {
    switch key {
    case nil: .place
    case "0": .line
    case let key?: .column(SymbolFormat.Column(argument: key))
    }
  }

  /// Whether rows have keys in a column.
  var hasKeyColumn: Bool { key != nil && key != "0" }

  func validate() throws {
    try OptionChecks.count(linesBefore, "--lines-before", from: 0, upTo: 1 << 53)
    if key != nil, linesBefore != nil {
      throw ValidationError(
        "--key and --lines-before: expected only one of them, since keys do not depend on places")
    }
    if key == "" { throw ValidationError("--key: expected a column's name or number, or 0") }
  }
}
