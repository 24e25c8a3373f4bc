import GumbelKernels
import GumbelTensors

/// Tokens, and how probable they were.
public struct DrawnTokens: Sendable {
  /// int32, one for each row of logits; -1 where a row has a NaN or nothing but -inf.
  public let tokens: Tensor
  /// The logarithm of the probability with which each token was drawn, temperature and filters
  /// included; 0 for a greedy choice, NaN where there is no token.
  public let logProbabilities: Tensor
}

extension TokenSampling {
  /// Draws the next token from the logits of one position.
  ///
  /// Throws where there is a NaN, or no logit above -inf. If some are +inf, it is one of these.
  public func token(logits: [Float], key: RandomKey) throws(TokenSamplingError) -> Int {
    try logits.withUnsafeBufferPointer { logits throws(TokenSamplingError) in
      try token(logits: logits, key: key)
    }
  }

  /// The same of logits in memory of whatever computed them, which is read where it is.
  public func token<Logit: TokenLogit>(
    logits: UnsafeBufferPointer<Logit>, key: RandomKey
  ) throws(TokenSamplingError) -> Int {
    guard let start = logits.baseAddress, !logits.isEmpty else { throw .noToken(count: 0) }
    var token: Int32 = -1
    var request = gk_token_request()
    request.sampling = kernelSettings
    let words = key.kernelWords
    request.key = (words[0], words[1])
    var batch = gk_token_batch()
    // Nothing is written without biases and penalties.
    batch.logits = UnsafeMutableRawPointer(mutating: start)
    batch.type = Logit.logitType.kernelType
    batch.k = logits.count
    batch.stride = logits.count
    withUnsafeMutablePointer(to: &token) {
      batch.tokens = $0
      gk_draw_tokens(&batch, &request, 1)
    }
    if token >= 0 { return Int(token) }
    throw request.status == GK_TOKEN_NOT_A_NUMBER
      ? .notANumber(index: Int(request.place)) : .noToken(count: logits.count)
  }

  #if compiler(>=6.2)
    /// The same of logits in a span.
    public func token<Logit: TokenLogit>(
      logits: Span<Logit>, key: RandomKey
    ) throws(TokenSamplingError) -> Int {
      try logits.withUnsafeBufferPointer { logits throws(TokenSamplingError) in
        try token(logits: logits, key: key)
      }
    }
  #endif

  /// Draws a token from each row of logits in memory of whatever computed them, which is read where
  /// it is: the draws of ``tokens(logits:keys:)``.
  ///
  /// - Parameters:
  ///   - logits: as many rows as there are keys, one after the other, each with as many classes.
  ///   - keys: one for each row, which alone decides its draw.
  /// - Returns: a token a row; -1 for a row with a NaN or nothing but -inf.
  /// - Throws: ``TokenSamplingError/rows(logits:keys:)`` where the logits are no such rows.
  public func tokens(
    logits: UnsafeBufferPointer<Float>, keys: [RandomKey]
  ) throws(TokenSamplingError) -> [Int32] {
    if keys.isEmpty, logits.isEmpty { return [] }
    guard let start = logits.baseAddress, !keys.isEmpty, !logits.isEmpty,
      logits.count.isMultiple(of: keys.count)
    else { throw .rows(logits: logits.count, keys: keys.count) }
    var settings = kernelSettings
    var tokens = [Int32](repeating: -1, count: keys.count)
    gk_sample_tokens(
      start, &settings, 0, keys.flatMap(\.kernelWords), &tokens, nil, keys.count,
      logits.count / keys.count)
    return tokens
  }

  /// Draws a token from each row of logits, with the same settings for all.
  ///
  /// - Parameters:
  ///   - logits: float32, `[rows…, classes]`. Traps without classes, and in a compiled function.
  ///   - keys: one for each row, which alone decides its draw; see
  ///     `RandomKey.forToken(sequence:position:)`.
  /// - Returns: int32, `[rows…]`; -1 for a row with a NaN or nothing but -inf.
  public func tokens(logits: Tensor, keys: [RandomKey]) -> Tensor {
    Self.draw(logits, [self], keys, scored: false).tokens
  }

  /// Draws a token from each row of logits, with settings for each.
  public static func tokens(
    logits: Tensor, settings: [TokenSampling], keys: [RandomKey]
  ) -> Tensor {
    draw(logits, perRow(settings, logits), keys, scored: false).tokens
  }

  /// The draws of ``tokens(logits:keys:)`` for one position of several sequences, whose keys are
  /// `sequences[i].folding(in: position)`: without a tensor for each.
  package func tokens(logits: Tensor, sequences: SequenceKeys, position: Int) -> Tensor {
    let shape = Self.rowShape(logits)
    require(
      shape.count * 2 == sequences.words.count && position >= 0,
      "TokenSampling: \(sequences.words.count / 2) keys for the \(shape.count) rows of logits "
        + "\(logits.shape)")
    var words = [UInt32](repeating: 0, count: sequences.words.count)
    sequences.words.withUnsafeBufferPointer { from in
      words.withUnsafeMutableBufferPointer { to in
        for row in stride(from: 0, to: to.count, by: 2) {
          gk_fold_key(
            from.baseAddress! + row, UInt64(position) & (1 << 48 - 1), to.baseAddress! + row)
        }
      }
    }
    let tokens = Tensor(uninitialized: TensorType(shape, .int32))
    var settings = kernelSettings
    Self.withFloats(logits) {
      gk_sample_tokens(
        $0, &settings, 0, words, tokens.buffer.int32s, nil, shape.count, logits.shape[-1])
    }
    return tokens
  }

  /// The draws of ``tokens(logits:keys:)->Tensor`` and the logarithms of their probabilities.
  public func scoredTokens(logits: Tensor, keys: [RandomKey]) -> DrawnTokens {
    Self.draw(logits, [self], keys, scored: true)
  }

  /// The draws of ``tokens(logits:settings:keys:)`` and the logarithms of their probabilities.
  public static func scoredTokens(
    logits: Tensor, settings: [TokenSampling], keys: [RandomKey]
  ) -> DrawnTokens {
    draw(logits, perRow(settings, logits), keys, scored: true)
  }

  /// The logarithms of the probabilities with which tokens are drawn, `[rows…, classes]`: what the
  /// temperature and the filters make of the logits, normalised, and -inf for what they remove.
  ///
  /// A row with a NaN, or with nothing but -inf, becomes NaN.
  public func logProbabilities(logits: Tensor) -> Tensor {
    Self.logProbabilities(logits, [self])
  }

  /// The logarithms of the probabilities with which tokens are drawn, with settings for each row.
  public static func logProbabilities(logits: Tensor, settings: [TokenSampling]) -> Tensor {
    logProbabilities(logits, perRow(settings, logits))
  }

  // MARK: - Rows

  private static func perRow(_ settings: [TokenSampling], _ logits: Tensor) -> [TokenSampling] {
    let rows = rowShape(logits).count
    require(
      settings.count == rows,
      "TokenSampling: \(settings.count) settings for the \(rows) rows of logits \(logits.shape)")
    return settings
  }

  private static func rowShape(_ logits: Tensor) -> Shape {
    require(
      logits.elementType == .float32 && logits.rank >= 1 && logits.shape[-1] >= 1,
      "TokenSampling: logits \(logits.type), expected float32 with at least one class")
    return logits.shape.prefix(logits.rank - 1)
  }

  /// The elements of a tensor, in its own memory.
  private static func withFloats<R>(_ tensor: Tensor, _ body: (UnsafePointer<Float>) -> R) -> R {
    tensor.requireReadable(.float32)
    return withExtendedLifetime(tensor) { body(UnsafePointer(tensor.buffer.floats)) }
  }

  private static func draw(
    _ logits: Tensor, _ settings: [TokenSampling], _ keys: [RandomKey], scored: Bool
  ) -> DrawnTokens {
    let shape = rowShape(logits)
    let rows = shape.count
    require(
      keys.count == rows,
      "TokenSampling: \(keys.count) keys for the \(rows) rows of logits \(logits.shape)")
    let tokens = Tensor(uninitialized: TensorType(shape, .int32))
    let scores = Tensor(uninitialized: TensorType(scored ? shape : [0]))
    withFloats(logits) {
      gk_sample_tokens(
        $0, settings.map(\.kernelSettings), settings.count == 1 ? 0 : 1,
        keys.flatMap(\.kernelWords), tokens.buffer.int32s, scored ? scores.buffer.floats : nil,
        rows, logits.shape[-1])
    }
    return DrawnTokens(tokens: tokens, logProbabilities: scores)
  }

  private static func logProbabilities(_ logits: Tensor, _ settings: [TokenSampling]) -> Tensor {
    let rows = rowShape(logits).count
    let result = Tensor(uninitialized: logits.type)
    withFloats(logits) {
      gk_token_log_probabilities(
        $0, settings.map(\.kernelSettings), settings.count == 1 ? 0 : 1, result.buffer.floats,
        rows, logits.shape[-1])
    }
    return result
  }
}

/// The keys of several sequences, from which those of their positions are made.
package struct SequenceKeys: Sendable {
  fileprivate let words: [UInt32]

  /// The keys of sequences, one each.
  package init(_ keys: [RandomKey]) { words = keys.flatMap(\.kernelWords) }
}
