import CGumbelMath

/// Where the root of the deviance reaches a normal quantile, to one side of the estimate.
///
/// The root grows almost linearly, so that the secant from one step to the next, kept inside a
/// bracket, takes few. At most 100.
///
/// - Parameters:
///   - center: The estimate.
///   - step: A standard error, in the direction to look.
///   - deviate: The normal quantile.
///   - deviance: Twice what the likelihood at a value is below its maximum; NaN is taken for
///     infinite.
func profileEnd(
  from center: Double, step: Double, _ deviate: Double, deviance: (Double) -> Double
) -> Double {
  func excess(_ x: Double) -> Double {
    let deviance = deviance(x)
    // NaN where an exponential overflowed: as far off as can be.
    return deviance.isNaN ? .infinity : max(deviance, 0).squareRoot() - deviate
  }
  var (low, lowValue) = (center, -deviate)
  var (high, highValue) = (Double.nan, Double.nan)
  var wasInside: Bool?
  var x = center + deviate * step
  for _ in 0..<100 {
    let value = excess(x)
    if value.magnitude < 1e-10 * deviate || x == center { return x }
    // The weight of an end that stays twice is halved (Illinois).
    let isInside = value < 0
    if isInside == wasInside, !high.isNaN {
      if isInside { highValue /= 2 } else { lowValue /= 2 }
    }
    wasInside = isInside
    if isInside { (low, lowValue) = (x, value) } else { (high, highValue) = (x, value) }
    if high.isNaN {
      let slope = (lowValue + deviate) / (low - center)
      let advance = slope.isFinite && slope != 0 ? -lowValue / slope : 0
      let least = (low - center) / 4
      x = low + (advance.magnitude > least.magnitude ? advance * 1.05 : least)
    } else {
      let next =
        highValue.isFinite
        ? low - lowValue * (high - low) / (highValue - lowValue) : (low + high) / 2
      if next == low || next == high || (high - low).magnitude <= 4 * x.ulp { return next }
      x = next
    }
  }
  return x
}
