import GumbelTensors

/// A value that lies outside the support of a distribution.
public struct SupportError: Error, CustomStringConvertible {
  /// What was found, where, and what was expected.
  public let description: String
}

/// Throws unless a statistic of each row of a value is as expected, but for the rounding of as many
/// float32 numbers.
///
/// - Parameter statistic: nil for a row that is wrong in itself.
func validateRows(
  _ value: Tensor, _ eventShape: Shape, _ name: String, _ quantity: String, expected: Double,
  _ statistic: ([Float]) -> Double?
) throws(SupportError) {
  let k = eventShape[-1]
  guard value.elementType == .float32, value.rank >= 1, value.shape[-1] == k else {
    throw SupportError(description: "\(name): a value \(value.type), expected float32[…, \(k)]")
  }
  let elements = value.scalars
  let tolerance = simplexTolerance(classes: k)
  for row in 0..<(elements.count / k) {
    let elements = Array(elements[(row * k)..<((row + 1) * k)])
    guard let found = statistic(elements) else {
      throw SupportError(
        description: "\(name): row \(row) of the value has a negative element, expected none")
    }
    if !(abs(found - expected) <= tolerance) {
      throw SupportError(
        description: "\(name): row \(row) of the value has the \(quantity) \(found), expected "
          + "\(expected) within \(tolerance)")
    }
  }
}
