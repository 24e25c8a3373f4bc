import Gumbel

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

enum JSON {
  /// The value on one line a key, keys in the order of the alphabet.
  static func text(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // JSON has no NaN; nothing that is printed should have one, and a null would be misread.
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The same for people to read: a key a line.
  static func indentedText(of value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  /// The value that a file of ours holds.
  ///
  /// - Parameters:
  ///   - path: of the file, for messages.
  ///   - expected: what it should be.
  /// - Throws: What is wrong with the file, and where in it.
  static func value<T: Decodable>(
    _ type: T.Type, from text: String, path: String, expected: String
  ) throws -> T {
    do {
      return try value(type, from: text)
    } catch let error as DecodingError {
      throw CommandFailure("\(path): \(error.line); it should be \(expected)")
    } catch {
      throw CommandFailure("\(path): expected \(expected)")
    }
  }

  static func value<T: Decodable>(_ type: T.Type, from text: String) throws -> T {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return try decoder.decode(type, from: Data(text.utf8))
  }

  /// Writes a result to a file, if one is given, and prints it: as JSON where `-` stands for the
  /// file, else as text.
  ///
  /// - Parameter others: the paths of what else has been written; where one of them is standard
  ///   output, the text would not belong there.
  static func write(
    _ result: some Encodable, to path: String?, or text: @autoclosure () -> String,
    beside others: [String?] = []
  ) throws {
    if path == StandardOutput.argument { return try StandardOutput.print(self.text(of: result)) }
    if let path { try AtomicFile.write(self.text(of: result) + "\n", to: path) }
    if !others.contains(StandardOutput.argument) { try StandardOutput.print(text()) }
  }
}
