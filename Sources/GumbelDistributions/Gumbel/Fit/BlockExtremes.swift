import GumbelTensors

extension GumbelFit {
  /// The largest, or smallest, value of each block of `size` successive values of a series.
  ///
  /// A last block that is not full is left out: its extreme comes from fewer values. A block with
  /// a NaN gives a NaN; ``BlockExtremes`` counts such values instead. Traps unless `size` is
  /// positive.
  public static func blockExtremes(
    of series: [Double], size: Int, _ extreme: Extreme = .maximum
  ) -> [Double] {
    require(size > 0, "blockExtremes: size \(size), expected a positive number")
    return (0..<(series.count / size)).map { block in
      let values = series[(block * size)..<((block + 1) * size)]
      if values.contains(where: \.isNaN) { return .nan }
      return extreme == .maximum ? values.max()! : values.min()!
    }
  }
}

// Snippet: let daily = Gumbel(location: 3, scale: 1).sample(3650, key: key)
/// The largest, or smallest, values of blocks of a series, in which NaN stands for a value that is
/// missing and keeps its place.
///
/// ```swift
/// let years = BlockExtremes(of: daily, size: 365, coverage: 0.9)
/// let fit = try Gumbel.fit(to: years.values)
/// ```
public struct BlockExtremes: Sendable, Equatable {
  /// A block of the series.
  public struct Block: Sendable, Equatable {
    /// Its number among all blocks, from 0.
    public let index: Int
    /// The values that are there.
    public let present: Int
    /// The values that there should be.
    public let expected: Int
    /// The extreme of those that are there; nil if none is.
    public let extreme: Double?

    /// The share of values that are there, 1 where there are more than expected.
    public var coverage: Double { min(Double(present) / Double(expected), 1) }
  }

  /// The blocks whose extremes count.
  public let blocks: [Block]
  /// Those left out: without a value, or covered less than asked for.
  public let leftOut: [Block]
  /// The values that belong to no block, missing or not.
  public let unusedCount: Int

  /// The extremes of the blocks that count.
  public var values: [Double] { blocks.map { $0.extreme! } }
  /// The values missing from the blocks that count.
  public var missingCount: Int { blocks.reduce(0) { $0 + max($1.expected - $1.present, 0) } }

  /// The extremes of blocks of `size` successive places. A rest that fills no block is unused.
  ///
  /// - Parameters:
  ///   - series: The values, NaN where one is missing.
  ///   - size: The places of a block.
  ///   - coverage: The least share of a block's values that must be there for it to count.
  ///   - extreme: Which end counts.
  ///
  /// Traps unless `size` is positive.
  public init(
    of series: [Double], size: Int, coverage: Double = 0, _ extreme: GumbelFit.Extreme = .maximum
  ) {
    require(size > 0, "BlockExtremes: size \(size), expected a positive number")
    let count = series.count / size
    self.init(
      of: series, groups: series.indices.map { $0 / size < count ? Int32($0 / size) : -1 },
      expected: Array(repeating: size, count: count), coverage: coverage, extreme)
  }

  /// The extremes of the groups that values belong to.
  ///
  /// - Parameters:
  ///   - series: The values, NaN where one is missing.
  ///   - groups: The group of each, from 0; -1 for none.
  ///   - expected: How many values each group should have.
  ///   - coverage: The least share of a block's values that must be there for it to count.
  ///   - extreme: Which end counts.
  ///
  /// Traps unless there are as many groups as values and each is one of those expected, which are
  /// positive.
  public init(
    of series: [Double], groups: [Int32], expected: [Int], coverage: Double = 0,
    _ extreme: GumbelFit.Extreme = .maximum
  ) {
    require(
      groups.count == series.count,
      "BlockExtremes: \(series.count) values and \(groups.count) groups, expected as many")
    require(
      expected.allSatisfy { $0 > 0 }, "BlockExtremes: a group of 0 values, expected some in each")
    var found = expected.map { _ in (present: 0, extreme: Double?.none) }
    var unused = 0
    for (value, group) in zip(series, groups) {
      require(
        group < expected.count, "BlockExtremes: group \(group), expected below \(expected.count)")
      guard group >= 0 else {
        unused += 1
        continue
      }
      if value.isNaN { continue }
      let index = Int(group)
      found[index].present += 1
      let best = found[index].extreme ?? value
      found[index].extreme = extreme == .maximum ? max(best, value) : min(best, value)
    }
    let all = found.indices.map {
      Block(
        index: $0, present: found[$0].present, expected: expected[$0], extreme: found[$0].extreme)
    }
    blocks = all.filter { $0.extreme != nil && $0.coverage >= coverage }
    leftOut = all.filter { $0.extreme == nil || $0.coverage < coverage }
    unusedCount = unused
  }
}
