/// How the values of an axis are spread along it.
struct AxisScale {
  /// Finite, increasing and, where logarithmic, positive.
  let domain: ClosedRange<Double>
  let isLogarithmic: Bool
  /// Whether there is nothing between whole numbers.
  var isIntegral = false
  /// Where the domain's ends stand, in points; they decrease on an upright axis.
  let start, end: Double

  /// The place of a value, or nothing for what is not finite or has no logarithm.
  func position(of value: Double) -> Double? {
    guard value.isFinite, !isLogarithmic || value > 0 else { return nil }
    let (low, high) = (measure(domain.lowerBound), measure(domain.upperBound))
    let place = start + (measure(value) - low) / (high - low) * (end - start)
    // Far outside any picture, and still near enough to compute with.
    return place.isNaN ? nil : place.clamped(to: 1e30)
  }

  func ticks(count: Int) -> [Tick] {
    isLogarithmic
      ? Ticks.logarithmic(in: domain, count: count)
      : Ticks.linear(in: domain, count: count, isIntegral: isIntegral)
  }

  /// The labels of ticks where these stand; what has no place has none.
  func labels(_ ticks: [Tick]) -> [AxisLabel] {
    ticks.compactMap { tick in
      position(of: tick.value).map { AxisLabel(place: $0, text: tick.label) }
    }
  }

  private func measure(_ value: Double) -> Double {
    // Halved, so that even the largest span is finite.
    isLogarithmic ? decimalLogarithm(value) : value / 2
  }

  /// A domain that shows all `values`: what cannot be shown is left out, a single value gets
  /// room on both sides, and `padding` of the span is added at each end.
  static func domain(
    of values: some Sequence<Double>, isLogarithmic: Bool, padding: Double
  ) -> ClosedRange<Double>? {
    var low = Double.infinity
    var high = -Double.infinity
    for value in values where value.isFinite && (!isLogarithmic || value > 0) {
      low = min(low, value)
      high = max(high, value)
    }
    guard low <= high else { return nil }
    if isLogarithmic {
      let (first, last) = (decimalLogarithm(low), decimalLogarithm(high))
      let room = last - first < 1e-6 ? 0.5 : (last - first) * padding
      // Written as a product, so that without padding the ends stay exact.
      let factor = power(10, room)
      return max(
        low / factor, .leastNonzeroMagnitude)...min(
          high * factor, .greatestFiniteMagnitude)
    }
    (low, high) = (max(low, -1e300), min(high, 1e300))
    let largest = max(low.magnitude, high.magnitude)
    if high - low <= largest * 1e-9 || high - low < 1e-300 {
      let room = largest < 1e-290 ? 1 : largest / 2
      return (low - room)...(high + room)
    }
    let room = (high - low) * padding
    // Zero is a natural end: what is never negative does not get an axis that is.
    return (low == 0 ? 0 : low - room)...(high == 0 ? 0 : high + room)
  }
}
