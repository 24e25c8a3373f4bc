import GumbelDatasets
import Testing
import _GumbelTestBytes

private func columns(
  in text: String, _ choices: [SymbolFormat.Column] = [.only], groups: SymbolFormat.Column? = nil,
  _ dialect: TableDialect = TableDialect(), missing: NumberColumns.MissingNumbers = .refused
) throws -> NumberColumns {
  try withSource(Array(text.utf8)) {
    try NumberColumns.load(
      $0, choices.map { NumberColumns.Choice($0) }, groups: groups, dialect: dialect,
      missing: missing)
  }
}

@Suite struct TableDialectTests {
  @Test(arguments: [
    ("year;flow\n1990;12\n1991;9\n", Delimiter.semicolon, [12, 9]),
    ("year\tflow\n1990\t12\n1991\t9\n", .tab, [12, 9]),
    ("year,flow\n1990,12\n1991,9\n", .comma, [12, 9]),
    ("year|flow\n1990|12\n1991|9\n", Delimiter("|")!, [12, 9]),
    ("  year   flow\n  1990 \t 12\n1991 9  \r\n", .blanks, [12, 9]),
    ("year \"the flow\"\n1990 12\n1991 \"9\"\n", .blanks, [12, 9]),
    // Semicolons divide both rows, commas only one or into other numbers.
    ("a;flow\n\"x,y\";12\nz;9\n", .semicolon, [12, 9]),
    ("1,5;12\n1,7;9\n", .semicolon, [12, 9]),
  ])
  func delimitersAreFoundOut(text: String, delimiter: Delimiter, expected: [Double]) throws {
    let found = try columns(in: text, [.number(2)])
    #expect(found.layout.delimiter == delimiter)
    #expect(found.values == [expected])
  }

  @Test func oneColumnHasNoDelimiter() throws {
    #expect(try columns(in: "peak flow\n1\n2\n").values == [[1, 2]])
    #expect(try columns(in: "1\n2\n").values == [[1, 2]])
  }

  @Test(arguments: [
    ("# a\n# b\n\nx,y\n1,2\n# c\n3,4\n", TableDialect(), 3),
    ("// a\nx,y\n1,2\n  // b\n3,4", TableDialect(comments: .prefix("//")), 2),
    ("title\nof two lines\n\nx,y\n1,2\n3,4\n", TableDialect(skippedLines: 2), 0),
    ("title\n#c\nx,y\n1,2\n3,4\n", TableDialect(skippedLines: 1), 1),
  ])
  func linesThatAreNoRows(text: String, dialect: TableDialect, comments: Int) throws {
    for chunk in [1, 2, 1 << 16] {
      let found = try withSource(Array(text.utf8)) {
        try NumberColumns.load(
          $0, [.init(.name("y"))], dialect: dialect, missing: .refused, limit: 100, lineLimit: 100,
          chunk: chunk, shouldStop: nil)
      }
      #expect(found.values == [[2, 4]])
      #expect(found.layout.commentLines == comments)
    }
  }

  /// A mark that only later rows begin with is part of their first field.
  @Test func aMarkInsideATableIsData() throws {
    let found = try columns(in: "id,x\n#1,5\n#2,6\n", [.name("x")])
    #expect(found.values == [[5, 6]])
  }

  @Test func linesAreCountedPastComments() throws {
    expectMessage("data, line 5: found \"q\" in column 1, expected a number") {
      try columns(in: "# a\nx\n1\n# b\nq\n")
    }
    expectMessage("data, line 2: no column \"z\", expected one of \"x\", \"y\"") {
      try columns(in: "# a\nx,y\n1,2\n", [.name("z")])
    }
  }

  /// The peak flows of the USGS.
  @Test func widthsBehindTheHeaderArePassedOver() throws {
    let text = """
      # File of peaks
      site_no\tpeak_dt\tpeak_va
      15s\t10d\t8s
      0001\t1932-05-14\t195000
      0001\t1933-04-19\t
      0001\t1935-01-01\t230000

      """
    let columns = try columns(
      in: text, [.name("peak_va")], groups: .name("peak_dt"), missing: .kept)
    #expect(columns.values[0].map { $0.isNaN ? -1 : $0 } == [195000, -1, 230000])
    #expect(columns.layout.hasWidths)
    #expect(columns.skippedRows == 1)
    #expect(columns.groups?.names == ["1932-05-14", "1933-04-19", "1935-01-01"])
    // By position, the header is found out by the row of widths.
    #expect(try Self.symbols(text, .number(2)) == ["1932-05-14", "1933-04-19", "1935-01-01"])
  }

  private static func symbols(_ text: String, _ column: SymbolFormat.Column) throws -> [String] {
    try tableSymbols(in: text, .table(column: column, dialect: TableDialect()))
  }

  @Test(arguments: [
    // A name that matches comes first, where there are names.
    ("year,2,1\n1990,5,6\n", "2", [5.0]), ("year,2,1\n1990,5,6\n", "3", [6]),
    ("2019,2020\n1,2\n3,4\n", "2020", [2, 4]),
    // Numbers alone are data, and a number a position.
    ("2,1\n3,4\n", "2", [1, 4]),
    ("year,2,1\n1990,5,6\n", "#2", [5]), ("a,b\n1,2\n", "#1", [1]),
  ])
  func columnsByNameBeforePosition(text: String, argument: String, expected: [Double]) throws {
    #expect(try columns(in: text, [.init(argument: argument)]).values == [expected])
  }

  @Test func headersAreSaid() throws {
    let assumed = try columns(in: "x\n1\n")
    #expect(assumed.layout.headerLine == 1 && assumed.layout.isHeaderAssumed)
    let named = try columns(in: "# c\nx,y\n1,2\n", [.name("x")])
    #expect(named.layout.headerLine == 2 && !named.layout.isHeaderAssumed)
    #expect(try columns(in: "1\n2\n").layout.headerLine == nil)
    // Missing numbers do not hide a name, nor are they one.
    #expect(try columns(in: "x\nNA\n1\n", missing: .leftOut).names == ["x"])
    #expect(try columns(in: "NA\n1\n", missing: .leftOut).skippedRows == 1)
  }

  @Test(arguments: [
    "<0.5", ">5", "5 mm", "1O.5", "12,5", "--5", "1990-01-01", "inf", "$5", "ND", "BDL",
  ])
  func whatIsNoNameIsNoHeader(first: String) {
    expectMessage("data, line 1: found \"\(first)\" in column 1, expected a number") {
      try columns(in: "\(first)\n6\n7\n", [.only], TableDialect(delimiter: .semicolon))
    }
  }
}

private func tableSymbols(in text: String, _ format: SymbolFormat) throws -> [String] {
  try symbols(in: text, format: format)
}
