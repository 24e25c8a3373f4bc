/// Something suspicious about a grammar that does not keep it from being used.
public struct GrammarWarning: Equatable, Sendable {
  /// Each kind of suspicion.
  public enum Kind: Equatable, Sendable {
    /// No production leads to a symbol.
    case unreachable(symbol: String)
    /// A symbol is never rewritten into characters alone; productions with it are left out.
    case neverEnds(symbol: String)
    /// A symbol has the same production twice, so that strings with it have several derivations.
    case duplicate(symbol: String)
    /// A production begins and ends with its own symbol, as S -> S '+' S: which of two is rewritten
    /// first is open, and a string has several derivations.
    case ambiguous(symbol: String)
    /// A symbol can be rewritten into itself, so that strings have derivations without end.
    case cycle(symbol: String)
    /// Rewriting at random ends with a probability below 1; strings are those of when it does.
    case mayNotEnd(probability: Double)
  }

  /// The line, counted from 1.
  public let line: Int
  /// What is suspicious.
  public let kind: Kind
}

extension GrammarWarning: CustomStringConvertible {
  public var description: String {
    let text =
      switch kind {
      case .unreachable(let symbol): "\(symbol) is never reached from the start"
      case .neverEnds(let symbol): "\(symbol) never ends; productions with it are left out"
      case .duplicate(let symbol): "\(symbol) has this production twice; strings are ambiguous"
      case .ambiguous(let symbol):
        "a production begins and ends with its own symbol \(symbol); strings are ambiguous"
      case .cycle(let symbol):
        "\(symbol) can be rewritten into itself; strings have infinitely many derivations"
      case .mayNotEnd(let probability):
        "rewriting at random ends with probability \(plain((probability * 1e6).rounded() / 1e6)); "
          + "strings are drawn given that it does"
      }
    return "line \(line): \(text)"
  }
}
