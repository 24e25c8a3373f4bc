import GumbelDatasets
import GumbelTensors

extension FuzzTarget {
  /// Strings of lines and of running text, of characters and of bytes.
  static let text = FuzzTarget(
    "text", seeds: Formed.seeds(["one\ntwo\n", "é\r\nа\n"], forms: 16..<20),
    words: ["\u{FEFF}", "\r\n"]
  ) { bytes in
    let file = Formed(bytes)
    var options = TextOptions(
      form: file.form % 2 == 0 ? .lines : .running,
      unit: file.form / 2 % 2 == 0 ? .characters : .bytes, maximumLength: 1 + file.form / 4)
    options.limit = 1 << 20
    let set = try withSource(file.bytes) { try TextSet.load($0, options: options) }
    if set.count == 0 { fatalError("a set without strings") }
    guard set.form == .lines else { return }
    // The same line by line.
    var strings = (0..<set.count).makeIterator()
    try withSource(file.bytes) { source in
      let reader = try TextLineReader(source, vocabulary: set.vocabulary)
      while let line = try reader.next() {
        guard let tokens = line.tokens, 1...set.maximumLength ~= tokens.count else { continue }
        let i = strings.next()
        if i.map({ set[$0].elementsEqual(tokens) }) != true { fatalError("line \(line.number)") }
      }
    }
    if strings.next() != nil { fatalError("fewer lines than strings") }
  }

  /// Grammars; strings that are drawn belong to them.
  static let grammar = FuzzTarget(
    "grammar",
    seeds: [
      "S -> 'x' | S '+' S [2]\n", "S -> A '' | \"b\"\nA -> ''\n",
      "# note\nS -> 'a' S 'b' [0.5] | 'c'\n",
      "S -> T | T '-' S\nT -> '0' | '1'\n",
    ].map { Array($0.utf8) }, words: ["->", "|", "''", "[1e-300]", "[0]", "S", "\\'", "#"]
  ) { bytes in
    // Each step of what a text is made into is bounded, and their product is long.
    let text = String(decoding: bytes.prefix(400), as: UTF8.self)
    let grammar = try Grammar(reading: text)
    for sampling in [GrammarSampling.balancedLengths, .balanced] {
      guard let sampler = try? GrammarSampler(of: grammar, sampling, maximumLength: 5) else {
        continue
      }
      for string in sampler.strings(count: 2, key: RandomKey(1)) where !grammar.isValid(string) {
        fatalError("\(string.debugDescription) does not belong to \(text.debugDescription)")
      }
    }
  }
}
