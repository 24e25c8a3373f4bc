import SwiftGumbel

/// The categories that pictures and tables show: all in their order, or of many those that are
/// most frequent, in the stream or as learned, and all others as one sum.
struct LearnCategories {
  /// The categories themselves.
  let shown: [Int]
  let names: [String]
  /// How many others there are.
  let restCount: Int

  init(_ result: LearnResult, upTo limit: Int) {
    let count = result.categories.count
    guard count > limit else {
      shown = Array(0..<count)
      names = result.categories.map { shortened($0, to: 200) }
      restCount = 0
      return
    }
    let weights = zip(result.learned, result.reference).map { max($0, $1) }
    shown = Array(
      (0..<count).sorted { (weights[$0], $1) > (weights[$1], $0) }.prefix(limit))
    restCount = count - shown.count
    names = shown.map { shortened(result.categories[$0], to: 200) }
  }

  /// The probabilities of those shown; no number for what a list lacks.
  func probabilities(_ all: [Double]) -> [Double] {
    shown.map { all.indices.contains($0) ? all[$0] : .nan }
  }

  /// The probability of all others.
  func rest(_ all: [Double]) -> Double { max(0, 1 - probabilities(all).reduce(0, +)) }
}
