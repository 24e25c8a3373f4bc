/// Why what was read is not a set of texts.
public enum TextProblem: Equatable, Sendable {
  /// There is not one string, or no text at all.
  case noText
  /// No string is as short as asked for; how many there are, and how long the shortest is.
  case noneShortEnough(count: Int, shortest: Int, maximum: Int)
  /// No string has only the symbols of a vocabulary.
  case noneOfVocabulary(count: Int, symbols: Int)
  /// More different symbols than the limit.
  case tooManySymbols(count: Int, limit: Int)
  /// More bytes than the limit.
  case tooLarge(limit: Int)
  /// There are too few strings to set some apart for testing, beside others that were left out.
  case tooFewToSplit(count: Int, leftOut: Int)
  /// There is neither a file nor a set of the name; those are the sets.
  case noSuchSet([String])
  /// A named set is in none of the places: how to get it.
  case notInstalled(installation: String, in: [String])
}

extension TextProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noText: "no text found, expected strings, one a line"
    case .noneShortEnough(let count, let shortest, let maximum):
      "found \(counted(count, "string")), the shortest of length \(shortest), expected some of at "
        + "most \(maximum)"
    case .noneOfVocabulary(let count, let symbols):
      "found \(counted(count, "string")), each with other symbols than the "
        + "\(symbols) of the vocabulary"
    case .tooManySymbols(let count, let limit):
      "found \(count) different symbols, expected at most \(limit)"
    case .tooLarge(let limit): "longer than \(limit) bytes, the limit for texts held in memory"
    case .tooFewToSplit(let count, let leftOut):
      "found \(counted(count, "string"))"
        + (leftOut == 0 ? "" : " beside \(leftOut) too long or with other symbols")
        + ", expected at least 2, to set some apart for testing"
    case .noSuchSet(let names):
      "no such file, and no set of this name; the sets are \(listed(names))"
    case .notInstalled(let installation, let places):
      "not found in \(listed(places, width: 4096)); get it with: \(installation)"
    }
  }
}
