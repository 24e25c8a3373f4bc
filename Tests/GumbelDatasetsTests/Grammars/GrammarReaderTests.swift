import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct GrammarReaderTests {
  @Test func theFormat() throws {
    let grammar = try Grammar(
      reading: """
        \u{FEFF}# Numbers with a sign.

        Start -> Sign Digits_1 [3]   # most have a sign
          | Digits_1
        Sign -> '+' | "-"
        Digits_1 -> '0' | 'é\\u{31}\\'' Digits_1 [0.5]
        Sign -> ''\r
        """)
    #expect(grammar.nonterminals == ["Start", "Sign", "Digits_1"])
    #expect(grammar.productions.map(\.line) == [3, 4, 5, 5, 6, 6, 7])
    #expect(grammar.productions.map(\.weight) == [3, 1, 1, 1, 1, 0.5, 1])
    #expect(grammar.productions[0].probability == 0.75)
    #expect(grammar.productions[6].probability == 1.0 / 3)
    #expect(grammar.productions[6].right.isEmpty)
    #expect(
      grammar.productions[5].right
        == [.terminal("é"), .terminal("1"), .terminal("'"), .nonterminal(2)])
    #expect(grammar.warnings == [])
    #expect(abs(grammar.terminationProbability - 1) < 1e-12)
    #expect(grammar.isValid("-é1'0"))
    #expect(!grammar.isValid("-é10"))
    let again = try Grammar(reading: grammar.text)
    #expect(again.productions == grammar.productions)
  }

  static let mistakes: [(String, String)] = [
    ("", "g: no productions found, expected one such as S -> 'x'"),
    ("# S -> 'x'\n", "g: no productions found, expected one such as S -> 'x'"),
    (
      "S -> S + S",
      "g, line 1: column 8: found \"+\", expected a name, ->, |, a weight in brackets, "
        + "or a character in quotes such as 'x'"
    ),
    (
      "S -> S '+' x\n",
      "g, line 1: column 12: x has no productions; expected some, or a character in quotes: 'x'"
    ),
    ("S 'x'", "g, line 1: column 3: found the terminal \"x\", expected ->"),
    ("S", "g, line 1: column 2: found the end of the line, expected ->"),
    ("| 'x'", "g, line 1: column 1: found |, expected a symbol's name and ->"),
    (
      "\nS ->\n",
      "g, line 2: column 5: found the end of the line, expected a name, a character in quotes, "
        + "or '' for the empty string"
    ),
    (
      "S -> 'x' | | 'y'",
      "g, line 1: column 12: found |, expected a name, a character in quotes, "
        + "or '' for the empty string"
    ),
    (
      "S -> 'x' [2] 'y'",
      "g, line 1: column 14: found the terminal \"y\", expected | or the end of the line"
    ),
    (
      "S -> 'x' [0]",
      "g, line 1: column 10: found the weight \"0\", expected a number above 0 such as [0.5]"
    ),
    (
      "S -> 'x' [nan]",
      "g, line 1: column 10: found the weight \"nan\", expected a number above 0 such as [0.5]"
    ),
    (
      "S -> 'x' [1",
      "g, line 1: column 10: found the weight \"1\", expected a number above 0 such as [0.5]"
    ),
    ("S -> 'x\n", "g, line 1: column 6: the quote of 'x is not closed in its line"),
    (
      "S -> '\\q'",
      "g, line 1: column 7: found the escape \"\\\\q\", expected one of \\\\ \\' \\\" \\n \\r \\t \\u{2b}"
    ),
    (
      "S -> '\\u{110000}'",
      "g, line 1: column 7: found the escape \"\\\\u{110000}\", "
        + "expected one of \\\\ \\' \\\" \\n \\r \\t \\u{2b}"
    ),
    (
      "# none\nS -> 'a' S",
      "g, line 2: rewriting the start S never ends, expected a production without symbols that never do"
    ),
  ]

  @Test(arguments: mistakes) func aMistake(text: String, message: String) {
    expectMessage(message) { try Grammar(reading: text, name: "g") }
  }

  static let suspicious: [(String, [String])] = [
    ("S -> 'x'\nA -> 'y'", ["line 2: A is never reached from the start"]),
    (
      "S -> 'x' | A\nA -> 'y' A",
      [
        "line 1: rewriting at random ends with probability 0.5; strings are drawn given that it does",
        "line 2: A never ends; productions with it are left out",
      ]
    ),
    ("S -> 'x' | 'x' [2]", ["line 1: S has this production twice; strings are ambiguous"]),
    (
      "S -> 'x' | S '+' S",
      ["line 1: a production begins and ends with its own symbol S; strings are ambiguous"]
    ),
    (
      "S -> 'x' | A\nA -> S B | 'y'\nB -> '' | 'b'",
      ["line 1: S can be rewritten into itself; strings have infinitely many derivations"]
    ),
    (
      "S -> 'x' | S S [3]",
      [
        "line 1: a production begins and ends with its own symbol S; strings are ambiguous",
        "line 1: rewriting at random ends with probability 0.333333; "
          + "strings are drawn given that it does",
      ]
    ),
  ]

  @Test(arguments: suspicious) func warnings(text: String, messages: [String]) throws {
    let warnings = try Grammar(reading: text).warnings.map(\.description)
    #expect(warnings == messages)
  }

  @Test func files() throws {
    func load(_ bytes: [UInt8]) throws -> Grammar { try withSource(bytes) { try Grammar.load($0) } }
    #expect(try load(Array("\u{FEFF}S -> 'é'".utf8)).isValid("é"))
    expectMessage("data, line 2: byte 7 is not valid UTF-8") {
      try load(Array("# a\nS -> '".utf8) + [0xFF, 0x27])
    }
    expectMessage("data, line 1: byte 2 is NUL, expected text; this looks like a binary file") {
      try load([0x53, 0])
    }
    expectMessage("data: more than 1048576 bytes, the limit") {
      try load([UInt8](repeating: 0x20, count: 1 << 21))
    }
    expectMessage(
      "no-such.grammar: no such file, and no grammar of this name; "
        + "the grammars are \"arithmetic\", \"expressions\""
    ) { try Grammar.load("no-such.grammar") }
    #expect(try Grammar.load("arithmetic").name == "arithmetic")
    #expect(Grammar.named("none") == nil)
  }

  @Test func limits() {
    let productions = "S -> " + Array(repeating: "'a'", count: 10_001).joined(separator: "|")
    expectMessage("g, line 1: column 40006: more than 10000 productions, the limit") {
      try Grammar(reading: productions, name: "g")
    }
    let symbols = "S -> 'a' | " + (0...500).map { "A\($0)" }.joined(separator: " ")
    expectMessage("g, line 1: column 2397: more than 500 symbols, the limit") {
      try Grammar(reading: symbols, name: "g")
    }
    expectMessage("g: more than 2000 different ends of right sides, the limit") {
      try Grammar(reading: "S -> '" + String(repeating: "a", count: 3000) + "'", name: "g")
    }
  }

  /// Ends of long right sides are refused before there is memory for them, which would be the square
  /// of their length.
  @Test(arguments: [
    "S -> '" + String(repeating: "a", count: 1_000_000) + "'",
    "S -> 'x' | " + String(repeating: "S ", count: 500_000),
    (0..<400).map { "S -> '\($0)" + String(repeating: "ab", count: 1200) + "'" }
      .joined(separator: "\n"),
  ])
  func longRightSides(text: String) {
    expectMessage("g: more than 2000 different ends of right sides, the limit") {
      try Grammar(reading: text, name: "g")
    }
  }

  @Test func equalEndsAreOne() throws {
    let end = String(repeating: "ab", count: 900)
    let lines = (0..<90).map { "S -> '\(Unicode.Scalar(0x4E00 + $0)!)\(end)'" }
    let grammar = try Grammar(reading: lines.joined(separator: "\n"))
    #expect(grammar.productions.count == 90)
    #expect(grammar.alphabet.count == 92)
  }

  /// The ends B C of the first and D B C of the second alternative: the longer one's probability of
  /// being empty needs that of the shorter one, whichever was met first.
  @Test(arguments: ["S -> 'x' B C | 'x' D B C", "S -> 'x' D B C | 'x' B C"])
  func emptyEnds(start: String) throws {
    let symbols = ["B", "C", "D"].map { "\($0) -> '' | '\($0.lowercased())'" }
    let grammar = try Grammar(reading: ([start] + symbols).joined(separator: "\n"))
    #expect(abs(grammar.probability(of: "x") - 0.1875) < 1e-15)
    #expect(abs(grammar.probability(of: "xb") - 0.1875) < 1e-15)
    #expect(abs(grammar.probability(of: "xdbc") - 0.0625) < 1e-15)
  }

  @Test func chainsOfSymbols() throws {
    let lines =
      (0..<99).map { "A\($0) -> A\($0 + 1) | '' | A\($0 + 1) 'a'" } + ["A99 -> '' | 'b'"]
    let grammar = try Grammar(reading: lines.joined(separator: "\n"))
    #expect(grammar.isValid("ba") && grammar.isValid("") && !grammar.isValid("ab"))
  }

  @Test func stopping() throws {
    let grammar = Grammar.expressions
    expectMessage("g: interrupted before the end") {
      try Grammar(reading: "S -> 'x'", name: "g", shouldStop: { true })
    }
    for sampling in GrammarSampling.allCases {
      expectMessage("expressions: interrupted before the end") {
        try GrammarSampler(of: grammar, sampling, maximumLength: 9, shouldStop: { true })
      }
    }
    expectMessage("expressions: interrupted before the end") {
      try GrammarLanguage(of: grammar, maximumLength: 9, shouldStop: { true })
    }
  }

  /// Any text is read or refused in time, and what is read can be used.
  @Test(arguments: 0..<8 as Range<UInt64>) func anyText(seed: UInt64) throws {
    var generator = SplitMix64(state: seed)
    let parts = [
      "S", "A", " ", " ", "->", "->", "|", "'a'", "'b'", "\"", "'", "[", "]", "[2]", "\n", "\n",
      "#", "\\", "''", "é", "\u{0}", "-", "1e999", "\\u{", "\r",
    ]
    var read = 0
    for _ in 0..<400 {
      var words = [
        "S", "->", "'a'", "A", "[2]", "|", "''", "\n", "A", "->", "'b'", "|", "S", "'a'",
      ]
      for _ in 0..<Int.random(in: 0...4, using: &generator) {
        let place = Int.random(in: 0..<words.count, using: &generator)
        if Bool.random(using: &generator) {
          words[place] = parts.randomElement(using: &generator)!
        } else {
          words.insert(parts.randomElement(using: &generator)!, at: place)
        }
      }
      let text = words.joined(separator: " ")
      guard let grammar = try? Grammar(reading: text) else { continue }
      read += 1
      let again = try Grammar(reading: grammar.text)
      #expect(again.productions == grammar.productions)
      let language = try GrammarLanguage(of: grammar, maximumLength: 3)
      for length in 0...3 {
        for string in language.strings(length: length) { #expect(grammar.isValid(string)) }
      }
    }
    #expect(50...350 ~= read)
  }
}
