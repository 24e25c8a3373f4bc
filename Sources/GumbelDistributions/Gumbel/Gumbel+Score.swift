import CGumbelMath

extension Gumbel<Double> {
  /// The derivatives of the log-density of a value: in the value, the location and the scale.
  ///
  /// With z = (x - location) / scale: `(exp(-z) - 1) / scale`, its negative, and
  /// `(z (1 - exp(-z)) - 1) / scale`.
  public func score(at x: Double) -> (value: Double, location: Double, scale: Double) {
    let z = (x - location) / scale
    let slope = expm1(-z) / scale
    return (slope, -slope, (-z * expm1(-z) - 1) / scale)
  }
}
