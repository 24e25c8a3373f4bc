/// Which labels of a long axis are shown, so that none touches its neighbour.
enum LabelThinning {
  /// The smallest step of 1, 2, 5, 10, 20, 50, ... that leaves `extent` of room to each label,
  /// for labels that stand `spacing` apart.
  static func step(spacing: Double, extent: Double) -> Int {
    guard spacing > 0, extent > spacing else { return 1 }
    var magnitude = 1
    while magnitude < Int.max / 100 {
      for factor in [1, 2, 5] where Double(factor * magnitude) * spacing >= extent {
        return factor * magnitude
      }
      magnitude *= 10
    }
    return magnitude
  }

  /// The indices of the labels shown: every `step`-th from the first.
  static func indices(count: Int, spacing: Double, extent: Double) -> StrideTo<Int> {
    stride(from: 0, to: count, by: step(spacing: spacing, extent: extent))
  }
}
