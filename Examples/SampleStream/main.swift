import Foundation
import SwiftGumbel

// A weighted sample of a stream that is seen once and may be longer than memory: of two million
// payments ten are drawn to be audited, one after another, each with a probability proportional to its
// amount among those that are left.

/// Payment i of the stream, in cents: a few are large.
func payments(_ range: Range<Int>) -> some Sequence<Double> {
  let words = RandomKey(1).folding(in: range.lowerBound)
  let amounts = exp(2 * Tensor.normal([range.count], key: words) + 6).scalars
  return amounts.lazy.map { Double($0.rounded()) }
}

/// A machine that sees the payments from one number on, a block at a time.
func audit(_ range: Range<Int>) throws -> WeightedReservoir<Double> {
  var sample = WeightedReservoir<Double>(
    capacity: 10, key: RandomKey(2), firstIndex: UInt64(range.lowerBound))
  for start in stride(from: range.lowerBound, to: range.upperBound, by: 100_000) {
    for cents in payments(start..<(start + 100_000)) { try sample.offer(cents, weight: cents) }
  }
  return sample
}

// Two machines that see a part of the stream each draw what one would draw.
let whole = try audit(0..<2_000_000)
var parts = try audit(800_000..<2_000_000)
parts.merge(try audit(0..<800_000))
for item in whole.items { print("payment \(item.index): \(item.element / 100)") }
let isMerged = whole.items.map(\.index) == parts.items.map(\.index)

// How often each pair is drawn from a short stream, beside the probabilities: first i by its weight,
// then j by its weight among the others.
let weights = [1.0, 2, 3, 4, 10]
let (trials, total) = (40_000, weights.reduce(0, +))
var counts = [[Int]: Int]()
for trial in 0..<trials {
  var pair = WeightedReservoir<Int>(capacity: 2, key: RandomKey(3).folding(in: trial))
  for (i, weight) in weights.enumerated() { try pair.offer(i, weight: weight) }
  counts[pair.items.map(\.element), default: 0] += 1
}
var chiSquare = 0.0
for i in weights.indices {
  for j in weights.indices where j != i {
    let expected = Double(trials) * weights[i] / total * weights[j] / (total - weights[i])
    chiSquare += pow(Double(counts[[i, j], default: 0]) - expected, 2) / expected
  }
}
print("chi-square of \(counts.count) pairs: \(chiSquare)")
// 19 degrees of freedom: 43.8 is passed for one key in a thousand.
exit(isMerged && chiSquare < 43.8 ? 0 : 1)
