import SwiftGumbel

#if canImport(Darwin)
  import Darwin
#else
  import Glibc
#endif

/// An axis of return periods T on Gumbel's paper, which is even in the reduced variate
/// -log(-log(1 - 1/T)).
///
/// Gumbel, *Statistics of extremes* (1958), section 5.1.
struct ReturnPeriodAxis {
  private let first, longest: Double

  /// From and to periods above 1.
  init(from first: Double, to longest: Double) {
    self.first = first
    self.longest = longest
  }

  /// Where a period stands.
  static func place(_ period: Double) -> Double { -log(-log1p(-1 / period)) }

  /// The period that stands at a place.
  private static func period(at place: Double) -> Double { -1 / expm1(-exp(-place)) }

  var range: ClosedRange<Double>? {
    let (low, high) = (Self.place(first), Self.place(longest))
    return low < high ? low...high : nil
  }

  /// Periods that stand evenly, the ends among them.
  func periods(_ count: Int) -> [Double] {
    let (low, high) = (Self.place(first), Self.place(longest))
    return (0...count).map { index in
      if index == 0 { return first }
      if index == count { return longest }
      return Self.period(at: low + (high - low) * Double(index) / Double(count))
    }
  }

  /// 2, 5, 10, 20, 50, ... or, where these are too many, powers of ten; and, of what comes more
  /// often than every other time, 1.1 and 1.5.
  var ticks: [(value: Double, label: String)] {
    let decades = Int(log10(longest).rounded(.up))
    let step = max(1, (decades + 7) / 8)
    var periods = [1.1, 1.5]
    if decades <= 4 {
      periods += (0...decades).flatMap { decade in
        [1, 2, 5].map { $0 * pow(10, Double(decade)) }
      }.filter { $0 > 1 }
    } else {
      periods += [2] + stride(from: step, through: decades, by: step).map { pow(10, Double($0)) }
    }
    return periods.map { (Self.place($0), Self.label($0)) }
  }

  private static func label(_ period: Double) -> String {
    guard period >= 1e5 else { return NumberText.short(period) }
    let raised = Array("⁰¹²³⁴⁵⁶⁷⁸⁹")
    let exponent = Int(log10(period).rounded())
    return "10" + String(String(exponent).map { raised[$0.wholeNumberValue!] })
  }
}
