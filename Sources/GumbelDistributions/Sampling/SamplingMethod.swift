/// A way to draw exactly from one distribution over K classes.
public enum SamplingMethod: String, CaseIterable, Sendable {
  /// The largest of logits + Gumbel noise: no preparation and no memory, K steps a draw.
  ///
  /// Logits are rounded to float32.
  case gumbelMax = "gumbel-max"
  /// A search in the cumulative weights: see ``CumulativeTable``.
  case inverse
  /// A look into an alias table: see ``AliasTable``.
  case alias
}

extension SamplingMethod {
  /// Bytes held beside the weights themselves.
  func memory(classCount: Int) -> Int {
    switch self {
    case .gumbelMax: 0
    case .inverse: 8 * classCount / CumulativeTable.block(classCount: classCount)
    case .alias: 16 * classCount
    }
  }

  /// About how long it takes to prepare and to draw, in nanoseconds on one core.
  ///
  /// Only their order matters, and constants make the choice the same on every machine.
  func cost(classCount: Int, draws: Int) -> Double {
    let (classes, draws) = (Double(classCount), Double(draws))
    switch self {
    case .gumbelMax: return draws * classes * (classCount <= 1024 ? 2.3 : 0.9)
    case .inverse:
      let walks = CumulativeTable.block(classCount: classCount) > 1
      return classes * 7 + draws * (walks ? 400 : classCount <= 1 << 14 ? 10 : 40)
    case .alias: return classes * 20 + draws * (classCount <= 1 << 17 ? 2.5 : 15)
    }
  }

  /// The cheapest of those that fit in the memory; streaming always does.
  static func chosen(classCount: Int, draws: Int?, memory: Int) -> SamplingMethod {
    allCases
      .filter { $0.memory(classCount: classCount) <= memory }
      .min {
        // Without a number, enough draws for preparation not to count.
        let draws = draws ?? 1 << 40
        return $0.cost(classCount: classCount, draws: draws)
          < $1.cost(classCount: classCount, draws: draws)
      } ?? .gumbelMax
  }
}
