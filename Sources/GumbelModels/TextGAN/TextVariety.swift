import CGumbelMath
import GumbelTensors

/// How different generated strings are: what falls when a generator collapses to a few of them.
public struct TextVariety: Hashable, Codable, Sendable {
  /// The entropy of the distribution of symbols over all strings, ends not counted, in bits.
  public let symbolEntropy: Double
  /// Different strings, as a part of all.
  public let uniqueShare: Double

  /// Measures strings: int32 [time, batch], each up to its first 0. Traps where there are none.
  public init(of tokens: Tensor) {
    require(
      tokens.rank == 2 && tokens.shape[1] > 0,
      "TextVariety: tokens of shape \(tokens.shape), expected [time, batch]")
    let (time, batch) = (tokens.shape[0], tokens.shape[1])
    let all = tokens.int32Scalars
    var counts: [Int32: Int] = [:]
    var strings: Set<[Int32]> = []
    for column in 0..<batch {
      let string = (0..<time).lazy.map { all[$0 * batch + column] }.prefix { $0 != 0 }
      for token in string { counts[token, default: 0] += 1 }
      strings.insert(Array(string))
    }
    let total = Double(counts.values.reduce(0, +))
    // In a fixed order, so that the sum has the same bits each time.
    symbolEntropy = counts.values.sorted().reduce(0) { sum, count in
      sum - Double(count) / total * log2(Double(count) / total)
    }
    uniqueShare = Double(strings.count) / Double(batch)
  }
}
