import CGumbelMath
import GumbelTensors

extension TokenSampling {
  /// What the temperature and the filters leave of probabilities, or of weights of any sum.
  ///
  /// Class i keeps its weight w = (p_i / max p)^(1 / temperature), at a temperature of 1 up to a
  /// power of two the very p_i, or 0. The filters act as on logits, but on the numbers as they are
  /// given, in double precision: top-p keeps the fewest classes whose sum is at least `topP` times
  /// the whole, and min-p those of at least `minP` times the largest. A border counts as reached
  /// where the rounding of the numbers to their type may have moved it, by four times `roundoff`, so
  /// that 0.4, 0.3, 0.2 and 0.1 keep two classes at a `topP` of 0.7. Classes of probability 0 are
  /// never kept.
  ///
  /// - Parameters:
  ///   - probabilities: One a class.
  ///   - roundoff: How far, relative to a number, its rounding may have moved it: 2⁻⁵³ unless the
  ///     numbers were stored in a narrower type, such as 2⁻²⁴ for float32.
  /// - Returns: As many weights, one above 0 at least, of any sum.
  /// - Throws: If there are none, one is negative, infinite or NaN, or all are 0.
  public func filter(
    probabilities: [Double], roundoff: Double = 0x1p-53
  ) throws(SamplingError) -> [Double] {
    let top = try ClassWeights(.weights(probabilities)).top
    var order = probabilities.indices.filter { probabilities[$0] > 0 }
    order.sort {
      let (a, b) = (probabilities[$0], probabilities[$1])
      return a != b ? a > b : $0 < $1
    }
    let temperature = temperature ?? 1
    // Scaled by a power of two, which is exact, so that no sum overflows.
    let scale = Double(sign: .plus, exponent: min(-top.exponent, 1000), significand: 1)
    var weights = order.map { index in
      temperature == 1
        ? probabilities[index] * scale
        : CGumbelMath.pow(probabilities[index] / top, 1 / temperature)
    }
    let count =
      isGreedy ? 1 : keptCount(of: weights[...], roundoff: roundoff)
    weights.removeSubrange(count...)
    var result = [Double](repeating: 0, count: probabilities.count)
    for (index, weight) in zip(order, weights) { result[index] = weight }
    return result
  }

  /// How many of the weights, from the largest down, the filters keep.
  private func keptCount(of weights: ArraySlice<Double>, roundoff: Double) -> Int {
    let kept = weights.prefix(topK ?? weights.count)
    var count = kept.count
    if let topP, topP < 1 {
      var total = ExactSum()
      for weight in kept { total.add(weight) }
      let share = topP * (1 - ((1 - topP) * 4 * roundoff + 0x1p-51))
      var sum = ExactSum()
      count = 0
      repeat {
        sum.add(kept[count])
        count += 1
      } while count < kept.count && sum.value < share * total.value
    }
    if let minP, minP > 0 {
      let least = kept[0] * minP * (minP < 1 ? 1 - 4 * roundoff : 1)
      count = min(count, kept.prefix { $0 >= least }.count)
    }
    return max(count, 1)
  }
}

/// A sum that carries along what its rounding loses (Neumaier 1974).
private struct ExactSum {
  private var sum = 0.0
  private var lost = 0.0

  var value: Double { sum + lost }

  mutating func add(_ x: Double) {
    let next = sum + x
    lost += abs(sum) >= abs(x) ? (sum - next) + x : (x - next) + sum
    sum = next
  }
}
