import CGumbelMath
import GumbelKernels
import GumbelTensors

/// When the items of a stream arrive in an exponential race, in which item i of weight w takes a time
/// that is exponential with rate w: decides for most, from 32 bits of each, that they come too late for
/// a reservoir, and computes the exact time of the others.
///
/// An item's uniform u has 64 bits: its word of the key's main stream, and below it that of the
/// stream that refines tails, as in Gumbel noise. The time -log u is at least 1 - u, so what 1 - u
/// alone puts beyond the latest time that could enter need not be looked at further.
@usableFromInline
struct ExponentialRace: Sendable {
  let key: [UInt32]
  /// The number of the next item.
  @usableFromInline var nextIndex: UInt64
  /// How many items there have been.
  @usableFromInline var passedCount: UInt64 = 0
  /// Nothing that arrives later than this, in units of 2⁻³², can enter.
  @usableFromInline var latest: Double
  /// The upper half of u for items `wordsStart` and following.
  @usableFromInline var words: [UInt32] = []
  @usableFromInline var wordsStart: UInt64 = 0

  /// The items of weight 1 before `candidatesEnd` that could enter when they were looked for.
  private var candidates: [UInt64] = []
  private var nextCandidate = 0
  private var candidatesEnd: UInt64

  init(key: RandomKey, firstIndex: UInt64, latest: Double) {
    self.key = key.kernelWords
    self.latest = latest
    nextIndex = firstIndex
    candidatesEnd = firstIndex
  }

  /// Whether the next item may enter.
  @inlinable @inline(__always)
  mutating func nextMayEnter(weight: Double) throws(SamplingError) -> Bool {
    guard weight > 0 && weight < .infinity else {
      if weight == 0 { return false }
      throw SamplingError.badWeight(weight, index: Int(nextIndex))
    }
    if nextIndex &- wordsStart >= UInt64(words.count) { makeWords() }
    return Double(~words[Int(nextIndex &- wordsStart)]) < latest * weight
  }

  /// Whether an item with a uniform of its own may enter; none of weight 0 does.
  func mayEnter(uniform: UInt64, weight: Double) -> Bool {
    Double(~UInt32(truncatingIfNeeded: uniform >> 32)) < latest * weight
  }

  @usableFromInline
  mutating func makeWords() {
    let count = 1024
    words = [UInt32](unsafeUninitializedCapacity: count) { buffer, initialized in
      gk_random_bits(key, nextIndex, buffer.baseAddress, count)
      initialized = count
    }
    wordsStart = nextIndex
  }

  /// The first of the next `count` items, all of weight 1, that may enter.
  mutating func candidate(within count: UInt64) -> UInt64? {
    let end = nextIndex + count
    while true {
      while nextCandidate < candidates.count {
        let index = candidates[nextCandidate]
        if index >= end { return nil }
        if index >= nextIndex { return index }
        nextCandidate += 1
      }
      if candidatesEnd < nextIndex { candidatesEnd = nextIndex }
      if candidatesEnd >= end || latest == 0 { return nil }
      findCandidates()
    }
  }

  private mutating func findCandidates() {
    // 2³² (1 - u) is a whole number: below the latest time is at most its ceiling less 1.
    let least = latest < 0x1p32 ? ~UInt32(latest.rounded(.up) - 1) : 0
    // As many as few candidates are expected in, since later ones may be out of date by their turn.
    let length = min(max(Int(0x1p38 / (latest + 1)), 512), 1 << 16)
    let places = [UInt32](unsafeUninitializedCapacity: length) { buffer, initialized in
      initialized = gk_words_from(key, candidatesEnd, length, least, buffer.baseAddress)
    }
    candidates = places.map { candidatesEnd + UInt64($0) }
    nextCandidate = 0
    candidatesEnd += UInt64(length)
  }

  /// When the next item arrives.
  func timeOfNext(weight: Double) -> UInt64 {
    Self.time(uniform: gk_refined_word(key, nextIndex), weight: weight)
  }

  /// When an item with a uniform of its own arrives.
  static func time(uniform: UInt64, weight: Double) -> UInt64 {
    time(uniform: uniform, logWeight: logarithm(weight))
  }

  /// When each of the next items arrives, all of weight 1.
  func timesOfNext(_ count: Int, _ body: (_ item: Int, _ time: UInt64) -> Void) {
    let most = 256
    withUnsafeTemporaryAllocation(of: UInt64.self, capacity: most) { uniforms in
      for start in stride(from: 0, to: count, by: most) {
        let part = min(most, count - start)
        gk_refined_words(key, nextIndex + UInt64(start), part, uniforms.baseAddress)
        for i in 0..<part { body(start + i, Self.time(uniform: uniforms[i], logWeight: 0)) }
      }
    }
  }

  /// From now on nothing enters that arrives later.
  mutating func close(after time: UInt64) {
    // A little later, for the rounding of the logarithms; and never 0, which would be never.
    let logTime = Self.logTime(time)
    latest = max(CGumbelMath.exp(logTime) * 0x1p32 * (1 + 0x1p-36), .leastNormalMagnitude)
  }

  /// The logarithm of the time -log(u) / w, as a whole number of the same order.
  @inline(__always)
  private static func time(uniform: UInt64, logWeight: Double) -> UInt64 {
    let time = -CGumbelMath.log1p(-UnitPoint(word: uniform).upper)
    let bits = (logarithm(time) - logWeight).bitPattern
    return bits >> 63 == 0 ? bits | 1 << 63 : ~bits
  }

  /// The probability 1 - exp(-w t) with which an item arrives before another that arrives at t, where
  /// its weight w is what its uniform and its own time say.
  static func inclusionProbability(uniform: UInt64, time: UInt64, before other: UInt64) -> Double {
    let logWeight = logarithm(-CGumbelMath.log1p(-UnitPoint(word: uniform).upper)) - logTime(time)
    return -CGumbelMath.expm1(-CGumbelMath.exp(logWeight + logTime(other)))
  }

  private static func logTime(_ time: UInt64) -> Double {
    Double(bitPattern: time >> 63 == 0 ? ~time : time & ~(1 << 63))
  }
}
