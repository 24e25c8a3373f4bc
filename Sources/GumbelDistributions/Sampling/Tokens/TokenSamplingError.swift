/// Why there is no ``TokenSampling``, or no token.
public enum TokenSamplingError: Error, Hashable, CustomStringConvertible {
  case temperature(Double)
  case topK(Int)
  case topP(Double)
  case minP(Double)
  case typicalP(Double)
  case topNSigma(Double)
  /// An order without a filter that is set, or with one twice.
  case order([TokenFilter], TokenFilter)
  /// A penalty of this name.
  case penalty(String, Double)
  /// A setting of ``Mirostat`` of this name.
  case mirostat(String, Double)
  /// A logit that is not a number.
  case notANumber(index: Int)
  /// Logits that are all -inf, or none at all.
  case noToken(count: Int)
  /// A mask that allows only tokens with logits of -inf, or none.
  case noAllowedToken(count: Int)
  /// A bias or a history has a token that is none of so many.
  case unknownToken(Int, classes: Int)
  /// A mask of so many tokens for so many others.
  case mask(count: Int, classes: Int)
  /// So many logits are not as many for each of so many keys.
  case rows(logits: Int, keys: Int)
  /// A buffer with too little room.
  case buffer(String, count: Int, expected: Int)
  /// So many best tokens cannot be asked for.
  case best(Int)

  public var description: String {
    switch self {
    case .temperature(let value):
      "temperature \(value): expected a positive finite number, or TokenSampling.greedy"
    case .topK(let value): "top-k of \(value): expected at least 1, or nil to keep all tokens"
    case .topP(let value): "top-p of \(value): expected a number above 0 and at most 1"
    case .minP(let value): "min-p of \(value): expected a number from 0 to 1"
    case .typicalP(let value): "typical-p of \(value): expected a number above 0 and at most 1"
    case .topNSigma(let value): "top-n-sigma of \(value): expected a positive finite number"
    case .order(let order, let filter):
      "order \(order.map(\.rawValue).joined(separator: ", ")): expected "
        + "\(filter.rawValue), which is set, \(order.contains(filter) ? "only once" : "in it")"
    case .penalty(let name, let value):
      "\(name) penalty of \(value): expected a "
        + (name == "repetition" ? "positive finite number; 1 is none" : "finite number; 0 is none")
    case .mirostat(let name, let value):
      "mirostat's \(name) of \(value): expected a positive finite number"
    case .notANumber(let index): "logit \(index) is not a number: expected none that is NaN"
    case .rows(let logits, let keys):
      "\(logits) logits for \(keys) keys: expected as many, above 0, for each key"
    case .noToken(let count):
      count == 0
        ? "no logits: expected at least one"
        : "all \(count) logits are -inf: expected at least one token that can be drawn"
    case .noAllowedToken(let count):
      "the mask allows \(count) tokens, with logits of -inf: expected one that can be drawn"
    case .unknownToken(let token, let classes):
      "token \(token) in a bias or a history: expected one of 0 ..< \(classes)"
    case .mask(let count, let classes):
      "a mask of \(count) tokens for \(classes) logits: expected as many"
    case .buffer(let name, let count, let expected):
      "room for \(count) \(name): expected at least \(expected)"
    case .best(let count):
      "the best \(count) tokens: expected 0 to \(TokenScores.mostBest)"
    }
  }
}
