/// Which places of a stream are taken: ranges in order, apart from one another.
struct PlaceRanges: Equatable, Sendable {
  private(set) var ranges: [Range<UInt64>] = []

  init() {}

  init(_ range: Range<UInt64>) { ranges = range.isEmpty ? [] : [range] }

  /// Nil unless the ranges are in order and apart.
  init?(inOrder ranges: [Range<UInt64>]) {
    guard !ranges.contains(where: \.isEmpty),
      zip(ranges, ranges.dropFirst()).allSatisfy({ $0.upperBound < $1.lowerBound })
    else { return nil }
    self.ranges = ranges
  }

  var count: UInt64 { ranges.reduce(0) { $0 + UInt64($1.count) } }

  /// The first places, from 0 on, that are not taken though later ones are.
  var gap: Range<UInt64>? {
    guard let first = ranges.first else { return nil }
    if first.lowerBound > 0 { return 0..<first.lowerBound }
    return ranges.count > 1 ? first.upperBound..<ranges[1].lowerBound : nil
  }

  func contains(_ place: UInt64) -> Bool {
    let next = ranges.partition { $0.upperBound > place }
    return next < ranges.count && ranges[next].contains(place)
  }

  /// Takes others as well; returns the first of them that were taken before, where there are such.
  mutating func insert(_ others: PlaceRanges) -> Range<UInt64>? {
    for range in others.ranges {
      // Those that touch it become one with it.
      let first = ranges.partition { $0.upperBound >= range.lowerBound }
      var (last, joined) = (first, range)
      while last < ranges.count, ranges[last].lowerBound <= range.upperBound {
        let both = ranges[last].clamped(to: range)
        if !both.isEmpty { return both }
        joined =
          min(
            joined.lowerBound, ranges[last].lowerBound)..<max(
            joined.upperBound, ranges[last].upperBound)
        last += 1
      }
      ranges.replaceSubrange(first..<last, with: [joined])
    }
    return nil
  }
}

extension [Range<UInt64>] {
  /// The first index from which on something holds, which holds for all that follow.
  fileprivate func partition(_ holds: (Range<UInt64>) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
