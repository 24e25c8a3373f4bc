/// The value of text that is a number in decimal notation, such as `-3`, `0.5` or `1e-4`; nil for
/// any other text, also for `inf`, `nan`, hexadecimal numbers and numbers with spaces.
func decimalNumber(_ text: String) -> Double? {
  var rest = Substring(text).utf8
  func skipDigits() -> Int {
    let digits = rest.prefix { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }.count
    rest.removeFirst(digits)
    return digits
  }
  func skip(_ bytes: StaticString) -> Bool {
    let matches = rest.first.map { first in
      bytes.withUTF8Buffer { $0.contains(first) }
    }
    if matches == true { rest.removeFirst() }
    return matches == true
  }

  _ = skip("+-")
  var digits = skipDigits()
  if skip(".") { digits += skipDigits() }
  if digits == 0 { return nil }
  if skip("eE") {
    _ = skip("+-")
    if skipDigits() == 0 { return nil }
  }
  return rest.isEmpty ? Double(text) : nil
}
