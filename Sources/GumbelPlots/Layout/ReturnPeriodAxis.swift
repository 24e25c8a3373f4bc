/// An axis of return periods T on Gumbel's paper, which is even in the reduced variate
/// -log(-log(1 - 1/T)).
///
/// Gumbel, *Statistics of extremes* (1958), section 5.1.
public struct ReturnPeriodAxis: Sendable {
  private let first, longest: Double

  /// An axis from and to periods above 1.
  public init(from first: Double, to longest: Double) {
    self.first = first
    self.longest = longest
  }

  /// Where a period stands.
  public static func place(_ period: Double) -> Double { reducedVariate(ofPeriod: period) }

  /// The places of the two ends; nil where these are one.
  public var range: ClosedRange<Double>? {
    let (low, high) = (Self.place(first), Self.place(longest))
    return low < high ? low...high : nil
  }

  /// Periods that stand evenly, the ends among them.
  public func periods(_ count: Int) -> [Double] {
    let (low, high) = (Self.place(first), Self.place(longest))
    return (0...count).map { index in
      if index == 0 { return first }
      if index == count { return longest }
      return period(ofReducedVariate: low + (high - low) * Double(index) / Double(count))
    }
  }

  /// 2, 5, 10, 20, 50, ... or, where these are too many, powers of ten; and, of what comes more
  /// often than every other time, 1.1 and 1.5.
  public var ticks: [(value: Double, label: String)] {
    let decades = Int(decimalLogarithm(longest).rounded(.up))
    let step = max(1, (decades + 7) / 8)
    var periods = [1.1, 1.5]
    if decades <= 4 {
      periods += (0...decades).flatMap { decade in
        [1, 2, 5].map { $0 * powerOfTen(decade) }
      }.filter { $0 > 1 }
    } else {
      periods += [2] + stride(from: step, through: decades, by: step).map { powerOfTen($0) }
    }
    return periods.map { (Self.place($0), Self.label($0)) }
  }

  private static func label(_ period: Double) -> String {
    period < 1e5
      ? NumberLabel.short(period)
      : NumberLabel.powerOfTen(Int(decimalLogarithm(period).rounded()))
  }
}
