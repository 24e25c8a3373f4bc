import GumbelKernels

/// A step on the way from logits to the tokens that may be drawn.
///
/// Each acts on what earlier ones have left, as if it were all there is: probabilities are those of
/// softmax over it, of logits that are divided by the temperature if its turn has come.
public enum TokenFilter: String, Sendable, Hashable, CaseIterable {
  /// Divides the logits by ``TokenSampling/temperature``.
  case temperature
  /// Keeps logits of at least the largest less ``TokenSampling/topNSigma`` standard deviations of all
  /// that are left.
  case topNSigma
  /// Keeps the ``TokenSampling/topK`` largest.
  case topK
  /// Keeps what is nearest to the mean information -Σ p log p in its own, -log p: within the least
  /// distance in which the probability is at least ``TokenSampling/typicalP``.
  case typicalP
  /// Keeps the fewest most likely tokens with a probability of at least ``TokenSampling/topP``.
  case topP
  /// Keeps tokens of at least ``TokenSampling/minP`` times the largest probability.
  case minP
  /// Keeps tokens of at most ``Mirostat/limit`` bits of surprise, and the most likely one.
  case mirostat

  var kernelFilter: UInt8 {
    switch self {
    case .temperature: UInt8(GK_FILTER_TEMPERATURE)
    case .topNSigma: UInt8(GK_FILTER_TOP_N_SIGMA)
    case .topK: UInt8(GK_FILTER_TOP_K)
    case .typicalP: UInt8(GK_FILTER_TYPICAL_P)
    case .topP: UInt8(GK_FILTER_TOP_P)
    case .minP: UInt8(GK_FILTER_MIN_P)
    case .mirostat: UInt8(GK_FILTER_SURPRISE)
    }
  }
}

extension [TokenFilter] {
  /// Temperature, top-n-sigma, top-k, typical-p, top-p, min-p, mirostat: what ``TokenSampling`` does
  /// unless it is told otherwise.
  public static let standard: Self = [
    .temperature, .topNSigma, .topK, .typicalP, .topP, .minP, .mirostat,
  ]

  /// The order of llama.cpp's samplers, in which the temperature comes after the filters and changes
  /// nothing of what they keep: top-n-sigma, top-k, typical-p, top-p, min-p, temperature, mirostat.
  public static let llamaCpp: Self = [
    .topNSigma, .topK, .typicalP, .topP, .minP, .temperature, .mirostat,
  ]

  /// The order of vLLM: temperature, min-p, top-k, top-p. What vLLM does not have comes after these.
  public static let vLLM: Self = [
    .temperature, .minP, .topK, .topP, .topNSigma, .typicalP, .mirostat,
  ]
}
