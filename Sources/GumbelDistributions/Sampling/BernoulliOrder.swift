import GumbelKernels
import GumbelTensors

/// Which items of a stream are kept where each is kept with the same probability p, independently of
/// the others: those whose uniform u is above 1 - p, which are those that arrive before the time -log(1
/// - p) in the exponential race of a reservoir with the same key.
package struct BernoulliOrder: Sendable {
  private var race: ExponentialRace
  /// 2⁶⁴ (1 - u) is below this for what is kept; nil where all is.
  private let bound: UInt64?

  /// Traps unless the probability is from 0 to 1; it is rounded down to a multiple of 2⁻⁶⁴.
  package init(probability: Double, key: RandomKey, firstIndex: UInt64 = 0) {
    require(
      0...1 ~= probability, "BernoulliOrder: probability \(probability), expected from 0 to 1")
    bound = probability == 1 ? nil : UInt64(probability * 0x1p64)
    race = ExponentialRace(key: key, firstIndex: firstIndex, latest: probability * 0x1p32)
  }

  /// The number in the stream of the next item.
  package var nextIndex: UInt64 { race.nextIndex }
  /// The items so far.
  package var passedCount: UInt64 { race.passedCount }

  /// The first of the next `count` items that may be kept, by half of its random word.
  package mutating func candidate(within count: UInt64) -> UInt64? {
    race.candidate(within: count)
  }

  /// Whether the next item may be kept, by half of its random word.
  package mutating func mayKeepNext() -> Bool {
    // Never thrown: the weight is 1.
    (try? race.nextMayEnter(weight: 1)) ?? false
  }

  /// Whether the next item is kept.
  package func keepsNext() -> Bool { keeps(uniform: gk_refined_word(race.key, nextIndex)) }

  /// Whether an item is kept whose uniform is given rather than that of its place in the stream.
  package func keeps(uniform: UInt64) -> Bool { bound.map { ~uniform < $0 } ?? true }

  /// Goes on behind items.
  package mutating func pass(_ count: UInt64) {
    race.nextIndex += count
    race.passedCount += count
  }
}
