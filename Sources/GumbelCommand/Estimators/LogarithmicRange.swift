#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// A logarithmic axis around values, with room for those that are 0 at its low end.
struct LogarithmicRange {
  private let low, high: Double

  /// - Parameters:
  ///   - values: what is to be shown; those further below the largest than `decades` stand at the
  ///     low end.
  ///   - hasZero: whether values of 0 get room of their own.
  init(_ values: [Double], decades: Double, hasZero: Bool) {
    let logs = values.filter { $0 > 1e-20 && $0 < .infinity }.map { log10($0) }
    let top = logs.max() ?? 0
    let bottom = max(logs.min() ?? -1, top - decades)
    let room = max(0.06 * (top - bottom), 0.1)
    high = top + room
    low = bottom - (hasZero ? max(0.18 * (top - bottom), 0.5) : room)
  }

  /// From 0 at the low end to 1 at the high one; a little inside for what is below the range.
  func position(of value: Double) -> Double {
    let place = value > 0 ? (log10(value) - low) / (high - low) : 0
    return min(max(place, 0.025), 1)
  }

  /// Powers of ten, with twice and five times them where they are few.
  var ticks: [(value: Double, label: String)] {
    let isWide = high - low > 2.5
    let step = max(1, Int(((high - low) / 6).rounded(.up)))
    var result: [(value: Double, label: String)] = []
    for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) {
      if isWide, exponent % step != 0 { continue }
      for factor in isWide ? [1] : [1, 2, 5] {
        let value = Double(factor) * pow(10, Double(exponent))
        let place = log10(value)
        guard place >= low, place <= high else { continue }
        result.append((value, label(factor, exponent)))
      }
    }
    return result
  }

  private func label(_ factor: Int, _ exponent: Int) -> String {
    if exponent >= -3, exponent <= 4 {
      let digits = String(factor)
      return exponent >= 0
        ? digits + String(repeating: "0", count: exponent)
        : "0." + String(repeating: "0", count: -exponent - 1) + digits
    }
    let superscripts = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let power = String(String(abs(exponent)).map { superscripts[$0.wholeNumberValue!] })
    return (factor == 1 ? "" : "\(factor)×") + "10" + (exponent < 0 ? "⁻" : "") + power
  }
}
