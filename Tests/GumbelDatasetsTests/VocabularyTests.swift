import GumbelDatasets
import Testing

@Suite struct VocabularyTests {
  @Test func keepsTheOrderGiven() throws {
    let vocabulary = try Vocabulary(["b", "a", " a", "é"])
    #expect(vocabulary.names == ["b", "a", " a", "é"])
    #expect(vocabulary.count == 4)
    #expect(vocabulary.index(of: "b") == 0)
    #expect(vocabulary.index(of: " a") == 2)
    #expect(vocabulary.index(of: "é") == 3)
    #expect(vocabulary.index(of: "c") == nil)
    #expect(vocabulary.index(of: "") == nil)
    #expect(vocabulary[1] == "a")
    #expect(try Vocabulary(commaSeparated: "b,a, a,é") == vocabulary)
    #expect(try Vocabulary(["a", "b", " a", "é"]) != vocabulary)
  }

  @Test func comparesBytes() throws {
    let (one, two) = ("\u{E9}", "e\u{301}")
    #expect(one == two)
    let vocabulary = try Vocabulary([one, two])
    #expect(vocabulary.index(of: one) == 0)
    #expect(vocabulary.index(of: two) == 1)
    #expect(try vocabulary != Vocabulary([two, one]))
    #expect(try load("\(two)\n\(one)\n\(two)\n").distribution.counts == [2, 1])
  }

  @Test(arguments: [
    ("b\na\nc\na\n", ["a", "b", "c"]),
    ("10\n9\n-1\n", ["-1", "9", "10"]),
    ("1e3\n.5\n5.\n+4\n-0.5e-1\n", ["-0.5e-1", ".5", "+4", "5.", "1e3"]),
    ("10\n9\nx\n", ["10", "9", "x"]),
    ("10\n9\nnan\n", ["10", "9", "nan"]),
    ("10\n9\n0x1\n", ["0x1", "10", "9"]),
    ("10\n9\n1e\n", ["10", "1e", "9"]),
    ("10\n9\n-\n", ["-", "10", "9"]),
    ("10\n9\n.\n", [".", "10", "9"]),
    ("10\n 9\n", [" 9", "10"]),
    ("1.0\n01\n1\n+1\n", ["1", "+1", "01", "1.0"]),
    (
      "12345678901234567891\n12345678901234567890\n",
      ["12345678901234567890", "12345678901234567891"]
    ),
    ("1e400\n1e5\n-1e400\n", ["-1e400", "1e5", "1e400"]),
    ("😀\n\u{FFFD}\nz\n", ["z", "\u{FFFD}", "😀"]),
    ("ab\na\nb\n", ["a", "ab", "b"]),
  ])
  func ordersWhatIsFound(text: String, expected: [String]) throws {
    let file = try load(text)
    #expect(file.vocabulary.names == expected)
    // The order of the lines must not matter.
    let lines = text.split(separator: "\n")
    #expect(try load(lines.reversed().joined(separator: "\n")).vocabulary == file.vocabulary)
    #expect(file.indices.map { file.vocabulary[$0] } == lines.map(String.init))
  }

  @Test func manyCategories() throws {
    // Of all lengths, and enough for the table to grow many times.
    let names = (0..<50_000).map { "\($0)" + String(repeating: "x", count: $0 % 40) }
    let vocabulary = try Vocabulary(names)
    for (index, name) in names.enumerated() {
      #expect(vocabulary.index(of: name) == Int32(index))
    }
    #expect(vocabulary.index(of: "50000") == nil)
  }
}
