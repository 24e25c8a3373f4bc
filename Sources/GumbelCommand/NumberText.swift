import GumbelCLibrary

/// Numbers with as many digits as are worth reading.
enum NumberText {
  /// A value with digits down to the third of a resolution, such as a standard error.
  static func text(_ value: Double, resolution: Double) -> String {
    guard value.isFinite, resolution > 0, resolution.isFinite else { return "\(value)" }
    let decimals = 2 - Int(log10(resolution).rounded(.down))
    guard value.magnitude < 1e12, decimals <= 9 else { return "\(rounded(value, digits: 8))" }
    return fixed(value, decimals: max(decimals, 0))
  }

  /// Three significant digits, without zeros at the end; whole numbers in full.
  static func short(_ value: Double) -> String {
    guard value.isFinite else { return "\(value)" }
    if value == value.rounded(), value.magnitude < 1e12 { return "\(Int(value))" }
    let result = "\(rounded(value, digits: value.magnitude >= 100 ? 6 : 3))"
    return result.hasSuffix(".0") ? String(result.dropLast(2)) : result
  }

  private static func rounded(_ value: Double, digits: Int) -> Double {
    guard value != 0 else { return 0 }
    let exponent = digits - 1 - Int(log10(value.magnitude).rounded(.down))
    guard (-300...300).contains(exponent) else { return value }
    let power = pow(10, Double(exponent.magnitude))
    // Dividing by a power of ten gives the number nearest to the digits.
    return exponent >= 0 ? (value * power).rounded() / power : (value / power).rounded() * power
  }

  /// A value with so many digits after the point.
  static func fixed(_ value: Double, decimals: Int) -> String {
    let scaled = (value.magnitude * pow(10, Double(decimals))).rounded()
    guard scaled < 9e18 else { return "\(value)" }
    var digits = String(Int(scaled))
    if decimals > 0 {
      if digits.count <= decimals {
        digits = String(repeating: "0", count: decimals + 1 - digits.count) + digits
      }
      digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
    }
    return value < 0 && scaled > 0 ? "-" + digits : digits
  }
}

/// Four decimals.
func fixed(_ value: Double) -> String { NumberText.fixed(value, decimals: 4) }

/// Four decimals and a sign; what rounds to 0 has a plus.
func signed(_ value: Double) -> String {
  let text = fixed(value)
  return text.hasPrefix("-") ? text : "+" + text
}

/// Two decimals.
func hundredths(_ value: Double) -> String { NumberText.fixed(value, decimals: 2) }

/// Nats with two decimals.
func nats(_ value: Double) -> String { NumberText.text(value, resolution: 1) }
