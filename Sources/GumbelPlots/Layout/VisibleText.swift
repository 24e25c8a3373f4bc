/// Text in which characters that would act on the text around them are written out, such as
/// `\u{202e}` for the one that turns the rest of a line round.
///
/// These are control characters, but for those that end lines, and those for formatting, but for
/// the joiners that hold emoji together.
package func visible(_ text: String) -> String {
  if text.unicodeScalars.allSatisfy({ !isActing($0) }) { return text }
  var result = ""
  for scalar in text.unicodeScalars {
    if isActing(scalar) {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
  return result
}

private func isActing(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x20..<0x7F, 0x9, 0xA, 0xD, 0x200C, 0x200D: false
  case 0xFFFE, 0xFFFF: true
  default:
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
