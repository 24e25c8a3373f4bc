import CGumbelMath
import GumbelTensors

/// Rows of logits in double precision.
extension [Double] {
  /// `log Σ exp`; -inf where all elements are -inf, or there are none.
  var logSumExp: Double {
    guard let top = self.max(), top.isFinite else { return self.max() ?? -.infinity }
    return top + log(reduce(0) { $0 + exp($1 - top) })
  }

  /// `x - log Σ exp(x)`. Where some elements are +inf, they share the whole probability.
  var logSoftmax: [Double] {
    if contains(.infinity) { return map { $0 == .infinity ? 0 : -.infinity }.logSoftmax }
    guard let top = self.max() else { return [] }
    // Relative to the largest first: beside a large one the logarithm of the sum would be lost.
    let total = log(reduce(0) { $0 + exp($1 - top) })
    return map { $0 - top - total }
  }

  /// The position of the largest element, the lowest on ties.
  var argmax: Int { indices.reduce(0) { self[$1] > self[$0] ? $1 : $0 } }
}

/// Traps unless these can be the logits of a distribution over at least one class.
func requireLogits(_ logits: [Double], _ name: String) {
  require(!logits.isEmpty, "\(name): no logits, expected one for each class")
  require(!logits.contains { $0.isNaN }, "\(name): logits \(logits), expected no NaN")
  require(
    logits.contains { $0 > -.infinity },
    "\(name): \(logits.count) logits, all of them -inf; expected one class that is possible")
}

/// The logarithms of probabilities; traps unless they are probabilities that sum to 1.
///
/// They may come from float32 and be off by its rounding.
func logits(probabilities: [Double], _ name: String) -> [Double] {
  require(
    probabilities.allSatisfy { $0 >= 0 && $0 < .infinity },
    "\(name): probabilities \(probabilities), expected finite numbers that are not negative")
  let sum = probabilities.reduce(0, +)
  let tolerance = simplexTolerance(classes: probabilities.count)
  require(
    abs(sum - 1) <= tolerance,
    "\(name): the probabilities sum to \(sum), expected 1 within \(tolerance)")
  return probabilities.map(log)
}

/// How far the sum of so many probabilities may be from 1: each was rounded to float32, and so was
/// each sum.
func simplexTolerance(classes: Int) -> Double {
  Double(classes + 8) * Double(Float.ulpOfOne)
}
