import ArgumentParser
import Gumbel

extension Delimiter {
  /// What `--delimiter` gives: a character, or `tab`.
  static func option(_ text: String) throws -> Delimiter {
    guard let result = Delimiter(option: text) else {
      throw ValidationError("--delimiter \(text): expected one character, or tab or blanks")
    }
    return result
  }
}
