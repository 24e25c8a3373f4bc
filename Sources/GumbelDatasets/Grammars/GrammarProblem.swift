/// Why a text is not a grammar, or not one that can be used.
public enum GrammarProblem: Equatable, Sendable {
  /// There is not one production.
  case noProductions
  /// Something stands where something else should.
  case unexpected(found: String, expected: String)
  /// A quoted terminal goes on to the end of its line.
  case unclosedQuote(String)
  /// A backslash in a terminal is followed by something that means nothing.
  case escape(String)
  /// The same in llama.cpp's notation.
  case gbnfEscape(String)
  /// A weight is not a number above 0.
  case weight(String)
  /// A symbol is used that has no productions.
  case undefined(symbol: String)
  /// A rule is used that is not there.
  case undefinedRule(name: String)
  /// There is no rule that is the start.
  case noRoot
  /// Rewriting the start never ends.
  case noStrings(start: String)
  /// There is more of something than the limit.
  case tooLarge(what: String, limit: Int)
  /// There is neither a file nor a built-in grammar of the name; those are the grammars.
  case noSuchGrammar([String])
  /// The grammar has no strings of up to a length.
  case noStringsUpTo(length: Int)
  /// There are too many different beginnings of strings up to a length to count strings by.
  case languageTooLarge(length: Int, limit: Int)
}

extension GrammarProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noProductions: "no productions found, expected one such as S -> 'x'"
    case .unexpected(let found, let expected): "found \(found), expected \(expected)"
    case .unclosedQuote(let text): "the quote of \(escaped(text)) is not closed in its line"
    case .escape(let text):
      "found the escape \(quoted(text)), expected one of \\\\ \\' \\\" \\n \\r \\t \\u{2b}"
    case .gbnfEscape(let text):
      "found the escape \(quoted(text)), expected one of "
        + #"\n \r \t \\ \" \[ \] \- \^ \x1f \u00e9 \U0001f600"#
    case .weight(let text):
      "found the weight \(quoted(text)), expected a number above 0 such as [0.5]"
    case .undefined(let symbol):
      "\(symbol) has no productions; expected some, or a character in quotes: '\(symbol)'"
    case .undefinedRule(let name):
      "there is no rule \(name); expected one, or characters in quotes: \"\(name)\""
    case .noRoot: "found no rule root, expected one to begin with, such as root ::= [0-9]+"
    case .noStrings(let start):
      "rewriting the start \(start) never ends, expected a production without symbols that never do"
    case .tooLarge(let what, let limit): "more than \(limit) \(what), the limit"
    case .noSuchGrammar(let names):
      "no such file, and no grammar of this name; the grammars are \(listed(names))"
    case .noStringsUpTo(let length): "no string of at most \(counted(length, "character"))"
    case .languageTooLarge(let length, let limit):
      "the strings of up to \(counted(length, "character")) begin in more than \(limit) different "
        + "ways, the limit; expected a smaller length"
    }
  }
}
