/// How symbols stand in a text: one a line, or in one column of a table.
public enum SymbolFormat: Equatable, Sendable {
  /// One symbol a line, taken exactly, apart from one carriage return at the line's end.
  ///
  /// Spaces count. Empty lines are an error, except at the end of the text.
  case lines

  /// One column of a table with quoting as in RFC 4180, one symbol a row.
  ///
  /// A field in double quotes may hold delimiters, line ends and doubled quotes. A quote inside an
  /// unquoted field stands for itself. All rows must have as many fields as the first.
  case table(column: Column, dialect: TableDialect)

  /// One column of a table whose fields are separated by a given character.
  public static func table(
    column: Column = .only, delimiter: Delimiter = .comma, header: Header = .automatic
  ) -> SymbolFormat {
    .table(
      column: column,
      dialect: TableDialect(delimiter: delimiter, header: header, comments: .none))
  }

  /// Which column of a table to read.
  public enum Column: Equatable, Sendable {
    /// The table's single column; it is an error for the table to have more.
    case only
    /// The column with this name in the header, which there must then be.
    case name(String)
    /// The column at this position, counted from 1.
    case number(Int)
    /// The column with this name in the header, or else, since the text is a whole number, the
    /// one at this position. Of a table whose first row holds numbers the position comes first.
    case nameOrNumber(String)

    /// What a command's argument means: a name; a number, which may be a name too; or a number
    /// behind `#`, which is a position alone.
    public init(argument: String) {
      if argument.hasPrefix("#"), let number = Int(argument.dropFirst()) {
        self = .number(number)
      } else {
        self = Int(argument) == nil ? .name(argument) : .nameOrNumber(argument)
      }
    }

    /// A command's argument that means the column.
    var argument: String {
      switch self {
      case .only: ""
      case .name(let name): name
      case .number(let number): "#\(number)"
      case .nameOrNumber(let text): text
      }
    }
  }

  /// Whether a table's first row names its columns.
  public enum Header: Equatable, Sendable {
    /// It does.
    case present
    /// It holds data like the others.
    case absent
    /// There is a header if the column is chosen by name, or else if some field of the first row
    /// looks like a name and stands over a number. In a column of numbers, what looks like a name
    /// is one whatever stands below.
    ///
    /// What looks like a name has a letter, and begins with no digit, sign or point; what stands
    /// for missing numbers is none. A table of text alone is therefore taken to have no header
    /// unless the column has a name.
    case automatic
  }

  /// The format that a path's ending, that of gzip aside, suggests: a table for `.csv`, `.tsv`,
  /// `.tab` and `.rdb`, else lines.
  ///
  /// Where a column is chosen, or `isTable` says so, it is a table whatever the ending.
  public static func suggested(
    forPath path: String, column: Column? = nil, dialect: TableDialect, isTable: Bool = false
  ) -> SymbolFormat {
    guard isTable || column != nil || isTableName(path) else { return .lines }
    return .table(column: column ?? .only, dialect: dialect)
  }

  private static func isTableName(_ path: String) -> Bool {
    var name = path.lowercased()[...]
    if name.hasSuffix(".gz") { name.removeLast(3) }
    return [".csv", ".tsv", ".tab", ".rdb"].contains { name.hasSuffix($0) }
  }

  /// The format that a path's ending suggests: a table for `.csv`, `.tsv` and `.tab`, else lines.
  ///
  /// Where a column or a delimiter is given, it is a table whatever the ending.
  public static func suggested(
    forPath path: String, column: Column? = nil, delimiter: Delimiter? = nil,
    header: Header = .automatic
  ) -> SymbolFormat {
    let name = path.split(separator: "/").last ?? ""
    let ending = name.lastIndex(of: ".").map { name[$0...].lowercased() }
    let usual: Delimiter? =
      switch ending {
      case ".csv": .comma
      case ".tsv", ".tab": .tab
      default: nil
      }
    guard usual != nil || column != nil || delimiter != nil else { return .lines }
    return .table(
      column: column ?? .only, delimiter: delimiter ?? usual ?? .comma, header: header)
  }

  /// What one symbol takes up, for messages.
  var unit: String {
    switch self {
    case .lines: "line"
    case .table: "row"
    }
  }
}

/// The character between a table's fields.
public struct Delimiter: Equatable, Sendable, CustomStringConvertible {
  let byte: UInt8

  /// As in `.csv` files.
  public static let comma = Delimiter(byte: UInt8(ascii: ","))
  /// As in `.tsv` files.
  public static let tab = Delimiter(byte: UInt8(ascii: "\t"))
  /// As in tables written where the decimal point is a comma.
  public static let semicolon = Delimiter(byte: UInt8(ascii: ";"))
  /// As in tables that are exported from databases.
  static let bar = Delimiter(byte: UInt8(ascii: "|"))
  /// Runs of spaces and tabs, which may also stand before the first field and behind the last.
  public static let blanks = Delimiter(byte: 0)

  /// Any ASCII character other than the quote, the line ends and NUL; nil for those and the rest.
  public init?(_ character: Character) {
    guard character.unicodeScalars.count == 1, let byte = character.asciiValue,
      ![0, quote, lineFeed, carriageReturn].contains(byte)
    else { return nil }
    self.init(byte: byte)
  }

  private init(byte: UInt8) {
    self.byte = byte
  }

  /// What is put between two fields.
  package var text: String { self == .blanks ? " " : String(UnicodeScalar(byte)) }

  /// The character's name with its article, or the character in quotes.
  public var description: String {
    switch self {
    case .comma: "a comma"
    case .tab: "a tab"
    case .semicolon: "a semicolon"
    case .blanks: "blanks"
    default: quoted(String(UnicodeScalar(byte)))
    }
  }
}

let quote = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
