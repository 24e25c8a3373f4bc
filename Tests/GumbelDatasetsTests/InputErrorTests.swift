import GumbelDatasets
import Testing
import _GumbelTestBytes

@Suite struct InputErrorTests {
  @Test(arguments: [
    ("", "data: no symbols found, expected one a line"),
    ("\n\n", "data: no symbols found, expected one a line"),
    ("a\n", #"data: needs at least two categories, found only "a" in 1 line"#),
    ("a\na\na", #"data: needs at least two categories, found only "a" in 3 lines"#),
    ("a\n\nb\n", "data, line 2: empty line, expected a symbol"),
    ("\r\na\n", "data, line 1: empty line, expected a symbol"),
    ("a\nb\n\n\r\nc", "data, line 3: empty line, expected a symbol"),
  ])
  func lines(text: String, expected: String) {
    expectMessage(expected) { try load(text) }
  }

  @Test(
    arguments: [
      ([0x61, 0x0A, 0x62, 0xFF, 0x0A], "data, line 2: byte 2 is not valid UTF-8"),
      ([0xEF, 0xBB, 0xBF, 0x62, 0xC3], "data, line 1: byte 5 is not valid UTF-8"),
      ([0xEF, 0xBB], "data, line 1: byte 1 is not valid UTF-8"),
      ([0xFF], "data, line 1: byte 1 is not valid UTF-8"),
      ([0xC3, 0x00], "data, line 1: byte 1 is not valid UTF-8"),
      ([0xFF, 0xFE, 0x61, 0x00], "data: starts with a UTF-16 byte-order mark, expected UTF-8"),
      ([0xFE, 0xFF, 0x00, 0x61], "data: starts with a UTF-16 byte-order mark, expected UTF-8"),
    ] as [([UInt8], String)])
  func bytes(bytes: [UInt8], expected: String) {
    expectMessage(expected) { try withSource(bytes) { try SymbolFile.load($0) } }
    expectMessage(expected) { try symbols(in: bytes, chunk: 1) }
  }

  @Test(
    arguments: [
      ("", .number(1), "data: no rows found, expected one symbol a row"),
      ("x,y\n", .name("y"), "data: no rows found, expected one symbol a row"),
      ("\nx\n", .only, "data, line 1: empty line, expected a symbol"),
      ("x,y\n\n1,2\n", .name("x"), "data, line 2: empty line, expected a symbol"),
      ("x,y\n1,\n2,b\n", .name("y"), "data, line 2: empty field in column 2, expected a symbol"),
      (
        "x\n\"\"\n", .name("x"), "data, line 2: empty field in column 1, expected a symbol"
      ),
      (
        "x,y\n1,a\n2,a\n", .number(2),
        #"data: needs at least two categories, found only "a" in 2 rows"#
      ),
      (
        "x,y\n1,2\n", .name("z"), #"data, line 1: no column "z", expected one of "x", "y""#
      ),
      (
        "é\n1\n", .name("e\u{301}"),
        "data, line 1: no column \"e\u{301}\", expected one of \"é\""
      ),
      (
        "x,y,x\n1,2,3\n", .name("x"),
        #"data, line 1: columns 1, 3 are all named "x"; choose one by its number"#
      ),
      ("x,y\n1,2\n", .number(0), "data, line 1: no column 0, expected a number from 1 to 2"),
      ("x,y\n1,2\n", .number(3), "data, line 1: no column 3, expected a number from 1 to 2"),
      (
        "x,y\n1,2\n", .only,
        "data, line 1: found 2 columns, expected one; "
          + #"choose one by number or by name, starting from: "x", "y""#
      ),
      (
        "x,y\n1,2\n1,2,3\n", .name("x"),
        "data, line 3: found 3 fields, expected 2 as in the first row"
      ),
      (
        "x,y\n1,\"a\nb\"\n1\n", .name("x"),
        "data, line 4: found 1 field, expected 2 as in the first row"
      ),
      (
        "x,y\n1,2\n3,\"a,\nb\n", .name("x"),
        "data, line 3: the quote opened at byte 3 is not closed"
      ),
      (
        "x,y\n\"a\nb\",\"c\n", .name("x"),
        "data, line 3: the quote opened at byte 4 is not closed"
      ),
      ("\u{FEFF}\"a", .only, "data, line 1: the quote opened at byte 4 is not closed"),
      (
        "x,y\n\"a\"b,2\n", .name("x"),
        "data, line 2: found text after a closing quote at byte 4, "
          + "expected a comma or the end of the line"
      ),
      (
        "x,y\n\"a\n\" ,2\n", .name("x"),
        "data, line 3: found text after a closing quote at byte 2, "
          + "expected a comma or the end of the line"
      ),
      (
        "x,y\n\"a\"\r,2\n", .name("x"),
        "data, line 2: found text after a closing quote at byte 4, "
          + "expected a comma or the end of the line"
      ),
    ] as [(String, SymbolFormat.Column, String)])
  func tables(text: String, column: SymbolFormat.Column, expected: String) {
    expectMessage(expected) { try load(text, format: .table(column: column)) }
  }

  @Test(arguments: [
    (Delimiter.tab, "a tab"), (.semicolon, "a semicolon"), (Delimiter("|")!, #""|""#),
  ])
  func delimiterIsNamed(delimiter: Delimiter, name: String) {
    let expected =
      "data, line 1: found text after a closing quote at byte 4, "
      + "expected \(name) or the end of the line"
    expectMessage(expected) { try load("\"a\"b\n", format: .table(delimiter: delimiter)) }
  }

  // Not arguments of a test, whose output they would spoil.
  @Test func binaryFiles() {
    let nul = "is NUL, expected text; this looks like a binary file"
    expectMessage("data, line 1: byte 2 \(nul)") { try load("a\0b\nc\n") }
    expectMessage("data, line 1: byte 4 \(nul)") { try load("\u{FEFF}\0\nc\n") }
    let table = SymbolFormat.table(column: .name("y"))
    expectMessage("data, line 1: byte 3 \(nul)") { try load("x,\0y\n1,2\n", format: table) }
    expectMessage("data, line 3: byte 2 \(nul)") {
      try load("x,y\n1,\"a\"\"\nb\0\"\n", format: table)
    }
  }

  @Test func longLines() {
    let long = String(repeating: "x\r", count: 1 << 19)
    expectMessage("data, line 3: longer than 1048576 bytes, the limit") {
      try load("a\n\(long)\n\(long)y\nb\n")
    }
    let rows = String(repeating: "a\n", count: 1 << 20)
    expectMessage("data, line 2: the quote opened at byte 3 is not closed within 1048576 bytes") {
      try load("x,y\n1,\"\(rows)\"\n", format: .table(column: .name("x")))
    }
  }

  @Test func nameWithoutHeader() {
    let format = SymbolFormat.table(column: .name("x"), header: .absent)
    expectMessage(
      #"data: column "x" is chosen by name, but the table is said to have no header"#
    ) { try load("x\n1\n", format: format) }
  }

  @Test func endlessBlankLines() {
    let text = String(repeating: "\n", count: 101)
    expectMessage("data, line 3: empty line, expected a symbol") { try load("a\nb\n" + text) }
    expectMessage(nil) { try load("a\nb\n" + text.dropLast()) }
  }

  @Test func unknownSymbols() throws {
    let few = try Vocabulary(["a", "b"])
    expectMessage(
      #"data, line 3: found "c", expected one of the 2 categories given: "a", "b""#
    ) { try load("a\nb\nc\n", categories: few) }

    let many = try Vocabulary((0..<1000).map(String.init))
    expectMessage(
      #"data, line 2: found "1000", expected one of the 1000 categories given: "#
        + #""0", "1", "2", "3", "4", "5", "6", "7", … (1000 in all)"#
    ) { try load("999\n1000\n", categories: many) }

    expectMessage(
      #"data, line 3: found "\u{1b}[2J", expected one of the 2 categories "#
        + #"among the first 2 symbols: "a", "b""#
    ) {
      try withSource(Array("b\na\n\u{1B}[2J\n".utf8)) {
        try SymbolStream(SymbolReader($0), discoveringIn: 2).next(9)
      }
    }
  }

  @Test func textIsShortenedAndEscaped() {
    let long = String(repeating: "é", count: 50)
    let shortened = String(repeating: "é", count: 40)
    expectMessage(
      "data: needs at least two categories, found only \"\(shortened)…\" in 1 line"
    ) { try load(long) }
    expectMessage(
      #"data: needs at least two categories, found only "#
        + #""\u{202e}\u{2028}\t\"\\👩‍👧\u{7f}" in 1 line"#
    ) { try load("\u{202E}\u{2028}\t\"\\👩‍👧\u{7F}") }
    let error = InputError(source: "a\nb", line: nil, problem: .missing)
    #expect("\(error)" == #"a\nb: no such file"#)
  }

  @Test(arguments: [
    (SymbolLimits(categories: 2), "data, line 3: more than 2 different symbols, the limit"),
    (
      SymbolLimits(nameBytes: 4),
      "data, line 3: the different symbols take more than 4 bytes, the limit"
    ),
    (
      SymbolLimits(symbols: 3),
      "data: more than 3 symbols, the limit for a file held in memory"
    ),
    (SymbolLimits(lineBytes: 2), "data, line 2: longer than 2 bytes, the limit"),
    (SymbolLimits(lineBytes: 3, categories: 3, nameBytes: 6, symbols: 4), nil),
  ])
  func limits(limits: SymbolLimits, expected: String?) {
    expectMessage(expected) { try load("a\nbbb\ncc\na\n", limits: limits) }
  }

  @Test func limitsWithCategoriesGiven() throws {
    let categories = try Vocabulary(["a", "b"])
    expectMessage("data: more than 2 symbols, the limit for a file held in memory") {
      try load("a\nb\na\n", categories: categories, limits: SymbolLimits(symbols: 2))
    }
  }

  @Test(arguments: [
    ([], "list of categories: needs at least two categories, found 0"),
    (["a"], "list of categories: needs at least two categories, found 1"),
    (["a", ""], "list of categories: entry 2 is empty, expected a category"),
    (["a", "b", "a"], #"list of categories: "a" is there twice, as entries 1 and 3"#),
  ])
  func categoryLists(names: [String], expected: String) {
    expectMessage(expected) { try Vocabulary(names) }
    expectMessage(expected) { try Vocabulary(commaSeparated: names.joined(separator: ",")) }
  }
}
