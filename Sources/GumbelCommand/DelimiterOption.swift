import Gumbel

extension Delimiter {
  /// What `--delimiter` gives: a character, or `tab`.
  static func option(_ text: String) throws -> Delimiter {
    if text == "tab" || text == "\\t" { return .tab }
    guard text.count == 1, let result = Delimiter(text.first!) else {
      throw CommandFailure("--delimiter \(text): expected one character, or tab")
    }
    return result
  }
}
