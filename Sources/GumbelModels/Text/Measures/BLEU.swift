import GumbelCLibrary

/// How much the runs of characters of texts are those of other texts (Papineni et al., "BLEU: a
/// method for automatic evaluation of machine translation", 2002).
///
/// Of one text BLEU-N is
///
///     brevity · (p₁ · p₂ · … · p_N)^(1/N)
///
/// where pₙ is the part of the text's runs of n characters that are in a reference, each counted at
/// most as often as it is in the one reference that has it most often, and brevity is
/// min(1, exp(1 - r/c)) for the text's length c and the length r of a reference that is nearest to
/// it, the shorter of two. Where no run of a length is in a reference, 0.1 is counted instead of 0
/// (method 1 of Chen & Cherry 2014); without a common character BLEU is 0. The BLEU of several texts
/// is the mean of theirs, as in Texygen (Zhu et al. 2018); a character is a Unicode scalar.
///
/// For each run the largest counts in a reference are kept, and who has them, so that the time is
/// that of reading the texts once, for self-BLEU too, which compares each with all the others.
public enum BLEU {
  /// The largest N.
  static let longest = 5

  /// The mean BLEU-N of texts against references, by N from 2 to 5; 0 without texts.
  public static func scores(
    of texts: [String], against references: [String]
  ) -> [Int: Double] {
    scores(of: texts, against: references, check: {})
  }

  /// The same; `check` is called for every text, and what it throws ends the measuring.
  static func scores(
    of texts: [String], against references: [String], check: () throws -> Void
  ) rethrows -> [Int: Double] {
    var runs = NGrams(orders: longest)
    let known = ReferenceCounts(
      try references.map {
        try check()
        return runs.runs(of: $0)
      })
    return mean(
      try texts.map {
        try check()
        return known.scores(of: runs.runs(of: $0), isReference: false)
      })
  }

  /// The mean BLEU-N of each text against all the others, by N from 2 to 5: the higher, the more
  /// alike they are. 0 for fewer than two texts.
  public static func selfScores(of texts: [String]) -> [Int: Double] {
    selfScores(of: texts, check: {})
  }

  /// The same; `check` is called for every text, and what it throws ends the measuring.
  static func selfScores(
    of texts: [String], check: () throws -> Void
  ) rethrows -> [Int: Double] {
    var runs = NGrams(orders: longest)
    let all = try texts.map {
      try check()
      return runs.runs(of: $0)
    }
    let known = ReferenceCounts(all)
    return mean(
      try all.map {
        try check()
        return known.scores(of: $0, isReference: true)
      })
  }

  private static func mean(_ scores: [[Double]]) -> [Int: Double] {
    var result: [Int: Double] = [:]
    for order in 2...longest {
      let sum = scores.reduce(0) { $0 + $1[order - 1] }
      result[order] = scores.isEmpty ? 0 : sum / Double(scores.count)
    }
    return result
  }
}

/// What is to be known of references to compare texts with them.
private struct ReferenceCounts {
  /// The largest count of a run in one reference, how many references have it so often, and the
  /// largest count in the others.
  private struct Largest {
    var count: Int32 = 0
    var holders: Int32 = 0
    var next: Int32 = 0

    mutating func add(_ other: Int32) {
      if other > count {
        (count, holders, next) = (other, 1, count)
      } else if other == count {
        holders += 1
      } else {
        next = max(next, other)
      }
    }

    /// The largest count without a reference that has this count.
    func without(_ own: Int32) -> Int32 { own == count && holders == 1 ? next : count }
  }

  private var largest: [[Largest]] = []
  /// By length: how many references have it.
  private var lengths: [Int] = []

  init(_ references: [NGrams.Runs]) {
    for order in 0..<BLEU.longest {
      let runCount = references.reduce(0) { max($0, Int($1[order].last ?? -1) + 1) }
      var row = [Largest](repeating: Largest(), count: runCount)
      for reference in references {
        NGrams.forEachCount(reference[order]) { row[$0].add($1) }
      }
      largest.append(row)
    }
    lengths = Array(repeating: 0, count: (references.map { $0[0].count }.max() ?? -1) + 1)
    for reference in references { lengths[reference[0].count] += 1 }
  }

  /// BLEU-1 to BLEU-5 of one text, which is left out where it is one of the references.
  func scores(of runs: NGrams.Runs, isReference: Bool) -> [Double] {
    var result = [Double](repeating: 0, count: BLEU.longest)
    let length = runs[0].count
    guard length > 0, let nearest = nearestLength(to: length, isReference: isReference) else {
      return result
    }
    let brevity = length > nearest ? 1 : exp(1 - Double(nearest) / Double(length))
    var logarithms = 0.0
    for order in 0..<BLEU.longest {
      var matches = 0
      NGrams.forEachCount(runs[order]) { number, count in
        guard number < largest[order].count else { return }
        let known = largest[order][number]
        matches += Int(min(count, isReference ? known.without(count) : known.count))
      }
      if order == 0, matches == 0 { return result }
      let precision =
        (matches == 0 ? 0.1 : Double(matches)) / Double(max(runs[order].count, 1))
      logarithms += log(precision)
      result[order] = brevity * exp(logarithms / Double(order + 1))
    }
    return result
  }

  private func nearestLength(to length: Int, isReference: Bool) -> Int? {
    func exists(_ other: Int) -> Bool {
      guard lengths.indices.contains(other) else { return false }
      return lengths[other] > (isReference && other == length ? 1 : 0)
    }
    for distance in 0...max(length, lengths.count) {
      if exists(length - distance) { return length - distance }
      if exists(length + distance) { return length + distance }
    }
    return nil
  }
}
