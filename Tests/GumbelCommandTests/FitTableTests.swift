import Foundation
import Testing

/// The parts of what `gumbel fit --json` writes that say what was fitted.
private struct Fitted: Decodable {
  struct Column: Decodable {
    let name: String?
    let position: Int
  }
  struct Header: Decodable {
    let line: Int?
    let assumed: Bool
  }
  struct Block: Decodable {
    let name: String
    let extreme: Double?
    let present, expected: Int
  }
  struct Blocks: Decodable {
    let cutBy, unit: String
    let count, missingValues, unusedRows: Int
    let used, leftOut: [Block]
  }
  struct Level: Decodable { let period, level, standardError: Double }
  struct Points: Decodable {
    let plottingPosition: String
    let values, probabilities, returnPeriods: [Double]
  }
  struct Suspicious: Decodable {
    let value: Double
    let rows: Int
  }

  let version, file, method, extremes: String
  let column: Column
  let weights: Column?
  let header: Header
  let n, location, scale: Double
  let values, rows, rowsLeftOut, seed: Int
  let blocks: Blocks?
  let returnLevels: [Level]
  let points: Points
  let suspicious: [Suspicious]?

  /// What `gumbel fit - --json -` writes for a table.
  init(_ table: String, _ arguments: [String], warning: String? = nil) throws {
    let outcome = try Gumbel.run(["fit", "-", "--json", "-"] + arguments, input: table)
    try #require(outcome.status == 0, "\(outcome.errors)")
    if let warning {
      #expect(outcome.errors.contains(warning), "\(outcome.errors)")
    } else {
      #expect(outcome.errors == "")
    }
    self = try JSONDecoder().decode(Fitted.self, from: Data(outcome.output.utf8))
  }
}

@Suite struct FitTableTests {
  /// Tables as people have them, and the numbers that are in them, in ascending order.
  private static let tables: [(text: String, arguments: [String], values: [Double])] = [
    (
      "year;flow\n1990;12,5\n1991;9,25\n1992;20\n", ["--column", "flow", "--decimal", ","],
      [9.25, 12.5, 20]
    ),
    (
      "year,flow\n1,\"1,234.5\"\n2,\"1,100\"\n3,\"2,345.0\"\n", ["--column", "flow"],
      [1100, 1234.5, 2345]
    ),
    ("12,5\n9,25\n20,0\n", ["--decimal", ","], [9.25, 12.5, 20]),
    ("12,5\n9,25\n20\n", ["--decimal", "comma"], [9.25, 12.5, 20]),
    (
      "# USGS\na\tva\n5s\t8s\nx\t195000\nx\t\nx\t230000\n", ["--column", "va", "--skip-missing"],
      [195000, 230000]
    ),
    ("a b\n1  5\n2  7\n", ["--column", "b"], [5, 7]),
    ("% a\nx\n5\n% b\n7\n", ["--comment", "%"], [5, 7]),
    ("some title\nand more\nx,y\n5,1\n7,2\n", ["--skip-rows", "2", "--column", "x"], [5, 7]),
    ("x\n5\n-9999\n7\n-9999.0\n.\n-\n", ["--missing", "-9999,."], [5, 7]),
    ("x\n5\n#N/A\nNone\n<NA>\n7\n.\n-\n", ["--skip-missing"], [5, 7]),
    ("2019,2020\n1,2\n3,4\n", ["--column", "2020"], [2, 4]),
    ("2019,2020\n1,2\n3,4\n", ["--column", "#1", "--header"], [1, 3]),
    ("#5\n5\n7\n", [], [5, 7]),
  ]

  @Test(arguments: tables.indices) func table(index: Int) throws {
    let table = Self.tables[index]
    #expect(try Fitted(table.text, table.arguments).points.values == table.values)
  }

  @Test func aGzippedTableIsRead() throws {
    let folder = try TemporaryFolder()
    // "x", 1.5, 3 and 2.25, a line each.
    let bytes: [UInt8] = [
      0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xAB, 0xE0, 0x32, 0xD4,
      0x33, 0xE5, 0x32, 0xE6, 0x32, 0xD2, 0x33, 0x32, 0xE5, 0x02, 0x00, 0xF4, 0x8A, 0xB5,
      0x8E, 0x0D, 0x00, 0x00, 0x00,
    ]
    try Data(bytes).write(to: folder.url("a.csv"))
    let whole = try Gumbel.run(["fit", "a.csv", "--json", "-"], in: folder.folder)
    let fit = try JSONDecoder().decode(Fitted.self, from: Data(whole.output.utf8))
    #expect(fit.points.values == [1.5, 2.25, 3] && fit.file == "a.csv")
    try Data(bytes.dropLast(9)).write(to: folder.url("cut.csv.gz"))
    let cut = try Gumbel.run(["fit", "cut.csv.gz"], in: folder.folder)
    #expect(cut.status == 1)
    #expect(cut.errors.contains("cut.csv.gz: the gzip file ends after"), "\(cut.errors)")
  }

  @Test func whatWasFittedIsSaid() throws {
    let fit = try Fitted(
      "x,w\n1,3\n2,2\n3,0\n10,1\n", ["--column", "x", "--weights", "w", "--minimum", "--seed", "7"])
    #expect(fit.file == "standard input" && fit.method == "mle" && fit.extremes == "minima")
    #expect(fit.column.name == "x" && fit.column.position == 1 && fit.weights?.name == "w")
    #expect(fit.header.line == 1 && !fit.header.assumed)
    // Weights count observations.
    #expect(fit.n == 6 && fit.values == 3 && fit.rows == 4 && fit.seed == 7)
    #expect(fit.blocks == nil && fit.suspicious == nil && !fit.version.isEmpty)
    let plain = try Fitted(
      "x\n1\nNA\n4\n2\n", ["--skip-missing", "--return-periods", "1.0001,100"])
    #expect(plain.n == 3 && plain.rows == 4 && plain.rowsLeftOut == 1)
    #expect(plain.header.line == 1 && plain.header.assumed)
    #expect(plain.points.plottingPosition.contains("i / (n + 1)"))
    #expect(plain.points.values == [1, 2, 4])
    let positions = plain.points.probabilities.map { ($0 * 4).rounded() / 4 }
    #expect(positions == [0.25, 0.5, 0.75])
    #expect(plain.returnLevels[1].standardError > plain.returnLevels[0].standardError)
    #expect(plain.returnLevels[0].period == 1.0001)
  }

  @Test func theTableSaysWhatWasRead() throws {
    let folder = try TemporaryFolder()
    try folder.write("x\n1\nNA\n4\n2\n", to: "a.csv")
    let outcome = try Gumbel.run(
      [
        "fit", "a.csv", "--skip-missing", "--return-periods", "1.0001,10", "--report", "a.html",
      ], in: folder.folder)
    for text in [
      "(a.csv, column \"x\", taking line 1 for the names of columns)",
      "(1 row without a number left out)", "\n1.0001  ",
    ] {
      #expect(outcome.output.contains(text), "\(outcome.output)")
    }
    let page = try folder.read("a.html")
    for text in ["a.csv, column", "i / (n + 1)", "--report a.html</pre>", "seed 42"] {
      #expect(page.contains(text))
    }
    let weighted = try Gumbel.run(
      ["fit", "-", "--column", "1", "--weights", "2"], input: "1,2\n2,1\n5,1\n")
    #expect(weighted.output.contains("3 values that stand for 4 observations"))
    #expect(weighted.output.contains("without names of columns"))
  }

  @Test func suspiciousNumbersAreSaid() throws {
    let found = try Fitted(
      "4100\n-999\n3900\n3300\n2900\n", [],
      warning: "found -999 in 1 row of the column, far from the rest; if it stands for a missing "
        + "value, --missing -999 leaves it out")
    #expect(found.suspicious?.first?.value == -999 && found.suspicious?.first?.rows == 1)
    // Near the rest, or asked for, it is a number like any other.
    #expect(try Fitted("-7\n-9\n-3\n-12\n", []).suspicious == nil)
    #expect(try Fitted("3\n-99\n5\n", ["--missing", "-99"]).suspicious == nil)
  }

  private static let mistakes:
    [(text: String, arguments: [String], message: String, status: Int32)] = [
      ("<0.5\n6\n7\n5.5\n6.2\n", [], "line 1: found \"<0.5\" in column 1, expected a number", 1),
      (
        "a;b\n1;12,5\n2;9,25\n", ["--column", "b"],
        "found \"12,5\" in column 2, expected a number; --decimal , reads it", 1
      ),
      (
        "\"1,100\"\n\"2,345\"\n", [],
        "expected a number without doubt; --decimal , or --decimal . says which", 1
      ),
      ("x\n1\n-9999\n", ["--decimal", ";"], "is invalid for '--decimal", 64),
      ("x\n1\n2\n", ["--missing", ","], "--missing: expected values separated by commas", 64),
      ("x\n1\n2\n", ["--skip-rows", "-1"], "--skip-rows -1: expected a whole number", 64),
      ("x\n1\n2\n", ["--max-line", "0"], "is invalid for '--max-line", 64),
      (
        "x\n1\n22222\n", ["--max-line", "4"],
        "line 3: longer than 4 bytes, the limit; --max-line sets it", 1
      ),
      (
        "x\n1\n2\n", ["--block-unit", "year"],
        "--block-unit: describes dates; expected it with --dates or --block-by", 64
      ),
      ("x\n1\n2\n", ["--block-coverage", "0.5"], "--block-coverage: expected it with", 64),
      ("x\n1\n2\n", ["--block-maxima", "1", "--block-by", "x"], "expected only one of them", 64),
      (
        "1\n2\n4\n", ["--fix-location=-1e308", "--method", "moments"],
        "beyond the range of double precision", 1
      ),
      ("1\n2\n4\n", ["--fix-scale=1e308"], "beyond the range of double precision", 1),
      (
        "1\n2\n4\n", ["--fix-location=1e308", "--method", "moments", "--minimum"],
        "beyond the range of double precision", 1
      ),
    ]

  @Test(arguments: mistakes.indices) func mistake(index: Int) throws {
    let mistake = Self.mistakes[index]
    let outcome = try Gumbel.run(["fit", "-"] + mistake.arguments, input: mistake.text)
    #expect(outcome.status == mistake.status)
    #expect(outcome.output == "")
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
  }

  // MARK: - Blocks

  /// Twelve blocks of 365 rows; gaps must not move the largest of one block into another.
  @Test func blocksAreCutOverAllRows() throws {
    var rows: [String] = []
    for block in 0..<12 {
      for day in 0..<365 {
        // The largest is at the block's end, and the next block begins low.
        rows.append(day % 36 == 5 ? "NA" : "\(100 * (block % 3) + day)")
      }
    }
    let table = "mm\n" + rows.joined(separator: "\n") + "\n1\n2\n3\n"
    let fit = try Fitted(table, ["--column", "mm", "--block-maxima", "365", "--skip-missing"])
    #expect(fit.values == 12)
    #expect(Set(fit.points.values) == [364, 464, 564])
    #expect(fit.blocks?.missingValues == 12 * 10)
    #expect(fit.blocks?.unusedRows == 3)
    #expect(fit.blocks?.used.first?.present == 355)
    let text = try Gumbel.run(
      ["fit", "-", "--column", "mm", "--block-maxima", "365", "--skip-missing"], input: table)
    #expect(
      text.output.contains(
        "(12 blocks by 365 rows; 120 values missing from them; 3 rows at the end unused, since they "
          + "fill no block)"), "\(text.output)")
  }

  @Test func blocksByAColumn() throws {
    let table = "year,q\n1990,5\n1991,7\n1990,6\n1992,NA\n1991,3\n,99\n"
    let fit = try Fitted(table, ["--column", "q", "--block-by", "year", "--skip-missing"])
    #expect(fit.points.values == [6, 7])
    #expect(fit.blocks?.leftOut.map(\.name) == ["1992"])
    #expect(fit.blocks?.unusedRows == 1)
    #expect(fit.blocks?.cutBy == "equal values of \"year\"")
  }

  @Test func blocksByDates() throws {
    var rows = ["date;q"]
    for month in 1...36 {
      let (year, of) = (2001 + (month - 1) / 12, (month - 1) % 12 + 1)
      rows.append("\(year)-\(of < 10 ? "0" : "")\(of);\(month)")
    }
    let table = rows.joined(separator: "\n")
    let years = try Fitted(table, ["--column", "q", "--block-by", "date", "--block-unit", "year"])
    #expect(years.points.values == [12, 24, 36])
    #expect(years.blocks?.used.map(\.name) == ["2001", "2002", "2003"])
    let water = try Fitted(
      table,
      [
        "--column", "q", "--block-by", "date", "--block-unit", "water-year", "--block-coverage",
        "0.9",
      ])
    #expect(water.points.values == [21, 33])
    #expect(water.blocks?.leftOut.map(\.name) == ["2001", "2004"])
    #expect(water.blocks?.leftOut.first?.expected == 12)
    let april = try Fitted(
      table, ["--column", "q", "--block-by", "date", "--year-starts", "apr"],
      warning: "2 blocks with less than 0.9 of the values: 2001, 2004; --block-coverage 0.9 leaves")
    #expect(april.points.values == [3, 15, 27, 36])
    let months = try Fitted(
      table, ["--column", "q", "--block-by", "date", "--block-unit", "month"])
    #expect(months.values == 36)
    // Of 04/05/1990 the year is sure, and nothing else.
    let either = "d,q\n04/05/1990,1\n05/04/1990,3\n01/02/1991,7\n"
    let sure = try Fitted(
      either, ["--column", "q", "--block-by", "d", "--block-unit", "year"], warning: ": 1990, 1991;"
    )
    #expect(sure.points.values == [3, 7])
    for (text, unit, message) in [
      (
        either, "month", "line 2, column \"d\": found \"04/05/1990\", of which the day or the month"
      ),
      (either + "x,1\n", "year", "line 5, column \"d\": found \"x\", expected a date"),
    ] {
      let outcome = try Gumbel.run(
        ["fit", "-", "--column", "q", "--block-by", "d", "--block-unit", unit], input: text)
      #expect(outcome.status == 1 && outcome.errors.contains(message), "\(outcome.errors)")
    }
    let unsaid = try Gumbel.run(["fit", "-", "--column", "q", "--block-by", "date"], input: table)
    #expect(unsaid.status == 1)
    #expect(unsaid.errors.contains("expected --block-unit year, water-year or month"))
  }
}
