import GumbelKernels
import GumbelTensors

/// What a ``TokenSampler`` has to know of one sequence of a batch.
///
/// The logits of a row first gain their ``bias``, then suffer ``penalties``, then lose what the ``mask``
/// does not allow. The filters of ``sampling`` act on the rest, and the token is drawn with
/// the key `key.folding(in: position)`.
public struct TokenRow {
  /// Temperature and filters.
  public var sampling: TokenSampling
  /// The sequence's key, such as `RandomKey(seed).folding(in: sequence)`.
  public var key: RandomKey { didSet { keyWords = Self.words(of: key) } }
  /// The number of the next token.
  public var position: Int
  /// What is added to logits; where a token is named twice, both are.
  public var bias: [TokenBias]
  /// What tokens of the history lose.
  public var penalties: TokenPenalties
  /// The tokens so far; nil where there are no penalties. A copy of a row shares it.
  public var history: TokenHistory?
  /// What may be drawn; nil for every token.
  public var mask: TokenMask?
  /// A limit on surprise, which every draw moves; nil for none.
  public var mirostat: Mirostat?

  private var keyWords: (UInt32, UInt32)

  /// Creates the row of a sequence.
  public init(
    sampling: TokenSampling, key: RandomKey, position: Int = 0, bias: [TokenBias] = [],
    penalties: TokenPenalties = .none, history: TokenHistory? = nil, mask: TokenMask? = nil,
    mirostat: Mirostat? = nil
  ) {
    self.sampling = sampling
    self.key = key
    self.position = position
    self.bias = bias
    self.penalties = penalties
    self.history = history
    self.mask = mask
    self.mirostat = mirostat
    keyWords = Self.words(of: key)
  }

  /// Takes in a token that has become part of the sequence: ``position`` rises by 1, and the ``history``
  /// has it.
  public mutating func accept(_ token: Int32) {
    position += 1
    history?.accept(token)
  }

  private static func words(of key: RandomKey) -> (UInt32, UInt32) {
    let words = key.kernelWords
    return (words[0], words[1])
  }

  /// The words of `key.folding(in: position)`.
  var tokenKey: (UInt32, UInt32) {
    let bits = UInt64(bitPattern: Int64(position))
    if bits < 1 << 48 { return Self.fold(bits, into: keyWords) }
    let upper = Self.fold(3 << 62 | bits >> 32, into: keyWords)
    return Self.fold(3 << 62 | bits & 0xffff_ffff, into: upper)
  }

  private static func fold(_ data: UInt64, into key: (UInt32, UInt32)) -> (UInt32, UInt32) {
    withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4) { words in
      words[0] = key.0
      words[1] = key.1
      gk_fold_key(words.baseAddress!, data, words.baseAddress! + 2)
      return (words[2], words[3])
    }
  }
}
