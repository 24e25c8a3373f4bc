/// A marked place on an axis.
struct Tick: Equatable {
  var value: Double
  var label: String
}

/// The places that an axis marks.
enum Ticks {
  /// Round values in `range`, 1, 2 or 5 times a power of ten apart and at most about `count`.
  ///
  /// If `isIntegral`, they are also at least 1 apart: an axis of epochs has no halves.
  static func linear(
    in range: ClosedRange<Double>, count: Int, isIntegral: Bool = false
  ) -> [Tick] {
    let span = range.upperBound - range.lowerBound
    guard span.isFinite, count > 0, span / Double(count) > 0 else { return [] }
    let (factor, exponent) = niceStep(
      atLeast: max(span / Double(count), isIntegral ? 1 : 0))
    let step = Double(factor) * powerOfTen(exponent)
    guard step.isFinite else { return [] }
    // Ends that rounding has put just outside count as inside.
    let first = (range.lowerBound / step - 1e-6).rounded(.up)
    let last = (range.upperBound / step + 1e-6).rounded(.down)
    guard first <= last, max(first.magnitude, last.magnitude) < 1e15 else { return [] }
    let multiples = (Int(first)...Int(last)).map { $0 * factor }
    let labels = labels(multiples, exponent: exponent)
    return zip(multiples, labels).map { multiple, label in
      // Dividing by an exact power of ten gives the number nearest to the label.
      let value =
        exponent < 0 && exponent > -308
        ? Double(multiple) / powerOfTen(-exponent) : Double(multiple) * powerOfTen(exponent)
      return Tick(value: value, label: label)
    }
  }

  /// Powers of ten in a positive `range`, some left out if they are many, with twice and five
  /// times them if they are few; round values if even those are fewer than two.
  static func logarithmic(in range: ClosedRange<Double>, count: Int) -> [Tick] {
    guard range.lowerBound > 0, range.upperBound.isFinite, count > 0 else { return [] }
    let low = decimalLogarithm(range.lowerBound)
    let high = decimalLogarithm(range.upperBound)
    let decades =
      Int(
        (low - 1e-9).rounded(.up))...max(
        Int((low - 1e-9).rounded(.up)), Int((high + 1e-9).rounded(.down)))
    let isPlain = low >= -3.001 && high <= 5.001
    func tick(_ factor: Int, _ exponent: Int) -> Tick {
      let label: String
      if isPlain {
        label =
          exponent >= 4
          ? NumberLabel.decimal(factor, exponent: exponent - 3) + "k"
          : NumberLabel.decimal(factor, exponent: exponent)
      } else {
        let power = NumberLabel.powerOfTen(exponent)
        label = factor == 1 ? power : "\(factor)×\(power)"
      }
      return Tick(value: Double(factor) * powerOfTen(exponent), label: label)
    }
    if high - low >= 2 {
      let step = (decades.count + count - 1) / count
      // Counted from 10⁰, so that it is among those kept.
      return decades.filter { $0 % step == 0 }.map { tick(1, $0) }.filter { $0.value > 0 }
    }
    var ticks: [Tick] = []
    for exponent in Int(low.rounded(.down))...Int(high.rounded(.up)) {
      for factor in [1, 2, 5] {
        let tick = tick(factor, exponent)
        let place = decimalLogarithm(tick.value)
        if place >= low - 1e-9 && place <= high + 1e-9 { ticks.append(tick) }
      }
    }
    return ticks.count >= 2 ? ticks : linear(in: range, count: count)
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is not less than `minimum`.
  static func niceStep(atLeast minimum: Double) -> (factor: Int, exponent: Int) {
    var exponent = Int(decimalLogarithm(minimum).rounded(.down))
    let fraction = minimum / powerOfTen(exponent)
    for factor in [1, 2, 5] where fraction <= Double(factor) * (1 + 1e-9) {
      return (factor, exponent)
    }
    exponent += 1
    return (1, exponent)
  }

  /// One style for all labels of an axis: plain, in thousands or millions, or with a power of
  /// ten where plain digits would be many.
  private static func labels(_ multiples: [Int], exponent: Int) -> [String] {
    let largest = multiples.map(\.magnitude).max() ?? 0
    if largest == 0 { return multiples.map { _ in "0" } }
    let magnitude = Double(largest) * powerOfTen(exponent)
    if magnitude >= 1e9 || magnitude < 1e-3 {
      let power = Int((decimalLogarithm(magnitude) + 1e-9).rounded(.down))
      return multiples.map {
        if $0 == 0 { return "0" }
        let mantissa = NumberLabel.decimal($0, exponent: exponent - power, trimmed: true)
        return "\(mantissa)×\(NumberLabel.powerOfTen(power))"
      }
    }
    for (suffix, power) in [("M", 6), ("k", 3)] {
      if magnitude >= (power == 6 ? 1e6 : 1e4) && exponent >= power - 1 {
        return multiples.map {
          $0 == 0
            ? "0" : NumberLabel.decimal($0, exponent: exponent - power, trimmed: true) + suffix
        }
      }
    }
    return multiples.map { NumberLabel.decimal($0, exponent: exponent) }
  }
}
