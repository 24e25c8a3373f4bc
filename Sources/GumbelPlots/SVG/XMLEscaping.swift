/// Text made safe for the inside of an XML element or a quoted attribute.
///
/// Line breaks become spaces. Control characters, which XML 1.0 does not allow, and those that
/// would reorder the text around them are written out, as in `\u{1b}`.
package func xmlEscaped(_ text: String) -> String {
  var result = ""
  for scalar in visible(text).unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    case "\t", "\n", "\r": result += " "
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}
