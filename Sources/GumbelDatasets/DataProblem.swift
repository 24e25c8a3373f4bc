/// Each way in which data can be wrong that are read from a file. Columns and entries count from 1,
/// and a `byte` is the position in its line, also from 1.
public enum DataProblem: InputProblem {
  // The text.
  /// A byte cannot be part of UTF-8.
  case invalidUTF8(byte: Int)
  /// A zero byte, which text does not have.
  case nul(byte: Int)
  /// A line, or a row of a table, has more bytes than the limit.
  case lineTooLong(limit: Int)
  /// The lines that are drawn take more memory than there is: so many bytes so far.
  case noMemoryForLines(bytes: Int)
  /// An empty line with others after it.
  case blankLine
  /// Parts of lines are not drawn from, or their samples not put together.
  case sample(LineSampleProblem)

  // The table.
  /// The header, whose names these are, lacks the column.
  case noColumn(named: String, columns: [String])
  /// The header has several columns of that name.
  case ambiguousColumn(named: String, numbers: [Int])
  /// The first row has fewer columns.
  case columnOutOfRange(number: Int, count: Int)
  /// No column is chosen, and the first row has these fields.
  case severalColumns(columns: [String])
  /// A column is chosen by name from a table said to have no header.
  case namedColumnWithoutHeader(named: String)
  /// A row has more or fewer fields than the first.
  case raggedRow(fields: Int, expected: Int)
  /// A quoted field goes on to the end of the text, or beyond the limit for a row.
  case unterminatedQuote(byte: Int, limit: Int?)
  /// A closing quote is followed by more of the field.
  case textAfterQuote(byte: Int, delimiter: Delimiter)
  /// The chosen column has nothing in a row.
  case emptyField(column: Int)

  // A column of numbers.
  /// A field is not a number in decimal notation.
  case notANumber(text: String, column: Int)
  /// A number may have a decimal comma or thousands set apart by one, as `1,234`; or a point.
  case uncertainNumber(text: String, column: Int)
  /// A row has nothing in the column, or a mark such as `NA`.
  case missingNumber(text: String, column: Int)
  /// A number is outside the range that is expected of its column, or that of a Double.
  case numberOutOfRange(text: String, column: Int, range: ClosedRange<Double>)
  /// There is not one number.
  case noNumbers
  /// There are more rows than the limit.
  case tooManyNumbers(limit: Int)

  // The categories.
  /// There is not one symbol.
  case noSymbols(format: SymbolFormat)
  /// All symbols are the same.
  case oneCategory(name: String, symbols: Int, format: SymbolFormat)
  /// A symbol is none of the categories, which were found in so many symbols, or given.
  case unknownSymbol(name: String, categories: [String], discoveredIn: Int?)
  /// There are more different symbols than the limit.
  case tooManyCategories(limit: Int)
  /// The different symbols take more bytes together than the limit.
  case categoryNamesTooLong(limit: Int)
  /// There are more symbols than the limit.
  case tooManySymbols(limit: Int)

  // An array of numbers.
  /// Text or an `.npy` file does not hold an array.
  case array(NumberArrayProblem)

  // Images.
  /// A file or folder does not hold images, or labels for them: at a byte, counted from 0, of
  /// what a gzip file holds, where the problem is in one place.
  case image(ImageProblem, byte: Int? = nil)

  // Texts.
  /// A file does not hold texts to learn from.
  case text(TextProblem)

  // Grammars.
  /// A text is not a grammar: in a column, counted in Unicode scalars, where the problem is in
  /// one place.
  case grammar(GrammarProblem, column: Int? = nil)

  // A list of categories, given rather than found.
  /// The list has fewer than two entries.
  case tooFewCategories(count: Int)
  /// An entry is empty.
  case emptyCategory(entry: Int)
  /// Two entries are the same.
  case duplicateCategory(name: String, entries: [Int])
}

extension InputError {
  /// A problem of the data, in a line if it is given.
  public init(source: String, line: Int? = nil, problem: DataProblem) {
    self.init(source: source, line: line, problem: problem as any InputProblem)
  }
}

extension DataProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .invalidUTF8(let byte): "byte \(byte) is not valid UTF-8"
    case .nul(let byte):
      "byte \(byte) is NUL, expected text; this looks like a binary file"
    case .lineTooLong(let limit): "longer than \(limit) bytes, the limit"
    case .noMemoryForLines(let bytes):
      "the lines drawn so far take \(bytes) bytes, and there is no memory for more"
    case .blankLine: "empty line, expected a symbol"
    case .sample(let problem): "\(problem)"

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

    case .notANumber(let text, let column):
      "found \(quoted(text)) in column \(column), expected a number"
    case .uncertainNumber(let text, let column):
      "found \(quoted(text)) in column \(column), in which the comma may set thousands apart or "
        + "be a decimal mark; expected a number without doubt"
    case .missingNumber("", let column): "nothing in column \(column), expected a number"
    case .missingNumber(let text, let column):
      "found \(quoted(text)) in column \(column), expected a number"
    case .numberOutOfRange(let text, let column, let range)
    where range.upperBound == .greatestFiniteMagnitude && range.lowerBound > -range.upperBound:
      "found \(quoted(text)) in column \(column), expected a number of \(plain(range.lowerBound)) or more"
    case .numberOutOfRange(let text, let column, let range):
      "found \(quoted(text)) in column \(column), expected a number from "
        + "\(plain(range.lowerBound)) to \(plain(range.upperBound))"
    case .noNumbers: "no rows found, expected one number a row"
    case .tooManyNumbers(let limit):
      "more than \(limit) rows, the limit for numbers held in memory"

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

    case .array(let problem): "\(problem)"
    case .image(let problem, let byte?): "byte \(byte): \(problem)"
    case .image(let problem, nil): "\(problem)"
    case .text(let problem): "\(problem)"

    case .grammar(let problem, let column?): "column \(column): \(problem)"
    case .grammar(let problem, nil): "\(problem)"

    case .tooFewCategories(let count): "needs at least two categories, found \(count)"
    case .emptyCategory(let entry): "entry \(entry) is empty, expected a category"
    case .duplicateCategory(let name, let entries):
      "\(quoted(name)) is there twice, as entries "
        + entries.map(String.init).joined(separator: " and ")
    }
  }
}

/// A number with all its digits, without `.0` at its end.
package func plain(_ number: Double) -> String {
  let text = "\(number)"
  return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
}
