/// How often each category occurs in data.
public struct EmpiricalDistribution: Equatable, Sendable {
  /// The occurrences of each category, by index.
  public private(set) var counts: [Int]

  /// The occurrences of all categories together.
  public private(set) var total: Int

  /// A distribution over `categoryCount` categories, none of which has occurred yet. Traps if
  /// `categoryCount` is negative.
  public init(categoryCount: Int) {
    counts = [Int](repeating: 0, count: categoryCount)
    total = 0
  }

  /// The distribution of indices. Traps if one is outside `0..<categoryCount`.
  public init(of indices: some Sequence<Int32>, categoryCount: Int) {
    self.init(categoryCount: categoryCount)
    add(indices)
  }

  /// Counts further occurrences. Traps if an index is none of a category.
  public mutating func add(_ indices: some Sequence<Int32>) {
    for index in indices {
      counts[Int(index)] += 1
      total += 1
    }
  }

  /// Each category's share of all occurrences, `counts / total`; zeros where nothing occurred.
  public var frequencies: [Double] {
    total == 0 ? counts.map { _ in 0 } : counts.map { Double($0) / Double(total) }
  }
}
