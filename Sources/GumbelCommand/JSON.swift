import GumbelFiles
import SwiftGumbel

enum JSON {
  /// The value on one line a key, keys in the order of the alphabet.
  static func text(of value: some Encodable) throws -> String {
    withoutControls(String(decoding: try JSONCoding.encode(value), as: UTF8.self))
  }

  /// JSON that no terminal obeys: what an encoder leaves of control characters and of those that
  /// turn the direction of a text, written as JSON writes any character.
  private static func withoutControls(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x7F }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x7F...0x9F, 0x61C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// The same for people to read: a key a line.
  static func indentedText(of value: some Encodable) throws -> String {
    String(decoding: try JSONCoding.encode(value, indented: true), as: UTF8.self)
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
    try JSONCoding.decode(type, from: text.utf8)
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
    if let path { try OutputFile.write(self.text(of: result) + "\n", to: path) }
    if !([path] + others).contains(StandardOutput.argument) { try StandardOutput.print(text()) }
  }
}
