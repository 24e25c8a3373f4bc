import GumbelCLibrary

/// The value of a variable of the environment; nil where there is none, or where it is empty.
package func environmentValue(_ name: String) -> String? {
  guard let value = getenv(name) else { return nil }
  let text = String(cString: value)
  return text.isEmpty ? nil : text
}
