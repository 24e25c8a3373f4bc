import _GumbelTestBytes

/// A small grammar at random: up to three symbols, the characters a and b.
func randomGrammar(_ generator: inout SplitMix64) -> String {
  let names = ["S", "A", "B"].prefix(Int.random(in: 1...3, using: &generator))
  var lines: [String] = []
  for name in names {
    let alternatives = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
      let symbols = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        let terminals = ["'a'", "'b'", "'a'", "'b'", "'ab'", "''"]
        return Int.random(in: 0..<3, using: &generator) > 0
          ? terminals.randomElement(using: &generator)! : names.randomElement(using: &generator)!
      }
      let weight = Int.random(in: 1...4, using: &generator)
      return symbols.joined(separator: " ") + (weight > 1 ? " [\(weight)]" : "")
    }
    lines.append("\(name) -> " + alternatives.joined(separator: " | "))
  }
  return lines.joined(separator: "\n")
}
