/// The symbols of texts, each with a token: an index from 1. Token 0 ends a string, begins it where
/// a network has to be shown something first, and pads batches.
public struct TextVocabulary: Hashable, Sendable {
  /// What counts as a symbol.
  public enum Unit: String, Codable, CaseIterable, Sendable {
    /// Unicode scalars.
    case characters
    /// Bytes, of whatever encoding.
    case bytes
  }

  /// The token that ends a string.
  public static let end: Int32 = 0

  /// What counts as a symbol.
  public let unit: Unit
  /// The scalars' or bytes' values in rising order; that of token t stands at t - 1.
  public let symbols: [UInt32]
  private let tokens: [UInt32: Int32]

  /// A vocabulary of values in any order, each of which counts once. Traps on a value that is no
  /// byte, or no Unicode scalar.
  public init(_ unit: Unit, symbols: some Sequence<UInt32>) {
    self.unit = unit
    self.symbols = Set(symbols).sorted()
    for symbol in self.symbols {
      precondition(
        Self.isSymbol(symbol, of: unit), "TextVocabulary: \(symbol) is not one of the \(unit)")
    }
    tokens = Dictionary(
      uniqueKeysWithValues: self.symbols.enumerated().map { ($1, Int32($0 + 1)) })
  }

  /// The vocabulary of the characters in some strings.
  public init(charactersOf strings: some Sequence<String>) {
    var found: Set<UInt32> = []
    for string in strings { found.formUnion(string.unicodeScalars.lazy.map(\.value)) }
    self.init(.characters, symbols: found)
  }

  /// The number of tokens: that of the symbols, and the end.
  public var count: Int { symbols.count + 1 }

  /// The token of a scalar's or byte's value; nil where it is none of the symbols.
  public func token(_ symbol: UInt32) -> Int32? { tokens[symbol] }

  /// The tokens of a text, without an end; nil where it has a symbol that is none of these.
  public func encode(_ text: String) -> [Int32]? {
    var result: [Int32] = []
    for symbol in Self.symbols(of: text, unit) {
      guard let token = tokens[symbol] else { return nil }
      result.append(token)
    }
    return result
  }

  /// The text of tokens up to the first end. Bytes that are no UTF-8 become U+FFFD. Traps on a
  /// token that there is not.
  public func decode(_ tokens: some Sequence<Int32>) -> String {
    let symbols = tokens.prefix { $0 != Self.end }.map { token in
      precondition(
        1...self.symbols.count ~= Int(token),
        "TextVocabulary: token \(token), expected one of 0 to \(self.symbols.count)")
      return self.symbols[Int(token) - 1]
    }
    switch unit {
    case .bytes: return String(decoding: symbols.map { UInt8($0) }, as: UTF8.self)
    case .characters:
      var text = String.UnicodeScalarView()
      for symbol in symbols { text.append(Unicode.Scalar(symbol)!) }
      return String(text)
    }
  }

  /// The values of a text's symbols.
  static func symbols(of text: String, _ unit: Unit) -> [UInt32] {
    switch unit {
    case .characters: text.unicodeScalars.map(\.value)
    case .bytes: text.utf8.map(UInt32.init)
    }
  }

  private static func isSymbol(_ value: UInt32, of unit: Unit) -> Bool {
    switch unit {
    case .characters: Unicode.Scalar(value) != nil
    case .bytes: value < 256
    }
  }
}

extension TextVocabulary: Codable {
  private enum Key: String, CodingKey { case unit, symbols }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let unit: Unit = try container.named(.unit)
    let symbols: [UInt32] = try container.checked(
      .symbols, "a list of at least one of the \(unit.rawValue), each different",
      where: { symbols in
        !symbols.isEmpty && symbols.allSatisfy { Self.isSymbol($0, of: unit) }
          && Set(symbols).count == symbols.count
      })
    self.init(unit, symbols: symbols)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(unit, forKey: .unit)
    try container.encode(symbols, forKey: .symbols)
  }
}
