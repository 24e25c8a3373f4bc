import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct SymbolReaderTests {
  @Test(arguments: [1, 3, 1 << 16]) func missingSymbolsAreLeftOutWhereTheyMay(chunk: Int) throws {
    func read(
      _ text: String, _ format: SymbolFormat, _ missing: [String]
    ) throws -> (symbols: [String], skipped: Int) {
      try withSource(Array(text.utf8)) { source in
        let reader = try SymbolReader(source, format: format, missing: missing, chunk: chunk)
        var found: [String] = []
        while let symbol = try reader.next() { found.append(symbol) }
        return (found, reader.skippedRows)
      }
    }
    let lines = try read("a\n\n\n NA \nb\n-9.0\nnan\n\n", .lines, ["-9"])
    #expect(lines.symbols == ["a", "b"] && lines.skipped == 5)
    let column = try read("x,1\n,2\nmissing,3\ny,\n", .table(column: .number(1)), [])
    #expect(column.symbols == ["x", "y"] && column.skipped == 2)
    // Lines that are empty only at the end are none.
    #expect(try read("a\nb\n\n\n", .lines, []).skipped == 0)
  }

  @Test(arguments: [
    ("a\nb\n", ["a", "b"]),
    ("a\nb", ["a", "b"]),
    ("a\r\nb\r\n", ["a", "b"]),
    ("a\r\nb\r", ["a", "b"]),
    ("a\r\r\nb\rc\n", ["a\r", "b\rc"]),
    ("a\n\n\r\n\n", ["a"]),
    ("\u{FEFF}a\n\u{FEFF}b\n", ["a", "\u{FEFF}b"]),
    (" a \n\t\n\"q\"\na,b\n", [" a ", "\t", "\"q\"", "a,b"]),
    ("é\ne\u{301}\n日本\n👩‍👧\n", ["é", "e\u{301}", "日本", "👩‍👧"]),
    ("", []),
    ("\u{FEFF}", []),
    ("\n\n", []),
  ])
  func lines(text: String, expected: [String]) throws {
    let found = try symbols(in: text)
    #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
  }

  @Test(arguments: [
    // Quoting, as RFC 4180 has it.
    ("a,b\nc,d\n", 1, ["a", "c"]),
    ("a,b\nc,d\n", 2, ["b", "d"]),
    ("a,b\r\nc,d\r\n", 2, ["b", "d"]),
    ("a,b\nc,d", 2, ["b", "d"]),
    ("a,b\nc,d\r", 2, ["b", "d"]),
    ("\"a\",\"b\"\r\n\"c\",\"d\"\r\n", 2, ["b", "d"]),
    ("x,\"a,b\"\nx,c\n", 2, ["a,b", "c"]),
    ("x,\"a\nb\"\nx,c\n", 2, ["a\nb", "c"]),
    ("x,\"a\r\n\r\nb\"\nx,c\n", 2, ["a\r\n\r\nb", "c"]),
    ("x,\"a\"\"b\"\nx,c\n", 2, ["a\"b", "c"]),
    ("x,\"\"\"\"\nx,\"\"\"\"\"\"\n", 2, ["\"", "\"\""]),
    ("x,\"\"\"a\"\"\"\nx,c\n", 2, ["\"a\"", "c"]),
    ("x,\"a\"", 2, ["a"]),
    ("x,\"a\"\r", 2, ["a"]),
    ("\"x\ny\",a\n\"z\n\",b\n", 2, ["a", "b"]),
    // Quotes inside a field that does not start with one stand for themselves.
    ("x,a\"b\"\nx, \"c\"\n", 2, ["a\"b\"", " \"c\""]),
    // Other columns may be empty, or no text at all.
    (",a\n,b\n", 2, ["a", "b"]),
    ("a,\nb,\n", 1, ["a", "b"]),
    ("\"\",a\n\"\",b\n", 2, ["a", "b"]),
    ("a,b\n\n\r\n", 1, ["a"]),
    ("\u{FEFF}a,b\n", 1, ["a"]),
    ("\u{FEFF}\"a\",b\n", 1, ["a"]),
    ("a\rb,c\n", 1, ["a\rb"]),
    ("a\r,b\n", 1, ["a\r"]),
    ("", 1, []),
  ])
  func tables(text: String, column: Int, expected: [String]) throws {
    let format = SymbolFormat.table(column: .number(column), header: .absent)
    #expect(try symbols(in: text, format: format) == expected)
  }

  @Test func otherColumnsNeedNotBeText() throws {
    let bytes = Array("x,a\n".utf8) + [0xFF, 0] + Array(",b\n".utf8)
    let format = SymbolFormat.table(column: .number(2), header: .absent)
    #expect(try symbols(in: bytes, format: format) == ["a", "b"])
  }

  @Test(arguments: [
    (Delimiter.tab, "a,b\tc\nd\te\n", ["a,b", "d"]),
    (.semicolon, "\"a;b\";c\nd;e\n", ["a;b", "d"]),
    (Delimiter("|")!, "a|b\nc|d\n", ["a", "c"]),
    (Delimiter(" ")!, "a b\nc d\n", ["a", "c"]),
  ])
  func delimiters(delimiter: Delimiter, text: String, expected: [String]) throws {
    let format = SymbolFormat.table(column: .number(1), delimiter: delimiter, header: .absent)
    #expect(try symbols(in: text, format: format) == expected)
  }

  @Test(arguments: ["\"", "\n", "\r", "\r\n", "\0", "é", "→"] as [Character])
  func notDelimiters(character: Character) {
    #expect(Delimiter(character) == nil)
  }

  @Test(arguments: [
    ("x,y\n1,a\n2,b\n", SymbolFormat.Column.name("y"), ["a", "b"]),
    ("\"x\",\"y \"\"z\"\n1,a\n", .name("y \"z"), ["a"]),
    ("\u{FEFF}x,y\n1,a\n", .name("x"), ["1"]),
    ("x,y\n", .name("y"), []),
    // Found out: text over numbers is a header.
    ("x,y\n1,a\n", .number(2), ["a"]),
    ("x\n1\n2\n", .only, ["1", "2"]),
    ("x\n\"-1.5e3\"\n", .only, ["-1.5e3"]),
    // And all else is none.
    ("a\nb\n", .only, ["a", "b"]),
    ("1\n2\n", .only, ["1", "2"]),
    ("1,a\n2,b\n", .number(2), ["a", "b"]),
    ("NA,3\n4,5\n", .number(1), ["NA", "4"]),
    ("x\ninf\n", .only, ["x", "inf"]),
    ("a\n", .only, ["a"]),
  ])
  func headers(text: String, column: SymbolFormat.Column, expected: [String]) throws {
    #expect(try symbols(in: text, format: .table(column: column)) == expected)
  }

  @Test func headersGiven() throws {
    let text = "a,b\nc,d\n"
    let present = SymbolFormat.table(column: .number(2), header: .present)
    #expect(try symbols(in: text, format: present) == ["d"])
    let absent = SymbolFormat.table(column: .number(1), header: .absent)
    #expect(try symbols(in: "x\n1\n", format: absent) == ["x", "1"])
  }

  @Test func placesAreReported() throws {
    try withSource(Array("x,\"y\nz\"\n1,\"a\nb\"\n2,c\n".utf8)) { source in
      let reader = try SymbolReader(source, format: .table(column: .name("y\nz")))
      #expect(reader.columns == ["x", "y\nz"])
      #expect(reader.column == 2)
      #expect(try reader.next() == "a\nb")
      #expect(reader.line == 3)
      #expect(try reader.next() == "c")
      #expect(reader.line == 5)
      #expect(reader.symbolCount == 2)
      #expect(try reader.next() == nil)
    }
  }

  @Test(arguments: [
    ("a.csv", SymbolFormat.table(delimiter: .comma)),
    ("dir.x/A.CSV", .table(delimiter: .comma)),
    ("a.tsv", .table(delimiter: .tab)),
    ("a.tab", .table(delimiter: .tab)),
    ("a.txt", .lines),
    ("csv", .lines),
    ("a.csv.txt", .lines),
    ("-", .lines),
  ])
  func formatsSuggested(path: String, expected: SymbolFormat) {
    #expect(SymbolFormat.suggested(forPath: path) == expected)
  }

  @Test func formatsSuggestedByChoices() {
    #expect(
      SymbolFormat.suggested(forPath: "-", column: .number(2)) == .table(column: .number(2)))
    #expect(
      SymbolFormat.suggested(forPath: "a.tsv", column: .name("x"), header: .present)
        == .table(column: .name("x"), delimiter: .tab, header: .present))
    #expect(
      SymbolFormat.suggested(forPath: "a.csv", delimiter: .semicolon)
        == .table(delimiter: .semicolon))
  }

  @Test func lineLimitIsExact() throws {
    let limit = 10
    for chunk in [1, 3, 1 << 16] {
      let fits = Array("0123456789\n0123456789".utf8)
      let found = try symbols(in: fits, lineLimit: limit, chunk: chunk)
      #expect(found == ["0123456789", "0123456789"])
      for text in ["0123456789x\n", "0123456789x", "01234567890123456789\n"] {
        #expect(throws: InputError(source: "data", line: 1, problem: .lineTooLong(limit: limit))) {
          try symbols(in: Array(text.utf8), lineLimit: limit, chunk: chunk)
        }
      }
    }
  }
}
