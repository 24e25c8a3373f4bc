// What is decoded from a file is checked where it is decoded: nothing that was decoded may reach a
// check of the programmer's mistakes, which traps.

extension KeyedDecodingContainer {
  /// The value of a key, if it holds; else an error that says what was found and what was expected.
  package func checked<T: Decodable>(
    _ key: Key, _ expected: @autoclosure () -> String,
    where holds: (T) -> Bool = { _ in true }
  ) throws -> T {
    guard contains(key) else { throw unexpected(key, expected()) }
    if let value = try? decode(T.self, forKey: key), holds(value) { return value }
    throw unexpected(key, expected())
  }

  /// The same of a key that may be missing or null.
  package func checkedIfPresent<T: Decodable>(
    _ key: Key, _ expected: @autoclosure () -> String,
    where holds: (T) -> Bool
  ) throws -> T? {
    guard contains(key), try !decodeNil(forKey: key) else { return nil }
    return try checked(key, expected(), where: holds)
  }

  /// A whole number of a range.
  package func count(_ key: Key, _ range: ClosedRange<Int>) throws -> Int {
    try checked(
      key, "a whole number from \(range.lowerBound) to \(range.upperBound)",
      where: { range ~= $0 })
  }

  /// A finite number of a range.
  package func number(_ key: Key, _ range: ClosedRange<Double>) throws -> Double {
    try checked(
      key, "a number from \(range.lowerBound) to \(range.upperBound)", where: { range ~= $0 })
  }

  /// A number above 0 that float32 has too.
  package func positive(_ key: Key) throws -> Double {
    try checked(key, "a number above 0 that is no larger than 1e30") { $0 > 0 && $0 <= 1e30 }
  }

  /// One of the texts that a type has a case for.
  package func named<T: RawRepresentable & CaseIterable & Decodable>(
    _ key: Key
  ) throws -> T where T.RawValue == String {
    let names = T.allCases.map(\.rawValue).joined(separator: ", ")
    return try checked(key, "one of \(names)")
  }

  /// What a check of all that was decoded throws, as an error about the file.
  package func check(_ validate: () throws -> Void) throws {
    do {
      try validate()
    } catch {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: codingPath, debugDescription: "found \(error)"))
    }
  }

  /// An error about a key's value.
  package func unexpected(_ key: Key, _ expected: String) -> DecodingError {
    let found =
      contains(key)
      ? (try? decode(FoundValue.self, forKey: key))?.text ?? "a number out of all ranges"
      : "nothing"
    return DecodingError.dataCorrupted(
      DecodingError.Context(
        codingPath: codingPath + [key], debugDescription: "found \(found), expected \(expected)"))
  }
}

extension DecodingError {
  /// Where in a file, what was found there and what was expected, in one line.
  package var line: String {
    switch self {
    case .keyNotFound(let key, let context):
      Self.place(context.codingPath + [key]) + "found nothing, expected a value"
    case .valueNotFound(let type, let context):
      Self.place(context.codingPath) + "found null, expected \(Self.kind(type))"
    case .typeMismatch(let type, let context):
      Self.place(context.codingPath) + "found another kind of value, expected \(Self.kind(type))"
    case .dataCorrupted(let context):
      context.codingPath.isEmpty
        ? "expected whole JSON" : Self.place(context.codingPath) + escaped(context.debugDescription)
    @unknown default: "expected other values"
    }
  }

  private static func place(_ path: [any CodingKey]) -> String {
    if path.isEmpty { return "" }
    var text = ""
    for key in path {
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + quoted(key.stringValue).dropFirst().dropLast()
      }
    }
    return text + ": "
  }

  private static func kind(_ type: any Any.Type) -> String {
    switch type {
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "a text"
    case is Bool.Type: "true or false"
    case is [Any].Type: "a list"
    default: "an object with names and values"
    }
  }
}

/// Any value of a file, for messages.
private struct FoundValue: Decodable {
  let text: String

  init(from decoder: any Decoder) throws {
    if let list = try? decoder.unkeyedContainer() {
      text = "a list of \(list.count ?? 0)"
    } else if let object = try? decoder.container(keyedBy: AnyKey.self) {
      text = "an object with \(object.allKeys.count) values"
    } else {
      let value = try decoder.singleValueContainer()
      if value.decodeNil() {
        text = "null"
      } else if let flag = try? value.decode(Bool.self) {
        text = "\(flag)"
      } else if let number = try? value.decode(Int.self) {
        text = "\(number)"
      } else if let number = try? value.decode(Double.self) {
        text = "\(number)"
      } else {
        text = quoted(try value.decode(String.self))
      }
    }
  }

  private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
