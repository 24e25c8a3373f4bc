/// A logarithmic axis around values, with room for those that are 0 at its low end.
struct LogarithmicRange {
  private let low, high: Double

  /// - Parameters:
  ///   - values: what is to be shown; those further below the largest than `decades` stand at the
  ///     low end.
  ///   - hasZero: whether values of 0 get room of their own.
  init(_ values: [Double], decades: Double, hasZero: Bool) {
    let logs = values.filter { $0 > 1e-20 && $0 < .infinity }.map(decimalLogarithm)
    let top = logs.max() ?? 0
    let bottom = max(logs.min() ?? -1, top - decades)
    let room = max(0.06 * (top - bottom), 0.1)
    high = top + room
    low = bottom - (hasZero ? max(0.18 * (top - bottom), 0.5) : room)
  }

  /// From 0 at the low end to 1 at the high one; a little inside for what is below the range.
  func position(of value: Double) -> Double {
    let place = value > 0 ? (decimalLogarithm(value) - low) / (high - low) : 0
    return min(max(place, 0.025), 1)
  }

  /// The values at the ends.
  var ends: (low: Double, high: Double) { (power(10, low), power(10, high)) }

  /// Powers of ten, with twice and five times them where they are few.
  var ticks: [(value: Double, label: String)] {
    let isWide = high - low > 2.5
    let step = max(1, Int(((high - low) / 6).rounded(.up)))
    var result: [(value: Double, label: String)] = []
    for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) {
      if isWide, exponent % step != 0 { continue }
      for factor in isWide ? [1] : [1, 2, 5] {
        let value = Double(factor) * powerOfTen(exponent)
        let place = decimalLogarithm(value)
        guard place >= low, place <= high else { continue }
        result.append((value, label(factor, exponent)))
      }
    }
    return result
  }

  private func label(_ factor: Int, _ exponent: Int) -> String {
    if -3...4 ~= exponent { return NumberLabel.decimal(factor, exponent: exponent) }
    return (factor == 1 ? "" : "\(factor)×") + NumberLabel.powerOfTen(exponent)
  }
}
