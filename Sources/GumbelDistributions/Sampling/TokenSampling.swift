import GumbelKernels
import GumbelTensors

// Snippet:
// let seed: UInt64 = 1, tokens = [3, 1]
// let logits: [Float] = [0, 1, 2]
/// How the next token is drawn from a language model's logits: greedily, or at random after
/// temperature, top-k, top-p and min-p.
///
/// ```swift
/// let sampling = try TokenSampling(temperature: 0.8, topK: 50, topP: 0.95)
/// let key = RandomKey(seed).forToken(sequence: 0, position: tokens.count)
/// let next = try sampling.token(logits: logits, key: key)
/// ```
///
/// The filters act in the order temperature, top-k, top-p on what top-k left, min-p relative to the
/// largest probability. Each keeps at least one token, and where logits are equal those of lower
/// index come first: exactly `topK` tokens survive top-k. Hugging Face's transformers have this
/// order too, but keep all tokens that tie with the last one of top-k; vLLM applies min-p before
/// top-k and top-p; llama.cpp ends with the temperature, which then no longer affects what top-p
/// and min-p keep.
///
/// A border belongs to what is kept: top-p is the fewest tokens that reach it, min-p all that reach
/// it. Logits being float32, it counts as reached where their rounding could have moved it: for top-p
/// from 1 - 2⁻²² (1 - topP) of itself on, and for min-p below 1 from e^(-2⁻²²) of itself on. For
/// probabilities in double precision see ``filter(probabilities:roundoff:)``.
///
/// The draw is by the Gumbel-max trick with the noise of (key, token): at the same key a filter
/// changes the draw only if it removes the token that would have been drawn without it.
///
/// Top-k: Fan, Lewis & Dauphin 2018 (arXiv 1805.04833); top-p, the nucleus: Holtzman et al. 2019
/// (arXiv 1904.09751); min-p: Nguyen et al. 2024 (arXiv 2407.01082).
public struct TokenSampling: Sendable, Hashable {
  /// What the logits are divided by; nil for the greedy choice.
  public let temperature: Double?
  /// How many tokens are kept at most, at least 1; nil for all.
  public let topK: Int?
  /// The part of the probability that the fewest most likely tokens have to reach, in (0, 1].
  public let topP: Double?
  /// Tokens of less than this part of the largest probability are not drawn; in [0, 1].
  public let minP: Double?

  /// The token with the largest logit, the one of lowest index where there are several.
  public static let greedy = TokenSampling()

  private init() {
    temperature = nil
    topK = nil
    topP = nil
    minP = nil
  }

  /// Creates settings for random draws; a filter that is nil keeps all tokens.
  ///
  /// Throws unless the temperature is positive and finite (for the limit of 0 take ``greedy``),
  /// `topK` at least 1, `topP` in (0, 1] and `minP` in [0, 1].
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, minP: Double? = nil
  ) throws(TokenSamplingError) {
    guard temperature > 0, temperature.isFinite else { throw .temperature(temperature) }
    if let topK, topK < 1 { throw .topK(topK) }
    if let topP, !(topP > 0 && topP <= 1) { throw .topP(topP) }
    if let minP, !(minP >= 0 && minP <= 1) { throw .minP(minP) }
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
  }

  /// Whether the largest logit decides, and chance has no part.
  public var isGreedy: Bool { temperature == nil }

  var kernelSettings: gk_token_sampling {
    gk_token_sampling(
      temperature: temperature ?? 1, top_k: topK ?? 0, top_p: topP ?? 1, min_p: minP ?? 0,
      greedy: isGreedy)
  }
}

/// Why there is no ``TokenSampling``, or no token.
public enum TokenSamplingError: Error, Hashable, CustomStringConvertible {
  case temperature(Double)
  case topK(Int)
  case topP(Double)
  case minP(Double)
  /// A logit that is not a number.
  case notANumber(index: Int)
  /// Logits that are all -inf, or none at all.
  case noToken(count: Int)
  /// So many logits are not as many for each of so many keys.
  case rows(logits: Int, keys: Int)

  public var description: String {
    switch self {
    case .temperature(let value):
      "temperature \(value): expected a positive finite number, or TokenSampling.greedy"
    case .topK(let value): "top-k of \(value): expected at least 1, or nil to keep all tokens"
    case .topP(let value): "top-p of \(value): expected a number above 0 and at most 1"
    case .minP(let value): "min-p of \(value): expected a number from 0 to 1"
    case .notANumber(let index): "logit \(index) is not a number: expected none that is NaN"
    case .rows(let logits, let keys):
      "\(logits) logits for \(keys) keys: expected as many, above 0, for each key"
    case .noToken(let count):
      count == 0
        ? "no logits: expected at least one"
        : "all \(count) logits are -inf: expected at least one token that can be drawn"
    }
  }
}

extension RandomKey {
  /// The key of one token of a text: `folding(in: sequence).folding(in: position)`.
  ///
  /// With a key of its own for each token, a draw depends on neither the other texts of the batch
  /// nor their number.
  public func forToken(sequence: Int, position: Int) -> RandomKey {
    folding(in: sequence).folding(in: position)
  }
}
