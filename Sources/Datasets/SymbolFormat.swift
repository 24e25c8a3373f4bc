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
  case table(column: Column = .only, delimiter: Delimiter = .comma, header: Header = .automatic)

  /// Which column of a table to read.
  public enum Column: Equatable, Sendable {
    /// The table's single column; it is an error for the table to have more.
    case only
    /// The column with this name in the header, which there must then be.
    case name(String)
    /// The column at this position, counted from 1.
    case number(Int)
  }

  /// Whether a table's first row names its columns.
  public enum Header: Equatable, Sendable {
    /// It does.
    case present
    /// It holds data like the others.
    case absent
    /// There is a header if the column is chosen by name, or else if no field of the first row is
    /// a decimal number and some field of the second row is.
    ///
    /// A table of text alone is therefore taken to have none unless the column has a name.
    case automatic
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

  /// The character's name with its article, or the character in quotes.
  public var description: String {
    switch self {
    case .comma: "a comma"
    case .tab: "a tab"
    case .semicolon: "a semicolon"
    default: quoted(String(UnicodeScalar(byte)))
    }
  }
}

let quote = UInt8(ascii: "\"")
let lineFeed = UInt8(ascii: "\n")
let carriageReturn = UInt8(ascii: "\r")
