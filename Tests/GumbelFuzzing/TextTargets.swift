import GumbelDatasets
import GumbelDistributions
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

  /// Grammars in llama.cpp's notation, and the masks of their tables and without them.
  static let gbnf = FuzzTarget(
    "gbnf",
    seeds: [
      "root ::= \"a\" item* | [^b-d\\x41]\nitem ::= (\"b\" | \"ab\"){1,3}? .\n",
      "root ::= \"(\" root \")\" | root root | \"\"\n",
      "# note\nroot ::= item+\nitem ::= [a-é]? \"\\u00e9\"\n",
    ].map { Array($0.utf8) },
    words: ["::=", "|", "{1,2}", "{0}", "[^a]", "(", ")", "*", "root", "\\x61", "\"a\"", "\n"]
  ) { bytes in
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    let grammar = try GBNFGrammar(reading: text)
    // Repetitions of repetitions are short to write.
    guard grammar.symbolCount < 2_000 else { return }
    expectSameMasks(text) {
      CompiledGrammar(grammar, vocabulary: smallVocabulary, workLimit: $0)
    }
  }

  /// Grammars of our own, and their masks as before.
  static let masks = FuzzTarget(
    "masks",
    seeds: [
      "S -> 'a' | S 'b' S\n", "S -> A 'é' | ''\nA -> 'a' A 'b' | A 'b' | ''\n",
      "S -> S S | 'ab' | ''\n", "S -> 'a' S | 'b' T\nT -> S 'a' | 'é'\n",
    ].map { Array($0.utf8) }, words: ["->", "|", "''", "'a'", "'b'", "'é'", "S", "A", "\n"]
  ) { bytes in
    let text = String(decoding: bytes.prefix(200), as: UTF8.self)
    let grammar = try Grammar(reading: text)
    expectSameMasks(text) {
      CompiledGrammar(grammar, vocabulary: smallVocabulary, workLimit: $0)
    }
  }

  private static let smallVocabulary = TokenVocabulary(
    ["a", "b", "ab", "ba", "aab", "é", "aé", "()", "(a", "", "c", "A"].map { Array($0.utf8) }
      + [[0xC3], [0xA9, 0x61]], endOfText: [9])

  /// Writes a little, always by the first token that is allowed after the last one.
  private static func expectSameMasks(_ text: String, _ compiled: (Int) -> CompiledGrammar) {
    var matchers = [100_000, 0, 300].map { GrammarMatcher(compiled($0)) }
    var token = 0
    for _ in 0..<6 {
      let mask = matchers[0].mask()
      for other in 1..<3 {
        expectSame(mask.allowedTokens, matchers[other].mask().allowedTokens, "masks of \(text)")
      }
      for candidate in 0..<mask.count {
        var copy = matchers[0]
        expectSame(copy.accept(candidate), mask[candidate], "token \(candidate) of \(text)")
      }
      let allowed = mask.allowedTokens.filter { $0 != 9 }
      guard let next = allowed.first(where: { $0 > token }) ?? allowed.first else { return }
      token = next
      for other in matchers.indices where !matchers[other].accept(token) {
        fatalError("token \(token) is refused by \(other) of \(text)")
      }
    }
  }
}
