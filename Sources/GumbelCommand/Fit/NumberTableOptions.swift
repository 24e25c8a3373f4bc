import ArgumentParser
import SwiftGumbel

/// Which numbers of a table to read.
struct NumberTableOptions: ParsableArguments {
  @Option("The column: its name, or its number from 1 (#2 is never a name).") var column: String?
  @Option("A column that says how many observations each value stands for.", valueName: "column")
  var weights: String?
  @Option(
    "The decimal mark: . or ,; the other one may then set thousands apart.", valueName: "mark")
  var decimal: NumberNotation.DecimalMark?
  @OptionGroup var missing: MissingOptions
  @OptionGroup var table: TableOptions

  /// The values and, if asked for, their weights, and a column of text beside them.
  ///
  /// - Parameters:
  ///   - covariate: A further column of numbers, the last of those read.
  ///   - groups: The column of text.
  ///   - keepsMissing: Whether rows without a number that may lack it keep their places.
  func read(
    _ argument: String, covariate: String? = nil, groups: String? = nil,
    keepsMissing: Bool = false
  ) throws -> NumberColumns {
    var choices = [NumberColumns.Choice(column.map { .init(argument: $0) } ?? .only)]
    if let weights {
      choices.append(.init(.init(argument: weights), in: 0 ... .greatestFiniteMagnitude))
    }
    if let covariate { choices.append(.init(.init(argument: covariate))) }
    var dialect = table.dialect(forPath: argument)
    dialect.notation = NumberNotation(decimalMark: decimal, missing: missing.texts)
    return try table.explaining {
      do {
        return try NumberColumns.load(
          InputSource(argument: argument), choices,
          groups: groups.map { .init(argument: $0) }, dialect: dialect,
          missing: missing.isAllowed ? (keepsMissing ? .kept : .leftOut) : .refused,
          lineLimit: table.maxLine.value, shouldStop: { Interruption.isRequested })
      } catch let error as InputError {
        // A covariate of dates that nothing was said of.
        guard let covariate, case .notANumber(let text, _) = error.problem as? DataProblem,
          (try? DateColumn([text], order: .dayFirst)) != nil
        else { throw error }
        throw CommandFailure("\(error); --dates \(escaped(covariate)) says that these are dates")
      }
    }
  }
}
