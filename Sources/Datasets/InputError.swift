/// What is wrong with the data read: which file, where in it, what was found and what was expected.
///
/// `description` is one line, ready to be shown: `data.csv, line 7: found 2 fields, expected 3`.
public struct InputError: Error, Equatable, Sendable {
  /// Each way in which input can be wrong. Columns and entries count from 1, and a `byte` is the
  /// position in its line, also from 1.
  public enum Problem: Equatable, Sendable {
    // The file as a whole.
    case missing
    case directory
    case notOpened(code: Int32)
    case readFailed(code: Int32)
    case interrupted
    case utf16

    // The text.
    case invalidUTF8(byte: Int)
    case nul(byte: Int)
    case lineTooLong(limit: Int)
    case blankLine

    // The table.
    case noColumn(named: String, columns: [String])
    case ambiguousColumn(named: String, numbers: [Int])
    case columnOutOfRange(number: Int, count: Int)
    case severalColumns(columns: [String])
    case namedColumnWithoutHeader(named: String)
    case raggedRow(fields: Int, expected: Int)
    case unterminatedQuote(byte: Int, limit: Int?)
    case textAfterQuote(byte: Int, delimiter: Delimiter)
    case emptyField(column: Int)

    // The categories.
    case noSymbols(format: SymbolFormat)
    case oneCategory(name: String, symbols: Int, format: SymbolFormat)
    case unknownSymbol(name: String, categories: [String], discoveredIn: Int?)
    case tooManyCategories(limit: Int)
    case categoryNamesTooLong(limit: Int)
    case tooManySymbols(limit: Int)

    // A list of categories, given rather than found.
    case tooFewCategories(count: Int)
    case emptyCategory(entry: Int)
    case duplicateCategory(name: String, entries: [Int])
  }

  /// The file's path, `standard input`, or what else the data came from.
  public var source: String

  /// The line, counted from 1, or nil where the problem is not in one line.
  public var line: Int?

  public var problem: Problem

  public init(source: String, line: Int? = nil, problem: Problem) {
    self.source = source
    self.line = line
    self.problem = problem
  }
}

extension InputError: CustomStringConvertible {
  public var description: String {
    let place = line.map { ", line \($0)" } ?? ""
    return "\(escaped(source))\(place): \(problem)"
  }
}

extension InputError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing: "no such file"
    case .directory: "is a directory, expected a file"
    case .notOpened(let code): "cannot be opened: \(systemReason(code))"
    case .readFailed(let code): "reading failed: \(systemReason(code))"
    case .interrupted: "interrupted before the end"
    case .utf16: "starts with a UTF-16 byte-order mark, expected UTF-8"

    case .invalidUTF8(let byte): "byte \(byte) is not valid UTF-8"
    case .nul(let byte):
      "byte \(byte) is NUL, expected text; this looks like a binary file"
    case .lineTooLong(let limit): "longer than \(limit) bytes, the limit"
    case .blankLine: "empty line, expected a symbol"

    case .noColumn(let name, let columns):
      "no column \(quoted(name)), expected one of \(listed(columns))"
    case .ambiguousColumn(let name, let numbers):
      "columns \(numbers.map(String.init).joined(separator: ", ")) are all named "
        + "\(quoted(name)); choose one by its number"
    case .columnOutOfRange(let number, let count):
      "no column \(number), expected a number from 1 to \(count)"
    case .severalColumns(let columns):
      "found \(columns.count) columns, expected one; "
        + "choose one by number or by name, starting from: \(listed(columns))"
    case .namedColumnWithoutHeader(let name):
      "column \(quoted(name)) is chosen by name, but the table is said to have no header"
    case .raggedRow(let fields, let expected):
      "found \(counted(fields, "field")), expected \(expected) as in the first row"
    case .unterminatedQuote(let byte, let limit):
      "the quote opened at byte \(byte) is not closed"
        + (limit.map { " within \($0) bytes" } ?? "")
    case .textAfterQuote(let byte, let delimiter):
      "found text after a closing quote at byte \(byte), "
        + "expected \(delimiter) or the end of the line"
    case .emptyField(let column): "empty field in column \(column), expected a symbol"

    case .noSymbols(.lines): "no symbols found, expected one a line"
    case .noSymbols(.table): "no rows found, expected one symbol a row"
    case .oneCategory(let name, let symbols, let format):
      "needs at least two categories, found only \(quoted(name)) in "
        + counted(symbols, format.unit)
    case .unknownSymbol(let name, let categories, nil):
      "found \(quoted(name)), expected one of the \(categories.count) categories given: "
        + listed(categories)
    case .unknownSymbol(let name, let categories, let first?):
      "found \(quoted(name)), expected one of the \(categories.count) categories "
        + "among the first \(counted(first, "symbol")): \(listed(categories))"
    case .tooManyCategories(let limit): "more than \(limit) different symbols, the limit"
    case .categoryNamesTooLong(let limit):
      "the different symbols take more than \(limit) bytes, the limit"
    case .tooManySymbols(let limit):
      "more than \(limit) symbols, the limit for a file held in memory"

    case .tooFewCategories(let count): "needs at least two categories, found \(count)"
    case .emptyCategory(let entry): "entry \(entry) is empty, expected a category"
    case .duplicateCategory(let name, let entries):
      "\(quoted(name)) is there twice, as entries "
        + entries.map(String.init).joined(separator: " and ")
    }
  }
}
