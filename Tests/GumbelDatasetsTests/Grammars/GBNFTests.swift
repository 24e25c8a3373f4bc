import GumbelDatasets
import GumbelDistributions
import Testing
import _GumbelTestBytes

@Suite struct GBNFTests {
  private static let bytes = TokenVocabulary((0..<256).map { [UInt8($0)] })

  private func judge(_ text: String, _ strings: [String], _ expected: Bool) throws {
    let compiled = CompiledGrammar(try GBNFGrammar(reading: text), vocabulary: Self.bytes)
    for string in strings {
      #expect(compiled.isValid(string.utf8) == expected, "\(string.debugDescription) of \(text)")
    }
  }

  @Test func partsRepeat() throws {
    try judge(#"root ::= "a"* "b"+ "c"?"#, ["b", "aabb", "abc", "bc"], true)
    try judge(#"root ::= "a"* "b"+ "c"?"#, ["", "a", "bcc", "ba", "c"], false)
    try judge(#"root ::= ("ab" | "c"){2,3}"#, ["abab", "abc", "ccc"], true)
    try judge(#"root ::= ("ab" | "c"){2,3}"#, ["ab", "cccc", "aab"], false)
    try judge(#"root ::= "a"{2,} "b"{0,1} "c"{2}"#, ["aacc", "aaaabcc"], true)
    try judge(#"root ::= "a"{2,} "b"{0,1} "c"{2}"#, ["acc", "aaabbcc", "aac", "aaccc"], false)
    try judge(#"root ::= ("a"? "b"?)* "c""#, ["c", "abbac", "bc"], true)
    try judge(#"root ::= "a"{0}"#, [""], true)
    try judge("root ::= \"x\" | # nothing\n  \"y\"\n", ["x", "y"], true)
    try judge("root ::= item |\nitem ::= \"x\"", ["", "x"], true)
  }

  @Test func classesAreOfCharacters() throws {
    try judge("root ::= [a-cé-ëx\\-\\]]", ["a", "b", "c", "é", "ê", "ë", "x", "-", "]"], true)
    try judge("root ::= [a-cé-ëx\\-\\]]", ["d", "ç", "ì", "", "ab", "["], false)
    let string = #"root ::= [^"\\\x00-\x1f]"#
    try judge(string, ["a", "é", "\u{10FFFF}", "\u{D7FF}", "'", "\u{E000}"], true)
    try judge(string, ["\"", "\\", "\n", "\u{1F}", "aa"], false)
    try judge(#"root ::= . "\u00e9\U0001f600\t\"""#, ["\né😀\t\"", "😀é😀\t\""], true)
    try judge("root ::= [+-]", ["+", "-"], true)
    try judge("root ::= [^]", ["a", "]", "é"], true)
  }

  /// Each range of scalars has the UTF-8 of those, and no other bytes.
  @Test func rangesOfBytesAreThoseOfScalars() throws {
    var generator = SplitMix64(state: 2)
    let borders: [UInt32] = [
      0, 0x41, 0x7F, 0x80, 0xBF, 0xC0, 0x7FF, 0x800, 0xFFF, 0x1000, 0xD7FF, 0xE000, 0xFFFF,
      0x10000, 0x1F600, 0x3FFFF, 0x40000, 0x10FFFF,
    ]
    for _ in 0..<40 {
      let ends = (0..<2).map { _ in
        let border = borders.randomElement(using: &generator)!
        let value = UInt32.random(in: border...min(border + 70, 0x10FFFF), using: &generator)
        return Unicode.Scalar(value) ?? "a"
      }.sorted()
      let text = String(format(ends[0]) + "-" + format(ends[1]))
      let compiled = CompiledGrammar(
        try GBNFGrammar(reading: "root ::= [\(text)]"), vocabulary: Self.bytes)
      let places = borders + ends.flatMap { [$0.value &- 1, $0.value, $0.value + 1] }
      for place in places {
        guard let scalar = Unicode.Scalar(place) else { continue }
        let isInside = scalar >= ends[0] && scalar <= ends[1]
        #expect(compiled.isValid(UTF8.encode(scalar)!) == isInside, "\(place) in \(text)")
      }
      // An end of a character alone, a surrogate, and what is longer than it has to be.
      for bytes: [UInt8] in [[0x80], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80]] {
        #expect(!compiled.isValid(bytes))
      }
    }
  }

  private func format(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\U" + String(repeating: "0", count: 8 - digits.count) + digits
  }

  @Test(arguments: [
    ("", "found no rule root"), ("item ::= \"x\"", "found no rule root"),
    ("root ::= item", "there is no rule item"), ("root ::= \"x", "not closed"),
    ("root ::= [a-", "not closed"), ("root ::= [b-a]", "whose last character is not before"),
    ("root ::= \"\\q\"", "found the escape"), ("root ::= \"\\x1g\"", "found the escape"),
    ("root ::= (\"a\"", "expected | or )"), ("root ::= \"a\")", "another part"),
    ("root = \"a\"", "expected ::="), ("root ::= \"a\"{3,2}", "expected {3}, {2,} or {2,5}"),
    ("root ::= \"a\"{,}x ::= y", "there is no rule y"), ("root ::= *", "expected a rule's name"),
    ("root ::= root", "never ends"), ("root ::= \"a\" root", "never ends"),
    ("root ::= \"abc\"{99999}", "more than 100000 symbols"),
    ("root ::= \"a\"\nroot ::= \"b\"", "a second rule root"),
    ("root ::= \"\\uD800\"", "found the escape"),
  ])
  func mistakesAreSaid(_ text: String, _ message: String) {
    do {
      _ = try GBNFGrammar(reading: text)
      Issue.record("\(text.debugDescription) was read")
    } catch {
      #expect("\(error)".contains(message), "\(error)")
    }
  }

  @Test func placesAreLinesAndColumns() {
    #expect(throws: InputError.self) { try GBNFGrammar(reading: "root ::= \"a\"\n\n  b ::= !") }
    do {
      _ = try GBNFGrammar(reading: "root ::= \"a\"\n\n  b ::= !", name: "x.gbnf")
    } catch {
      #expect("\(error)".contains("x.gbnf") && "\(error)".contains("line 3"), "\(error)")
    }
  }

  // MARK: - JSON

  private static let valid = [
    "{}", "[]", "0", "-0", "1.5e+10", "-12.0E5", "\"\"", "true", "false", "null", " null\n",
    "{\"a\":1}", "{ \"a\" : [ 1 , 2 , { } ] , \"b\" : null }\n", "[[[[]]]]", "\"é😀\\u00e9\\n\\/\"",
    "[1,\t\"x\",false]", "{\"\":{\"\":{}}}",
  ]

  private static let invalid = [
    "", " ", "{", "}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "01", "1.",
    ".5", "+1", "1e", "--1", "\"", "\"\n\"", "\"\\x\"", "\"\\u12\"", "tru", "nullx", "[1 2]", "'a'",
    "[]]",
    "{\"a\":1}{}", "\u{FEFF}1", "\"\u{1F}\"", "NaN",
  ]

  @Test func jsonIsThatOfTheStandard() throws {
    let compiled = CompiledGrammar(.json, vocabulary: Self.bytes)
    for text in Self.valid { #expect(compiled.isValid(text.utf8), "\(text)") }
    for text in Self.invalid { #expect(!compiled.isValid(text.utf8), "\(text)") }
    // Bytes that are no UTF-8 are in no string.
    for bytes: [UInt8] in [[0x80], [0xC3], [0xC3, 0x22], [0xED, 0xA0, 0x80], [0xFF]] {
      #expect(!compiled.isValid([0x22] + bytes + [0x22]))
    }
  }

  /// Each beginning of a valid text allows what it goes on with, and what is no beginning is
  /// refused; with tables and without masks are the same.
  @Test func masksOfJSON() throws {
    let words = [
      "\"", "\":", "\", \"", "\"}", "\"},", "}}", "]}", "],[", "{\"", "[\"", "true", "false,",
      "null]", "1", "12", "0.", "e+", " ", "\n  ", "abc", "é", "\\u00", "\\n", "a\":\"b",
      "\"\",\"", "[[[", "{}",
    ].map { Array($0.utf8) }
    let tokens = (0..<256).map { [UInt8($0)] } + words + [[0xC3], [0xA9, 0x22]]
    let vocabulary = TokenVocabulary(tokens + [[]], endOfText: [tokens.count])
    let tables = CompiledGrammar(.json, vocabulary: vocabulary)
    let none = CompiledGrammar(.json, vocabulary: vocabulary, workLimit: 0)
    #expect(tables.missing == 0 && none.missing > 0)
    for text in Self.valid {
      var (matcher, other) = (GrammarMatcher(tables), GrammarMatcher(none))
      for byte in text.utf8 {
        let mask = matcher.mask()
        #expect(mask == other.mask())
        #expect(mask[Int(byte)])
        for token in tokens.indices {
          var copy = matcher
          #expect(copy.accept(bytes: tokens[token]) == mask[token])
        }
        matcher.accept(Int(byte))
        other.accept(Int(byte))
      }
      #expect(matcher.mask()[tokens.count])
    }
  }
}
