import CGumbelMath
import GumbelTensors

/// Values to fit, shifted so that the least is 0 and scaled so that they are near 1.
///
/// A value is `origin + unit · 2^exponent · y`. Neither a large offset nor an extreme scale then
/// costs digits or overflows: `y` is formed from exact differences, and every sum that a fit needs
/// is of `exp(-a y)` with `y ≥ 0`, so that no term is above 1 and the first is 1.
package struct StandardSample: Sendable {
  let origin: Double
  let unit: Double
  let exponent: Int
  /// The shifted and scaled values, in the order given.
  let y: [Double]
  /// The values' shares of all weight, or nil where all are the same.
  let shares: [Double]?
  /// The sum of the weights, each of which counts observations.
  let totalWeight: Double
  let mean: Double

  /// Values of weight 0 are left out. Values are negated first where `isMirrored`.
  ///
  /// `reference` is a further point, on the same side, whose distance also sets the unit.
  init(
    _ values: [Double], weights: [Double]?, isMirrored: Bool, reference: Double?
  ) throws(FitError) {
    require(
      weights == nil || weights!.count == values.count,
      "fit: \(values.count) values and \(weights?.count ?? 0) weights, expected as many")
    if let position = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(position: position + 1, value: values[position])
    }
    var kept = values
    var keptWeights: [Double]?
    var largestWeight = 1.0
    if let weights {
      if let position = weights.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
        throw .badWeight(position: position + 1, weight: weights[position])
      }
      largestWeight = weights.max() ?? 0
      // Relative to the largest, so that the sum is finite; what vanishes beside it is left out.
      let relative = weights.map { largestWeight > 0 ? $0 / largestWeight : 0 }
      let indices = values.indices.filter { relative[$0] > 0 }
      kept = indices.map { values[$0] }
      keptWeights = indices.map { relative[$0] }
    }
    if kept.isEmpty { throw .tooFewValues(count: 0, needed: 1) }
    if isMirrored { for i in kept.indices { kept[i] = -kept[i] } }

    origin = kept.min()!
    let magnitude = max(origin.magnitude, kept.max()!.magnitude, reference?.magnitude ?? 0)
    exponent = magnitude == 0 ? 0 : Int(magnitude.exponent) + 1
    let exponent = exponent
    func reduced(_ x: Double) -> Double { scaled(x, by: -exponent) }
    let reducedOrigin = reduced(origin)
    for i in kept.indices { kept[i] = reduced(kept[i]) - reducedOrigin }

    if let keptWeights {
      let sum = blockedSum(keptWeights.count) { keptWeights[$0] }
      // Whole weights sum to a whole number, if their sum is finite.
      let total = blockedSum(values.count) { weights![$0] }
      totalWeight = total.isFinite ? total : sum * largestWeight
      shares = keptWeights.allSatisfy { $0 == 1 } ? nil : keptWeights.map { $0 / sum }
    } else {
      totalWeight = Double(kept.count)
      shares = nil
    }
    let rawMean = Self.mean(of: kept, shares: shares)
    let distance = reference.map { (reduced($0) - reducedOrigin).magnitude } ?? 0
    unit = max(rawMean, distance) > 0 ? max(rawMean, distance) : 1
    let unit = unit
    for i in kept.indices { kept[i] /= unit }
    y = kept
    mean = rawMean / unit
  }

  var count: Int { y.count }

  /// Whether all values are the same.
  var isConstant: Bool { mean == 0 }

  /// A point in the sample's own coordinate, and back.
  func standardised(_ point: Double) -> Double {
    (scaled(point, by: -exponent) - scaled(origin, by: -exponent)) / unit
  }
  func point(at y: Double) -> Double { origin + length(y) }
  /// A length in the values' units.
  func length(_ y: Double) -> Double { scaled(unit * y, by: exponent) }
  /// How many units of the sample a length is, finite whatever the length.
  func units(_ length: Double) -> Double {
    min(scaled(length, by: -exponent) / unit, 1e300)
  }
  /// The logarithm of the unit.
  var logUnit: Double { log(unit) + Double(exponent) * 0.693_147_180_559_945_3 }

  /// The weighted means of `exp(-a y)`, `y exp(-a y)` and `y² exp(-a y)`.
  func tilted(_ a: Double) -> (Double, Double, Double) {
    var sums = (0.0, 0.0, 0.0)
    func add(_ range: Range<Int>, _ y: UnsafeBufferPointer<Double>) {
      var part = (0.0, 0.0, 0.0)
      if let shares {
        for i in range {
          let e = exp(-a * y[i]) * shares[i]
          part.0 += e
          part.1 += e * y[i]
          part.2 += e * y[i] * y[i]
        }
      } else {
        for i in range {
          let e = exp(-a * y[i])
          part.0 += e
          part.1 += e * y[i]
          part.2 += e * y[i] * y[i]
        }
      }
      sums.0 += part.0
      sums.1 += part.1
      sums.2 += part.2
    }
    y.withUnsafeBufferPointer { y in
      for start in stride(from: 0, to: y.count, by: 1024) {
        add(start..<min(start + 1024, y.count), y)
      }
    }
    let scale = shares == nil ? 1 / Double(count) : 1
    return (sums.0 * scale, sums.1 * scale, sums.2 * scale)
  }

  /// The mean of squared distances from a point.
  func squareMean(from point: Double) -> Double {
    let square = { (i: Int) in (self.y[i] - point) * (self.y[i] - point) }
    if let shares { return blockedSum(count) { shares[$0] * square($0) } }
    return blockedSum(count, square) / Double(count)
  }

  private static func mean(of values: [Double], shares: [Double]?) -> Double {
    if let shares { return blockedSum(values.count) { shares[$0] * values[$0] } }
    return blockedSum(values.count) { values[$0] } / Double(values.count)
  }
}

/// A sum of 0 ..< count terms whose rounding error grows with the number of blocks only.
func blockedSum(_ count: Int, _ term: (Int) -> Double) -> Double {
  var sum = 0.0
  for start in stride(from: 0, to: count, by: 1024) {
    var part = 0.0
    for i in start..<min(start + 1024, count) { part += term(i) }
    sum += part
  }
  return sum
}

/// `x · 2^exponent`, also where the power alone is beyond the range of a Double.
func scaled(_ x: Double, by exponent: Int) -> Double {
  Double(sign: .plus, exponent: exponent, significand: x)
}
