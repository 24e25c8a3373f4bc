import Foundation
import Testing

/// What `gumbel fit --json` writes.
private struct FitOutput: Decodable {
  struct Interval: Decodable { let lower, upper: Double }
  struct Errors: Decodable { let location, scale: Double }
  struct Intervals: Decodable { let location, scale: Interval }
  struct Distance: Decodable { let statistic, pValue, criticalValue: Double }
  struct Level: Decodable { let period, level, lower, upper: Double }

  let n: Int
  let location, scale, logLikelihood: Double
  let standardErrors: Errors
  let intervals: Intervals
  let ks, andersonDarling: Distance
  let returnLevels: [Level]

  init(_ text: String) throws {
    self = try JSONDecoder().decode(FitOutput.self, from: Data(text.utf8))
  }
}

@Suite struct FitTests {
  /// The largest sea levels, in metres, of each year at Port Pirie: Coles 2001, R's ismev.
  private static let levels = """
    4.03 3.83 3.65 3.88 4.01 4.08 4.18 3.80 4.36 3.96 3.98 4.69 3.85 3.96 3.85 3.93 3.75 3.63 3.57
    4.25 3.97 4.05 4.24 4.22 3.73 4.37 4.06 3.71 3.96 4.06 4.55 3.79 3.89 4.11 3.85 3.86 3.86 4.21
    4.01 4.11 4.24 3.96 4.21 3.74 3.85 3.88 3.66 4.11 3.71 4.18 3.90 3.78 3.91 3.72 4.00 3.66 3.62
    4.33 4.55 3.75 4.08 3.90 3.88 3.94 4.33
    """.split(whereSeparator: \.isWhitespace).map(String.init)

  private static let table =
    "year,level\n" + levels.enumerated().map { "\(1923 + $0),\($1)\n" }.joined()

  @Test func portPirieSeaLevels() throws {
    let outcome = try Gumbel.run(
      ["fit", "-", "--column", "level", "--json", "-", "--return-periods", "10,100"],
      input: Self.table)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let output = try FitOutput(outcome.output)
    #expect(output.n == 65)
    #expect(abs(output.location - 3.86944) < 5e-6)
    #expect(abs(output.scale - 0.19489) < 5e-6)
    #expect(abs(output.standardErrors.location - 0.0255) < 5e-5)
    #expect(abs(output.logLikelihood - 4.2177) < 5e-5)
    #expect(output.intervals.scale.lower < 0.19489 && output.intervals.scale.upper > 0.19489)
    #expect(output.ks.pValue > 0.3 && output.andersonDarling.pValue > 0.5)
    let periods = output.returnLevels.map(\.period)
    #expect(periods == [10, 100])
    let level = output.returnLevels[1]
    #expect(abs(level.level - 4.76596) < 1e-5)
    #expect(level.lower > 4.55 && level.lower < 4.65 && level.upper > 4.9 && level.upper < 5.05)
  }

  @Test func theTableIsInWords() throws {
    let outcome = try Gumbel.run(["fit", "-", "--column", "2"], input: Self.table)
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    for text in [
      "fitted to 65 values by maximum likelihood", "3.8694", "0.1949", "look like a Gumbel",
      "95 % interval (profile likelihood)", "4.7660",
    ] {
      #expect(outcome.output.contains(text), "\(outcome.output)")
    }
  }

  @Test func methodsIntervalsAndMinima() throws {
    let mirrored = Self.levels.map { "-\($0)\n" }.joined()
    let runs = try [
      (Self.table, ["--column", "level"]), (mirrored, ["--minimum"]),
    ].map { text, options in
      try ["mle", "moments", "l-moments"].map { method in
        let outcome = try Gumbel.run(
          ["fit", "-", "--json", "-", "--method", method, "--interval", "bootstrap"] + options,
          input: text)
        return try FitOutput(outcome.output)
      }
    }
    for (maxima, minima) in zip(runs[0], runs[1]) {
      #expect(maxima.location == -minima.location)
      #expect(maxima.scale == minima.scale)
      #expect(maxima.intervals.location.lower == -minima.intervals.location.upper)
      #expect(maxima.andersonDarling.pValue == minima.andersonDarling.pValue)
      #expect(maxima.returnLevels[0].level == -minima.returnLevels[0].level)
    }
    let scales = Set(runs[0].map(\.scale))
    #expect(scales.count == 3)
  }

  @Test func blocksWeightsAndKnownParameters() throws {
    let series = (0..<100).map { "\(($0 * 37) % 101)\n" }.joined()
    let blocks = try FitOutput(
      Gumbel.run(["fit", "-", "--json", "-", "--block-maxima", "9"], input: series).output)
    #expect(blocks.n == 11)
    let weighted = "x,w\n1,2\n2,1\n5,1\nNA,3\n"
    let repeated = "1\n1\n2\n5\n"
    let outputs = try [
      Gumbel.run(
        ["fit", "-", "--json", "-", "--column", "x", "--weights", "w", "--skip-missing"],
        input: weighted), Gumbel.run(["fit", "-", "--json", "-"], input: repeated),
    ].map { try FitOutput($0.output) }
    #expect(abs(outputs[0].location - outputs[1].location) < 1e-12)
    #expect(abs(outputs[0].standardErrors.scale - outputs[1].standardErrors.scale) < 1e-12)
    let known = try FitOutput(
      Gumbel.run(
        ["fit", "-", "--json", "-", "--fix-location", "-1", "--fix-scale", "2"], input: repeated
      ).output)
    #expect(known.location == -1 && known.scale == 2)
    #expect(known.standardErrors.scale == 0)
    #expect(known.intervals.location.lower == -1 && known.intervals.location.upper == -1)
  }

  @Test func picturesAndReportAreWritten() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.table, to: "sea.csv")
    let outcome = try Gumbel.run(
      [
        "fit", "sea.csv", "--column", "level", "--plot", "a.svg", "--report", "r.html", "--json",
        "j.json",
      ], in: folder.folder)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("3.8694"))
    let picture = try folder.read("a.svg")
    #expect(picture.hasPrefix("<svg") && picture.contains("Return levels"))
    let report = try folder.read("r.html")
    #expect(report.hasPrefix("<!DOCTYPE html>"))
    #expect(report.contains("prefers-color-scheme: dark"))
    #expect(!report.contains("src=\"http") && !report.contains("<script "))
    #expect(report.components(separatedBy: "<script>").count == 2)
    #expect(try FitOutput(folder.read("j.json")).n == 65)
    let png = try Gumbel.run(
      ["fit", "-", "--plot", "a.png", "--fix-scale", "1"], input: "3\n", in: folder.folder)
    #expect(png.status == 0)
    let bytes = try Data(contentsOf: folder.url("a.png"))
    #expect(Array(bytes.prefix(4)) == [0x89, 0x50, 0x4E, 0x47])
  }

  /// Numbers near the ends of double precision give a result and pictures like any others.
  @Test(arguments: [
    ("-1e306,1\n1e306,1\n1e305,1\n", []), ("0,1\n1e-310,1\n3e-310,1\n", []),
    ("1,1\n2,1e-20\n3,1e-20\n", []), ("1,1e308\n2,1e308\n", []), ("1,1e-300\n2,1e-300\n", []),
    ("1e15,1\n1000000000000001,1\n", ["--interval", "bootstrap"]),
    ("5,1\n", ["--fix-scale", "1e300"]), ("5,1\n6,1\n", ["--fix-location", "-1e300"]),
    ("1,1\n2,1\n4,1\n", ["--return-periods", "1.0000001,1e300", "--confidence", "0.999999999"]),
  ])
  func extremes(text: String, options: [String]) throws {
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(
      [
        "fit", "-", "--column", "1", "--weights", "2", "--json", "-", "--plot", "a.svg",
        "--report", "a.html",
      ] + options, input: text, in: folder.folder)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors == "")
    #expect(try folder.read("a.svg").hasSuffix("</svg>\n"))
    #expect(!outcome.output.contains("nan"), "\(outcome.output)")
  }

  static let mistakes: [(arguments: [String], message: String, status: Int32)] = [
    (["missing.csv"], "missing.csv: no such file", 1),
    (["empty.txt"], "empty.txt: no rows found, expected one number a row", 1),
    (["one.txt"], "one.txt: found 1 value, expected at least 2", 1),
    (["same.txt"], "same.txt: all values are 2.0, expected some that differ", 1),
    (["table.csv"], "table.csv, line 1: found 2 columns, expected one", 1),
    (["table.csv", "--column", "z"], "no column \"z\", expected one of \"x\", \"w\"", 1),
    (["table.csv", "--column", "x"], "line 3: found \"NA\" in column 1, expected a number; ", 1),
    (
      ["table.csv", "--column", "x", "--weights", "w", "--skip-missing"],
      "line 4: found \"-1\" in column 2, expected a number of 0 or more", 1
    ),
    (["good.txt", "--method", "guess"], "is invalid for '--method", 64),
    (
      ["good.txt", "--block-maxima", "0"], "--block-maxima 0: expected a whole number from 1 to", 64
    ),
    (["good.txt", "--block-maxima", "9"], "expected at least one block of 9", 1),
    (["good.txt", "--block-maxima", "2", "--weights", "1"], "cannot be combined", 64),
    (["good.txt", "--return-periods", "10,1"], "expected numbers above 1", 64),
    (["good.txt", "--return-periods", ""], "expected numbers above 1", 64),
    (
      ["good.txt", "--confidence", "95"], "--confidence 95.0: expected a number between 0 and 1", 64
    ),
    (["good.txt", "--fix-scale", "-1"], "--fix-scale -1.0: expected", 64),
    (["good.txt", "--fix-location", "nan"], "--fix-location nan: expected", 64),
    (["good.txt", "--method", "moments", "--interval", "profile"], "goes with --method mle", 64),
    (["good.txt", "--replicates", "5"], "--replicates 5: expected", 64),
    (
      ["good.txt", "--weights", "1", "--interval", "bootstrap", "--replicates", "1000000"],
      "values are too many", 1
    ),
    (["good.txt", "--plot", "a.gif"], "--plot a.gif: expected a name that ends in", 64),
    (["good.txt", "--report", "no/such.html"], "no/such.html", 1),
    (["good.txt", "--delimiter", "ab"], "expected one character", 64),
    ([], "Missing expected argument '<data>'", 64),
  ]

  @Test(arguments: mistakes.indices) func mistake(index: Int) throws {
    let mistake = Self.mistakes[index]
    let folder = try TemporaryFolder()
    for (name, text) in [
      "empty.txt": "", "one.txt": "1\n", "same.txt": "2\n2\n", "good.txt": "100\n200\n400\n",
      "table.csv": "x,w\n1,2\nNA,1\n3,-1\n",
    ] {
      try folder.write(text, to: name)
    }
    try folder.write("what was there", to: "old.json")
    let outcome = try Gumbel.run(
      ["fit"] + mistake.arguments + ["--json", "old.json"], in: folder.folder)
    #expect(outcome.status == mistake.status)
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
    #expect(try folder.read("old.json") == "what was there")
  }

  @Test func helpHasExamples() throws {
    let outcome = try Gumbel.run(["fit", "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("EXAMPLES"))
  }
}
