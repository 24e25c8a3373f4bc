/// The whole part of a number, within bounds: nothing that is too large for an `Int`, or no number
/// at all, gets any further. Of NaN it is the lower bound.
func wholePart(of value: Double, in bounds: ClosedRange<Int>) -> Int {
  guard value > Double(bounds.lowerBound) else { return bounds.lowerBound }
  return value < Double(bounds.upperBound) ? Int(value) : bounds.upperBound
}

extension Double {
  /// The number itself, or the nearest one that is not further from 0 than `limit`; NaN stays.
  func clamped(to limit: Double) -> Double { Swift.min(Swift.max(self, -limit), limit) }
}
