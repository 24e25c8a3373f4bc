import CGumbelMath
import GumbelTensors

extension TokenSampling {
  /// What the temperature and the filters leave of probabilities, or of weights of any sum.
  ///
  /// Class i keeps its weight w = (p_i / max p)^(1 / temperature), at a temperature of 1 up to a
  /// power of two the very p_i, or 0. The filters act in their ``order`` as on logits, but on the numbers
  /// as they are given, in double precision: top-p keeps the fewest classes whose sum is at least `topP`
  /// times the whole, and min-p those of at least `minP` times the largest. A border counts as reached
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
    var classes = probabilities.indices.filter { probabilities[$0] > 0 }
    classes.sort {
      let (a, b) = (probabilities[$0], probabilities[$1])
      return a != b ? a > b : $0 < $1
    }
    // Scaled by a power of two, which is exact, so that no sum overflows.
    let scale = Double(sign: .plus, exponent: min(-top.exponent, 1000), significand: 1)
    let plain = classes.map { probabilities[$0] * scale }
    let temperature = temperature ?? 1
    let tempered =
      temperature == 1
      ? plain : classes.map { CGumbelMath.pow(probabilities[$0] / top, 1 / temperature) }
    var (weights, kept) = (plain, classes.indices)
    for filter in order {
      if filter == .temperature { weights = tempered }
      let within = Self.kept(
        of: weights[kept], by: filter, of: self, roundoff: roundoff)
      // Where a temperature near 0 leaves nothing of what was kept, its largest stands for all.
      kept = within.isEmpty ? kept.prefix(1) : within
    }
    if isGreedy { kept = kept.prefix(1) }
    var result = [Double](repeating: 0, count: probabilities.count)
    let largest = tempered[kept.lowerBound]
    for place in kept {
      result[classes[place]] = largest > 0 ? tempered[place] : place == kept.lowerBound ? 1 : 0
    }
    return result
  }

  /// The places of what a filter keeps of weights in falling order.
  private static func kept(
    of weights: ArraySlice<Double>, by filter: TokenFilter, of sampling: TokenSampling,
    roundoff: Double
  ) -> Range<Int> {
    let whole = weights.indices
    switch filter {
    case .temperature, .mirostat: return whole
    case .topK: return whole.prefix(sampling.topK ?? whole.count)
    case .topP:
      guard let topP = sampling.topP, topP < 1 else { return whole }
      var sum = ExactSum()
      let target = share(topP, roundoff) * weights.exactSum
      let last = whole.first {
        sum.add(weights[$0])
        return sum.value >= target
      }
      return whole.lowerBound..<(last ?? whole.upperBound - 1) + 1
    case .minP:
      guard let minP = sampling.minP, minP > 0 else { return whole }
      let least = weights.first! * minP * (minP < 1 ? 1 - 4 * roundoff : 1)
      return whole.prefix(max(1, weights.prefix { $0 >= least }.count))
    case .topNSigma:
      guard let number = sampling.topNSigma else { return whole }
      let logits = weights.map { logarithm($0 / weights.first!) }.filter { $0 > -.infinity }
      let mean = logits.reduce(0, +) / Double(logits.count)
      let variance =
        logits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(logits.count)
      let reach = number * variance.squareRoot() * (1 + 4 * roundoff)
      return whole.prefix(logits.prefix { $0 >= -reach }.count)
    case .typicalP:
      guard let typicalP = sampling.typicalP, typicalP < 1 else { return whole }
      return typical(weights, share(typicalP, roundoff))
    }
  }

  /// The part to reach for top-p and typical-p.
  private static func share(_ p: Double, _ roundoff: Double) -> Double {
    p * (1 - ((1 - p) * 4 * roundoff + 0x1p-51))
  }

  /// The places of the weights whose logarithm is nearest to its mean, and that have this share.
  private static func typical(_ weights: ArraySlice<Double>, _ share: Double) -> Range<Int> {
    let total = weights.exactSum
    let positive = weights.prefix { $0 > 0 }
    let mean = positive.reduce(0) { $0 + $1 / total * logarithm($1) }
    let deviations = positive.map { abs(logarithm($0) - mean) }
    var sum = ExactSum()
    let nearest = deviations.indices.sorted { deviations[$0] < deviations[$1] }
    let last = nearest.first {
      sum.add(positive[positive.startIndex + $0])
      return sum.value >= share * total
    }
    let most = deviations[last ?? nearest.last!]
    let first = deviations.firstIndex { $0 <= most }!,
      end = deviations.lastIndex { $0 <= most }! + 1
    return weights.startIndex + first..<weights.startIndex + end
  }
}

extension ArraySlice<Double> {
  fileprivate var exactSum: Double {
    var sum = ExactSum()
    for x in self { sum.add(x) }
    return sum.value
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
