import GumbelCLibrary

// Text from outside goes into messages through these: it may be long, and it may hold control
// characters that would act on a terminal.

/// Text in double quotes, escaped, cut after `limit` characters.
package func quoted(_ text: String, limit: Int = 40) -> String {
  let head = text.unicodeScalars.prefix(limit)
  let isCut = head.endIndex != text.unicodeScalars.endIndex
  return "\"\(escaped(head, quotes: true))\(isCut ? "…" : "")\""
}

/// Quoted texts with commas between, the first few of them, each cut after `width` characters.
package func listed(_ texts: [String], limit: Int = 8, width: Int = 24) -> String {
  let head = texts.prefix(limit).map { quoted($0, limit: width) }.joined(separator: ", ")
  return texts.count > limit ? "\(head), … (\(texts.count) in all)" : head
}

/// Text with its control characters written as Swift would in a literal.
package func escaped(_ text: String) -> String {
  escaped(text.unicodeScalars[...], quotes: false)
}

/// The same, but with line ends left as they are.
package func escapedLines(_ text: String) -> String {
  if text.utf8.allSatisfy({ 0x20...0x7E ~= $0 || $0 == 0x0A }) { return text }
  return text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    .map { escaped($0, quotes: false) }.joined(separator: "\n")
}

private func escaped(_ scalars: Substring.UnicodeScalarView, quotes: Bool) -> String {
  var result = ""
  for scalar in scalars {
    switch scalar {
    case "\"" where quotes, "\\" where quotes: result += "\\\(scalar)"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where isPrintable(scalar): result.unicodeScalars.append(scalar)
    default: result += "\\u{\(String(scalar.value, radix: 16))}"
    }
  }
  return result
}

private func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.properties.generalCategory {
  case .control, .lineSeparator, .paragraphSeparator, .unassigned: false
  // Formatting characters can reorder the text around them; joiners hold emoji together.
  case .format: scalar == "\u{200C}" || scalar == "\u{200D}"
  default: true
  }
}

/// `1 line`, `2 lines`, `2 entries`.
package func counted(_ count: Int, _ unit: String, plural: String? = nil) -> String {
  "\(count) \(count == 1 ? unit : plural ?? unit + "s")"
}

/// The system's own words for an error number.
package func systemReason(_ code: Int32) -> String {
  String(cString: strerror(code))
}
