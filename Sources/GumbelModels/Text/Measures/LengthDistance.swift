import GumbelTensors

/// Distances between the lengths of texts.
public enum LengthDistance {
  /// The total variation distance ½ Σ |p - q| of the distributions of two lists' lengths in Unicode
  /// scalars: from 0 for equal ones to 1 where no length is in both lists.
  ///
  /// Traps if one of the lists is empty.
  public static func totalVariation(_ first: [String], _ second: [String]) -> Double {
    require(
      !first.isEmpty && !second.isEmpty,
      "LengthDistance: \(first.count) and \(second.count) texts, expected at least one of each")
    func counts(_ texts: [String]) -> [Int: Int] {
      texts.reduce(into: [:]) { $0[$1.unicodeScalars.count, default: 0] += 1 }
    }
    let (left, right) = (counts(first), counts(second))
    // In order, so that the same lists give the same bits.
    return Set(left.keys).union(right.keys).sorted().reduce(0) { sum, length in
      let p = Double(left[length] ?? 0) / Double(first.count)
      let q = Double(right[length] ?? 0) / Double(second.count)
      return sum + abs(p - q) / 2
    }
  }
}
