import GumbelKernels
import GumbelTensors

// Snippet:
// let seed: UInt64 = 1, tokens = [3, 1]
// let logits: [Float] = [0, 1, 2]
/// How the next token is drawn from a language model's logits: greedily, or at random after a
/// temperature and filters.
///
/// ```swift
/// let sampling = try TokenSampling(temperature: 0.8, topK: 50, topP: 0.95)
/// let key = RandomKey(seed).forToken(sequence: 0, position: tokens.count)
/// let next = try sampling.token(logits: logits, key: key)
/// ```
///
/// What is set acts in the order of ``order``, one after the other on what is left: by default
/// temperature, top-n-sigma, top-k, typical-p, top-p and min-p. Each keeps at least one token, and
/// where logits are equal those of lower index come first: exactly `topK` tokens survive top-k; only
/// typical-p keeps or drops equal ones together. Hugging Face's transformers have this order too, but
/// keep all tokens that tie with the last one of top-k; llama.cpp ends with the temperature, which
/// then no longer affects what top-p and min-p keep, and vLLM applies min-p before top-k and top-p:
/// these orders are `.llamaCpp` and `.vLLM`.
///
/// A border belongs to what is kept: top-p is the fewest tokens that reach it, min-p all that reach
/// it. Logits being float32, it counts as reached where their rounding could have moved it: for top-p
/// and typical-p from 1 - 2⁻²² (1 - p) of itself on, for min-p below 1 from e^(-2⁻²²) of itself on, and
/// for top-n-sigma up to 1 + 2⁻²² times its distance. For probabilities in double precision see
/// ``filter(probabilities:roundoff:)``.
///
/// The draw is by the Gumbel-max trick with the noise of (key, token): at the same key a filter
/// changes the draw only if it removes the token that would have been drawn without it.
///
/// Penalties, biases, masks and ``Mirostat`` belong to a sequence: see ``TokenSampler``.
///
/// Top-k: Fan, Lewis & Dauphin 2018 (arXiv 1805.04833); top-p, the nucleus: Holtzman et al. 2019
/// (arXiv 1904.09751); min-p: Nguyen et al. 2024 (arXiv 2407.01082); typical-p, locally typical
/// sampling: Meister et al. 2022 (arXiv 2202.00666); top-n-sigma: Tang et al. 2024 (arXiv 2411.07641).
public struct TokenSampling: Sendable, Hashable {
  /// What the logits are divided by; nil for the greedy choice.
  public let temperature: Double?
  /// How many tokens are kept at most, at least 1; nil for all.
  public let topK: Int?
  /// The part of the probability that the fewest most likely tokens have to reach, in (0, 1].
  public let topP: Double?
  /// Tokens of less than this part of the largest probability are not drawn; in [0, 1].
  public let minP: Double?
  /// The part of the probability that tokens of typical information have to reach, in (0, 1].
  public let typicalP: Double?
  /// How many standard deviations below the largest logit tokens are still drawn, above 0.
  public let topNSigma: Double?
  /// What acts after what.
  public let order: [TokenFilter]

  /// The token with the largest logit, the one of lowest index where there are several.
  public static let greedy = TokenSampling()

  private init() {
    temperature = nil
    topK = nil
    topP = nil
    minP = nil
    typicalP = nil
    topNSigma = nil
    order = .standard
  }

  /// Creates settings for random draws; a filter that is nil keeps all tokens.
  ///
  /// Throws unless the temperature is positive and finite (for the limit of 0 take ``greedy``),
  /// `topK` at least 1, `topP` and `typicalP` in (0, 1], `minP` in [0, 1] and `topNSigma` positive and
  /// finite; and unless the order has what is set, and nothing twice.
  public init(
    temperature: Double = 1, topK: Int? = nil, topP: Double? = nil, minP: Double? = nil,
    typicalP: Double? = nil, topNSigma: Double? = nil, order: [TokenFilter] = .standard
  ) throws(TokenSamplingError) {
    guard temperature > 0, temperature.isFinite else { throw .temperature(temperature) }
    if let topK, topK < 1 { throw .topK(topK) }
    if let topP, !(topP > 0 && topP <= 1) { throw .topP(topP) }
    if let minP, !(minP >= 0 && minP <= 1) { throw .minP(minP) }
    if let typicalP, !(typicalP > 0 && typicalP <= 1) { throw .typicalP(typicalP) }
    if let topNSigma, !(topNSigma > 0 && topNSigma.isFinite) { throw .topNSigma(topNSigma) }
    let isSet: [(TokenFilter, Bool)] = [
      (.temperature, temperature != 1), (.topNSigma, topNSigma != nil), (.topK, topK != nil),
      (.typicalP, typicalP != nil), (.topP, topP != nil), (.minP, minP != nil),
    ]
    if let filter = isSet.first(where: { $0.1 && !order.contains($0.0) })?.0 {
      throw .order(order, filter)
    }
    if let filter = order.first(where: { filter in order.count { $0 == filter } > 1 }) {
      throw .order(order, filter)
    }
    self.temperature = temperature
    self.topK = topK
    self.topP = topP
    self.minP = minP
    self.typicalP = typicalP
    self.topNSigma = topNSigma
    self.order = order
  }

  /// Whether the largest logit decides, and chance has no part.
  public var isGreedy: Bool { temperature == nil }

  var kernelSettings: gk_token_sampling { kernelSettings(mostSurprise: .infinity) }

  func kernelSettings(mostSurprise: Double) -> gk_token_sampling {
    var settings = gk_token_sampling()
    settings.temperature = temperature ?? 1
    settings.top_k = topK ?? 0
    settings.top_p = topP ?? 1
    settings.min_p = minP ?? 0
    settings.greedy = isGreedy
    settings.top_n_sigma = topNSigma ?? 0
    settings.typical_p = typicalP ?? 1
    settings.most_surprise = mostSurprise
    withUnsafeMutableBytes(of: &settings.order) { bytes in
      for (place, filter) in order.enumerated() { bytes[place] = filter.kernelFilter }
      // An empty order would be the usual one; a temperature of 1 changes nothing.
      if order.isEmpty { bytes[0] = TokenFilter.temperature.kernelFilter }
    }
    return settings
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
