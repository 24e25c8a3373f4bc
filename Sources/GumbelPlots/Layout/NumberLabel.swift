/// Numbers as a reader expects them on an axis: a true minus sign, and no "-0".
enum NumberLabel {
  /// `mantissa` times ten to the power of `exponent`, written out.
  static func decimal(_ mantissa: Int, exponent: Int, trimmed: Bool = false) -> String {
    if mantissa == 0 { return "0" }
    var digits = String(mantissa.magnitude)
    if exponent >= 0 {
      digits += String(repeating: "0", count: exponent)
    } else {
      let missing = 1 - exponent - digits.count
      if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: exponent))
      if trimmed {
        while digits.last == "0" { digits.removeLast() }
        if digits.last == "." { digits.removeLast() }
      }
    }
    return mantissa < 0 ? "−" + digits : digits
  }

  /// "10" with a raised exponent.
  static func powerOfTen(_ exponent: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let digits = String(exponent.magnitude).map { raised[$0.wholeNumberValue!] }
    return "10" + (exponent < 0 ? "⁻" : "") + String(digits)
  }

  /// A value to three significant digits, as a label in a sentence.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
    guard value != 0 else { return "0" }
    var exponent = Int(decimalLogarithm(value.magnitude).rounded(.down)) - 2
    // In two steps: the smallest numbers are below the smallest power of ten.
    let half = exponent / 2
    var mantissa =
      (value / GumbelPlots.powerOfTen(half) / GumbelPlots.powerOfTen(exponent - half)).rounded()
    if !mantissa.isFinite || mantissa.magnitude < 1 { return "0" }
    while mantissa.truncatingRemainder(dividingBy: 10) == 0 {
      mantissa /= 10
      exponent += 1
    }
    if (-6...6).contains(exponent) { return decimal(Int(mantissa), exponent: exponent) }
    let decimals = mantissa.magnitude < 10 ? 0 : mantissa.magnitude < 100 ? 1 : 2
    return decimal(Int(mantissa), exponent: -decimals) + "×" + powerOfTen(exponent + decimals)
  }
}
