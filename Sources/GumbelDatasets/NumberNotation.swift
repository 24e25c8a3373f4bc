/// How the numbers of a table are written, and what stands for a number that is missing.
public struct NumberNotation: Equatable, Sendable {
  /// What stands between whole numbers and fractions.
  public enum DecimalMark: Equatable, Sendable {
    case point, comma

    var byte: UInt8 { self == .point ? UInt8(ascii: ".") : UInt8(ascii: ",") }
  }

  /// The decimal mark, or nil for a point that was not asked for: then `1,234` alone, which may be
  /// a number with a decimal comma, is no number unless others in its column show that it is none.
  public var decimalMark: DecimalMark?

  /// What stands for a missing number, beside ``usualMissing``. One that is itself a number stands
  /// for all ways to write it.
  public let missing: [String]

  /// The numbers among `missing`.
  private let codes: [Double]

  public init(decimalMark: DecimalMark? = nil, missing: [String] = []) {
    self.decimalMark = decimalMark
    self.missing = missing
    codes = missing.compactMap { decimalNumber($0) }
  }

  /// What stands for a missing number in usual tables, in capitals or not; nothing does too.
  public static let usualMissing: Set<String> = [
    "", "na", "n/a", "n.a.", "#n/a", "#n/a n/a", "#na", "<na>", "nan", "-nan", "+nan", "none",
    "null", "nil", "\\n", "missing", ".", "-", "--", "---", "\u{2013}", "\u{2014}", "…", "?",
    "1.#ind", "-1.#ind", "1.#qnan", "-1.#qnan",
  ]

  /// The most bytes that one of them has.
  private static let longestMissing = usualMissing.reduce(0) { max($0, $1.utf8.count) }

  /// Whether text, without spaces around it, stands for a number that is missing.
  func isMissing(_ text: String) -> Bool {
    missing.contains(text)
      || text.utf8.count <= Self.longestMissing && Self.usualMissing.contains(text.lowercased())
  }

  /// Whether a number stands for one that is missing.
  func isMissing(_ number: Double) -> Bool { !codes.isEmpty && codes.contains(number) }

  /// What a field is as a number.
  enum Reading: Equatable {
    case number(Double)
    /// With thousands set apart by a comma or point which may as well be the decimal mark.
    case uncertain(Double)
    /// With both marks, or several of one, which shows what they are.
    case telling(Double)
    case none
  }

  /// The number that text stands for, or nil.
  package func number(_ text: String) -> Double? {
    var text = text
    switch text.withUTF8({ reading(UnsafeRawBufferPointer($0)) }) {
    case .number(let number), .telling(let number), .uncertain(let number): return number
    case .none: return nil
    }
  }

  /// Reads a field without spaces around it.
  func reading(_ bytes: UnsafeRawBufferPointer) -> Reading {
    let mark = decimalMark ?? .point
    if mark == .point, let number = decimalNumber(bytes) { return .number(number) }
    guard bytes.count <= 400 else { return .none }
    var grouped = GroupedNumber(bytes, mark: mark)
    guard let number = grouped.number() else { return .none }
    if !grouped.isGroupedByMark || decimalMark != nil { return .number(number) }
    return grouped.groups > 1 || grouped.hasFraction ? .telling(number) : .uncertain(number)
  }
}

/// A number whose thousands may be set apart: `-1,234.5`, `1.234.567,8`, `1 234`, `1'234`.
private struct GroupedNumber {
  private let text: Substring.UnicodeScalarView
  private let mark, other: Unicode.Scalar
  /// The groups of three digits.
  private(set) var groups = 0
  private(set) var hasFraction = false
  /// Whether a comma or point sets thousands apart, which elsewhere are decimal marks.
  private(set) var isGroupedByMark = false

  init(_ bytes: UnsafeRawBufferPointer, mark: NumberNotation.DecimalMark) {
    text = Substring(String(decoding: bytes, as: UTF8.self)).unicodeScalars
    (self.mark, other) = mark == .point ? (".", ",") : (",", ".")
  }

  mutating func number() -> Double? {
    var rest = text
    var plain = ""
    func digits() -> String {
      let run = rest.prefix { "0"..."9" ~= $0 }
      rest = rest[run.endIndex...]
      return String(run)
    }
    // U+2212 is the minus of typeset tables.
    if let sign = rest.first, ["+", "-", "\u{2212}"].contains(sign) {
      plain = sign == "+" ? "" : "-"
      rest.removeFirst()
    }
    let first = digits()
    plain += first
    // Beside the other mark: spaces, also those that do not break, and apostrophes.
    if let separator = rest.first,
      separator == other
        || [" ", "\u{A0}", "\u{202F}", "\u{2009}", "'", "\u{2019}"].contains(separator)
    {
      guard 1...3 ~= first.count, first.first != "0" else { return nil }
      isGroupedByMark = separator == other
      while rest.first == separator {
        rest.removeFirst()
        let group = digits()
        guard group.count == 3 else { return nil }
        plain += group
        groups += 1
      }
    }
    if rest.first == mark {
      rest.removeFirst()
      plain += "." + digits()
      hasFraction = true
    }
    // Behind the digits there is an exponent or nothing: a second sign would be taken for the first.
    guard rest.isEmpty || rest.first == "e" || rest.first == "E" else { return nil }
    return decimalNumber(plain + String(rest))
  }
}
