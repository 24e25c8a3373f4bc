import ArgumentParser
import Gumbel

/// Which numbers of a table to read.
struct NumberTableOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The column: its name, or its number from 1."))
  var column: String?
  @Option(
    help: ArgumentHelp(
      "A column that says how many observations each value stands for.", valueName: "column"))
  var weights: String?
  @Option(
    help: ArgumentHelp(
      "What separates a table's fields: a character, or tab (the default for .tsv; else a comma)."))
  var delimiter: String?
  @Flag(
    inversion: .prefixedNo,
    help: "The first row names the columns; by default that is found out.")
  var header: Bool?
  @Flag(help: "Leave out rows that lack the number, or have NA for it.") var skipMissing = false

  /// The values and, if asked for, their weights.
  func read(_ argument: String) throws -> NumberColumns {
    var choices = [NumberColumns.Choice(column.map(choice) ?? .only)]
    if let weights {
      choices.append(.init(choice(weights), in: 0 ... .greatestFiniteMagnitude))
    }
    do {
      return try NumberColumns.load(
        InputSource(argument: argument), choices, delimiter: try separator(for: argument),
        header: header.map { $0 ? .present : .absent } ?? .automatic, skipsMissing: skipMissing)
    } catch let error as InputError {
      guard case .missingNumber = error.problem else { throw error }
      throw CommandFailure("\(error); --skip-missing leaves such rows out")
    }
  }

  private func choice(_ name: String) -> SymbolFormat.Column {
    Int(name).map { .number($0) } ?? .name(name)
  }

  private func separator(for path: String) throws -> Delimiter {
    guard let delimiter else {
      return [".tsv", ".tab"].contains { path.lowercased().hasSuffix($0) } ? .tab : .comma
    }
    return try .option(delimiter)
  }
}
