import GumbelTensors

/// Which tokens of a vocabulary may be drawn: a bit each.
///
/// ```swift
/// var mask = TokenMask(count: 100, allowed: [3, 70])
/// mask[5] = true
/// print(mask.allowedCount)  // 3
/// var logits = [Float](repeating: 0, count: 100)
/// logits.withUnsafeMutableBufferPointer { mask.apply(to: $0) }
/// print(logits[4], logits[5])  // -inf 0.0
/// ```
///
/// Bit t mod 64 of word t div 64 is token t's, and the bits behind the last token are 0. On machines
/// that store the least significant byte first, which are all that this package runs on, these are
/// also the bytes of masks of 32-bit words, as engines of inference have them.
public struct TokenMask: Sendable, Hashable {
  /// How many tokens the vocabulary has.
  public let count: Int
  private var words: [UInt64]

  /// Creates a mask that allows every token, or none.
  ///
  /// Traps if the count is negative.
  public init(count: Int, allowingAll: Bool = true) {
    require(count >= 0, "TokenMask: \(count) tokens, expected at least 0")
    self.count = count
    words = [UInt64](repeating: allowingAll ? .max : 0, count: (count + 63) / 64)
    clearBehindLast()
  }

  /// Creates a mask that allows these tokens, in any order, and no others.
  ///
  /// Traps if one is not in 0 ..< `count`.
  public init(count: Int, allowed: some Sequence<Int>) {
    self.init(count: count, allowingAll: false)
    for token in allowed { self[token] = true }
  }

  /// Creates a mask from its words, such as those that a grammar of another library made; bits
  /// behind the last token are ignored.
  ///
  /// Traps unless there are `count` / 64 words, rounded up.
  public init(count: Int, words: some Collection<UInt64>) {
    require(
      count >= 0 && words.count == (count + 63) / 64,
      "TokenMask: \(words.count) words for \(count) tokens, expected \((max(count, 0) + 63) / 64)")
    self.count = count
    self.words = Array(words)
    clearBehindLast()
  }

  /// Whether a token may be drawn.
  ///
  /// Traps unless the token is in 0 ..< ``count``.
  public subscript(token: Int) -> Bool {
    get {
      requireToken(token)
      return words[token / 64] >> UInt64(token % 64) & 1 != 0
    }
    set {
      requireToken(token)
      let bit: UInt64 = 1 << UInt64(token % 64)
      if newValue { words[token / 64] |= bit } else { words[token / 64] &= ~bit }
    }
  }

  /// How many tokens may be drawn.
  public var allowedCount: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

  /// Whether no token may be drawn.
  public var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

  /// The tokens that may be drawn, in order.
  public var allowedTokens: [Int] {
    var result: [Int] = []
    for (place, word) in words.enumerated() {
      var rest = word
      while rest != 0 {
        result.append(place * 64 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
    return result
  }

  /// Keeps only what the other mask allows too.
  ///
  /// Traps unless both are of one count.
  public mutating func formIntersection(_ other: TokenMask) {
    requireCount(other)
    for place in words.indices { words[place] &= other.words[place] }
  }

  /// Allows also what the other mask allows.
  ///
  /// Traps unless both are of one count.
  public mutating func formUnion(_ other: TokenMask) {
    requireCount(other)
    for place in words.indices { words[place] |= other.words[place] }
  }

  /// Allows every token, or none.
  public mutating func allowAll(_ allowed: Bool = true) {
    for place in words.indices { words[place] = allowed ? .max : 0 }
    clearBehindLast()
  }

  /// Sets the logits of a row to -inf where the token may not be drawn, NaN included, in place.
  ///
  /// Traps unless there are ``count`` logits.
  public func apply(to logits: UnsafeMutableBufferPointer<Float>) {
    require(
      logits.count == count,
      "TokenMask: \(logits.count) logits for a mask of \(count) tokens")
    for (place, word) in words.enumerated() where word != .max {
      let first = place * 64
      let row = UnsafeMutableBufferPointer(rebasing: logits[first..<min(first + 64, count)])
      if word == 0 {
        row.update(repeating: -.infinity)
      } else {
        for token in row.indices where word >> UInt64(token) & 1 == 0 { row[token] = -.infinity }
      }
    }
  }

  /// Calls `body` with the words.
  public func withUnsafeWords<R, E: Error>(
    _ body: (UnsafeBufferPointer<UInt64>) throws(E) -> R
  ) throws(E) -> R {
    try words.withUnsafeBufferPointer(body)
  }

  /// Calls `body` with the words, which it may change; bits behind the last token are then ignored.
  public mutating func withUnsafeMutableWords<R, E: Error>(
    _ body: (UnsafeMutableBufferPointer<UInt64>) throws(E) -> R
  ) throws(E) -> R {
    defer { clearBehindLast() }
    return try words.withUnsafeMutableBufferPointer { (buffer) throws(E) in try body(buffer) }
  }

  private mutating func clearBehindLast() {
    if count % 64 != 0 { words[words.count - 1] &= 1 << UInt64(count % 64) - 1 }
  }

  private func requireToken(_ token: Int) {
    require(
      token >= 0 && token < count, "TokenMask: token \(token) of \(count) tokens")
  }

  private func requireCount(_ other: TokenMask) {
    require(
      count == other.count, "TokenMask: masks of \(count) and of \(other.count) tokens")
  }
}
