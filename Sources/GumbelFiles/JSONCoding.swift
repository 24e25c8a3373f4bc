#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// How this package writes and reads JSON. Numbers that JSON does not have are the strings `"nan"`,
/// `"inf"` and `"-inf"`; keys are written in the order of the alphabet.
package enum JSONCoding {
  /// How deep lists and objects that are read may stand in one another.
  package static let depthLimit = 128

  package static func encode(_ value: some Encodable, indented: Bool = false) throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    if indented { encoder.outputFormatting.insert(.prettyPrinted) }
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try encoder.encode(value)
  }

  /// The value that JSON stands for.
  ///
  /// - Throws: `DecodingError` if it is not one of the type, or is deeper than ``depthLimit``.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: some Collection<UInt8>
  ) throws -> Value {
    // Foundation's reader ends the process where its own limit, 512, is passed by the last byte.
    let data = Data(bytes)
    guard data.withUnsafeBytes(depth(of:)) <= depthLimit else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: [],
          debugDescription: "lists and objects stand more than \(depthLimit) deep in one another"))
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: data)
  }

  /// How deep lists and objects stand in one another. What follows a mistake may be counted wrongly,
  /// but no reader gets there.
  private static func depth(of bytes: UnsafeRawBufferPointer) -> Int {
    var (depth, deepest) = (0, 0)
    var (isInString, isEscaped) = (false, false)
    for byte in bytes {
      if isInString {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
        } else if byte == UInt8(ascii: "\"") {
          isInString = false
        }
        continue
      }
      switch byte {
      case UInt8(ascii: "\""): isInString = true
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        deepest = max(deepest, depth)
      case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
      default: break
      }
    }
    return deepest
  }
}
