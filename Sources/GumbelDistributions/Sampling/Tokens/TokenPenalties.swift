/// What tokens lose that a text has already.
///
/// A logit x of a token that is in the ``TokenHistory`` becomes x / `repetition` if it is above 0 and
/// x · `repetition` if not. Where the token was drawn n > 0 times, rather than given,
/// `presence` + n · `frequency` is then subtracted.
///
/// Repetition: Keskar et al. 2019 (CTRL, arXiv 1909.05858). Presence and frequency are those of OpenAI's
/// interface. What vLLM calls the prompt is given, and the rest is drawn; llama.cpp counts all as drawn.
public struct TokenPenalties: Sendable, Hashable {
  /// A divisor of logits, above 0; 1 for none.
  public let repetition: Double
  /// What is subtracted from the logit of every token that was drawn; 0 for none.
  public let presence: Double
  /// What is subtracted for each time that a token was drawn; 0 for none.
  public let frequency: Double

  /// No penalties.
  public static let none = TokenPenalties()

  private init() {
    repetition = 1
    presence = 0
    frequency = 0
  }

  /// Creates penalties.
  ///
  /// Throws unless all are finite and `repetition` is above 0.
  public init(
    repetition: Double = 1, presence: Double = 0, frequency: Double = 0
  ) throws(TokenSamplingError) {
    guard repetition > 0, repetition.isFinite else { throw .penalty("repetition", repetition) }
    guard presence.isFinite else { throw .penalty("presence", presence) }
    guard frequency.isFinite else { throw .penalty("frequency", frequency) }
    self.repetition = repetition
    self.presence = presence
    self.frequency = frequency
  }
}

/// A number that is added to the logit of a token.
public struct TokenBias: Sendable, Hashable {
  public var token: Int32
  /// -infinity for a token that is not to be drawn.
  public var value: Float

  public init(token: Int32, value: Float) {
    self.token = token
    self.value = value
  }
}

/// A sequence's limit on the surprise of its tokens, which follows a target: mirostat 2 (Basu et al.
/// 2021, arXiv 2007.14966).
///
/// Tokens of more than ``limit`` bits of surprise, -log₂ p, are not drawn. After a draw with a surprise
/// of s bits among the tokens that were left, the limit becomes ``limit`` - ``rate`` (s - ``target``).
/// As in llama.cpp, the surprise of the drawn token is that after the others were removed.
public struct Mirostat: Sendable, Hashable {
  /// The surprise to keep to, τ, in bits.
  public let target: Double
  /// How fast the limit follows, η.
  public let rate: Double
  /// What tokens may have of surprise now, μ, in bits; 2 · ``target`` in the beginning.
  public var limit: Double

  /// Creates the limit of a sequence that begins. Throws unless both are positive and finite.
  public init(target: Double = 5, rate: Double = 0.1) throws(TokenSamplingError) {
    guard target > 0, target.isFinite else { throw .mirostat("target", target) }
    guard rate > 0, rate.isFinite else { throw .mirostat("rate", rate) }
    self.target = target
    self.rate = rate
    limit = 2 * target
  }

  /// Moves the limit after a draw with so many bits of surprise.
  public mutating func update(surprise: Double) { limit -= rate * (surprise - target) }
}
