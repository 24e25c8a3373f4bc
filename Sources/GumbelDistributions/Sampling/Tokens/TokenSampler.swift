import GumbelKernels
import GumbelTensors

/// Where a ``TokenSampler`` writes the logarithms of probabilities.
public struct TokenScores {
  /// Of which distribution.
  public enum Kind: Sendable {
    /// softmax of the logits as they are given, as vLLM has it: without bias, penalties, mask,
    /// temperature and filters.
    case raw
    /// What the token was drawn from, after all of them.
    case drawn
  }

  /// The most ``best`` may be.
  public static var mostBest: Int { Int(GK_MOST_BEST_TOKENS) }

  public var kind: Kind
  /// The drawn token's, one a row.
  public var logProbabilities: UnsafeMutableBufferPointer<Float>?
  /// So many likeliest tokens are found for each row, at most ``mostBest``.
  public var best: Int
  /// `[rows, best]`, the likeliest of a row first, equal ones by index; -1 beyond those that are
  /// possible.
  public var bestTokens: UnsafeMutableBufferPointer<Int32>?
  /// `[rows, best]`; -infinity where there is no token.
  public var bestLogProbabilities: UnsafeMutableBufferPointer<Float>?

  /// Only the scores of the drawn tokens.
  public init(_ kind: Kind, logProbabilities: UnsafeMutableBufferPointer<Float>) {
    self.kind = kind
    self.logProbabilities = logProbabilities
    best = 0
  }

  /// The `best` tokens of each row with their scores, and those of the drawn ones where there is room
  /// for these.
  public init(
    _ kind: Kind, best: Int, tokens: UnsafeMutableBufferPointer<Int32>,
    bestLogProbabilities: UnsafeMutableBufferPointer<Float>,
    logProbabilities: UnsafeMutableBufferPointer<Float>? = nil
  ) {
    self.kind = kind
    self.logProbabilities = logProbabilities
    self.best = best
    bestTokens = tokens
    self.bestLogProbabilities = bestLogProbabilities
  }
}

/// Draws the next tokens of sequences from an engine's own logits, where these are.
///
/// ```swift
/// var logits: [Float] = [0, 1, 2, 5, 4, 3]
/// var rows = (0..<2).map { TokenRow(sampling: .greedy, key: RandomKey(7).folding(in: $0)) }
/// var tokens: [Int32] = [-1, -1]
/// let sampler = TokenSampler(classes: 3)
/// try logits.withUnsafeMutableBufferPointer { logits in
///   try tokens.withUnsafeMutableBufferPointer { tokens in
///     _ = try sampler.draw(from: logits, rows: &rows, into: tokens)
///   }
/// }
/// print(tokens)  // [2, 0]
/// ```
///
/// A row's draw depends on its logits, its ``TokenRow`` and nothing else: it is that of
/// ``TokenSampling/token(logits:key:)-([Float],_)`` with the logits as bias, penalties and mask have left
/// them. Logits of narrow types are drawn from as if they were floats, which changes none of them.
///
/// Nothing is copied, and once there have been as many rows, biases, penalties and masks in a call,
/// nothing is allocated. Biases and penalties are written over the few logits that they change, rounded to
/// their type, and these are put back before the call returns. One sampler may be used by one
/// thread at a time; rows are divided among the threads of the package.
public final class TokenSampler {
  /// How many tokens there are.
  public let classes: Int
  /// From one row of logits to the next: ``classes``, or more where rows are padded.
  public let rowStride: Int

  private var requests = Room<gk_token_request>()
  private var biases = Room<gk_token_bias>()
  private var saved = Room<UInt32>()
  private var maskWords = Room<UInt64>()
  private var rowCount = 0

  private static let wrongMask: Int32 = 100

  /// Creates a sampler. Traps without classes, for 2³¹ of them or more, and if the stride is less.
  public init(classes: Int, rowStride: Int? = nil) {
    require(
      classes >= 1 && classes <= Int(Int32.max) && rowStride ?? classes >= classes,
      "TokenSampler: \(classes) classes in rows of \(rowStride ?? classes), "
        + "expected 1 to \(Int32.max), and rows as long")
    self.classes = classes
    self.rowStride = rowStride ?? classes
  }

  /// Draws a token for each row.
  ///
  /// - Parameters:
  ///   - logits: Row r begins at element r · ``rowStride``. They are as they were when this returns.
  ///   - rows: One for each row of logits. Only their ``TokenRow/mirostat`` is changed.
  ///   - tokens: One for each row: the token, or -1 where there is none, which ``error(inRow:)`` explains.
  ///     The other rows are drawn all the same.
  ///   - scores: Where logarithms of probabilities are wanted; NaN in rows without a token.
  /// - Returns: In how many rows there is no token.
  /// - Throws: ``TokenSamplingError/buffer(_:count:expected:)`` or ``TokenSamplingError/best(_:)``
  ///   where a buffer has too little room, and then nothing is drawn.
  @discardableResult
  public func draw<Logit: TokenLogit>(
    from logits: UnsafeMutableBufferPointer<Logit>, rows: inout [TokenRow],
    into tokens: UnsafeMutableBufferPointer<Int32>, scores: TokenScores? = nil
  ) throws(TokenSamplingError) -> Int {
    rowCount = 0
    try checkRoom(rows.count, logits.count, tokens.count, scores)
    guard !rows.isEmpty else { return 0 }
    prepare(rows)
    var batch = gk_token_batch()
    batch.logits = UnsafeMutableRawPointer(logits.baseAddress!)
    batch.type = Logit.logitType.kernelType
    batch.k = classes
    batch.stride = rowStride
    batch.tokens = tokens.baseAddress!
    if let scores {
      batch.log_probabilities = scores.logProbabilities?.baseAddress
      batch.best = scores.best
      batch.best_tokens = scores.bestTokens?.baseAddress
      batch.best_log_probabilities = scores.bestLogProbabilities?.baseAddress
      batch.raw_scores = scores.kind == .raw
    }
    gk_draw_tokens(&batch, requests.start, rows.count)
    rowCount = rows.count
    var failures = 0
    for row in rows.indices {
      let request = requests.start + row
      if request.pointee.status != GK_TOKEN_DRAWN {
        failures += 1
      } else if rows[row].mirostat != nil, !request.pointee.surprise.isNaN {
        rows[row].mirostat!.update(surprise: request.pointee.surprise)
      }
    }
    return failures
  }

  #if compiler(>=6.2)
    /// The draws of ``draw(from:rows:into:scores:)`` from and into spans.
    @discardableResult
    public func draw<Logit: TokenLogit>(
      from logits: inout MutableSpan<Logit>, rows: inout [TokenRow],
      into tokens: inout MutableSpan<Int32>, scores: TokenScores? = nil
    ) throws(TokenSamplingError) -> Int {
      try logits.withUnsafeMutableBufferPointer { logits throws(TokenSamplingError) in
        try tokens.withUnsafeMutableBufferPointer { tokens throws(TokenSamplingError) in
          try draw(from: logits, rows: &rows, into: tokens, scores: scores)
        }
      }
    }
  #endif

  /// Why the last call drew no token in this row; nil where it did. Traps for a row that it did not have.
  public func error(inRow row: Int) -> TokenSamplingError? {
    require(
      row >= 0 && row < rowCount,
      "TokenSampler: row \(row) of the \(rowCount) rows of the last draw")
    let request = requests.start[row]
    switch request.status {
    case Int32(GK_TOKEN_DRAWN): return nil
    case Int32(GK_TOKEN_NOT_A_NUMBER): return .notANumber(index: Int(request.place))
    case Int32(GK_TOKEN_UNKNOWN):
      return .unknownToken(Int(request.place), classes: classes)
    case Self.wrongMask: return .mask(count: Int(request.place), classes: classes)
    default:
      return request.place < 0
        ? .noToken(count: classes) : .noAllowedToken(count: Int(request.place))
    }
  }

  // MARK: - Requests

  private func checkRoom(
    _ rows: Int, _ logits: Int, _ tokens: Int, _ scores: TokenScores?
  ) throws(TokenSamplingError) {
    let needed = rows == 0 ? 0 : (rows - 1) * rowStride + classes
    guard logits >= needed else { throw .buffer("logits", count: logits, expected: needed) }
    guard tokens >= rows else { throw .buffer("tokens", count: tokens, expected: rows) }
    guard let scores else { return }
    guard scores.best >= 0, scores.best <= TokenScores.mostBest else { throw .best(scores.best) }
    if let count = scores.logProbabilities?.count, count < rows {
      throw .buffer("log-probabilities", count: count, expected: rows)
    }
    let best = rows * scores.best
    let room = min(scores.bestTokens?.count ?? 0, scores.bestLogProbabilities?.count ?? 0)
    guard room >= best else { throw .buffer("best tokens", count: room, expected: best) }
  }

  private func prepare(_ rows: [TokenRow]) {
    var (biasCount, savedCount, maskCount) = (0, 0, 0)
    let wordCount = (classes + 63) / 64
    for row in rows {
      biasCount += row.bias.count
      savedCount += row.bias.count + (row.history?.distinct ?? 0)
      if row.mask?.count == classes { maskCount += 1 }
    }
    requests.reserve(rows.count)
    biases.reserve(biasCount)
    saved.reserve(savedCount)
    maskWords.reserve(maskCount * wordCount)
    (biasCount, savedCount, maskCount) = (0, 0, 0)
    for (index, row) in rows.enumerated() {
      var request = gk_token_request()
      request.sampling = row.sampling.kernelSettings(mostSurprise: row.mirostat?.limit ?? .infinity)
      request.key = row.tokenKey
      if let mask = row.mask {
        if mask.count == classes {
          let words = maskWords.start + maskCount * wordCount
          mask.withUnsafeWords { words.update(from: $0.baseAddress!, count: wordCount) }
          request.mask = UnsafePointer(words)
          maskCount += 1
        } else {
          request.status = Self.wrongMask
          request.place = Int64(mask.count)
        }
      }
      request.bias = UnsafePointer(biases.start + biasCount)
      request.bias_count = row.bias.count
      for bias in row.bias {
        biases.start[biasCount] = gk_token_bias(token: bias.token, value: bias.value)
        biasCount += 1
      }
      request.saved = saved.start + savedCount
      savedCount += row.bias.count
      if let history = row.history {
        request.history = history.kernelCounts
        request.history_count = history.distinct
        savedCount += history.distinct
      }
      request.penalties = gk_token_penalties(
        repetition: row.penalties.repetition, presence: row.penalties.presence,
        frequency: row.penalties.frequency)
      (requests.start + index).update(from: &request, count: 1)
    }
  }
}

/// Memory that is kept from call to call.
private struct Room<Element: BitwiseCopyable>: ~Copyable {
  private(set) var start: UnsafeMutablePointer<Element>
  private var capacity = 16

  init() { start = .allocate(capacity: capacity) }
  deinit { start.deallocate() }

  /// Makes room for so many, whatever it held.
  mutating func reserve(_ count: Int) {
    if count <= capacity { return }
    start.deallocate()
    capacity = max(count, 2 * capacity)
    start = .allocate(capacity: capacity)
  }
}
