import Foundation
import Testing

/// What `gumbel fit --json` writes of a fit with a shape.
private struct Extremes: Decodable {
  struct Test: Decodable { let statistic, pValue: Double }
  struct Fitted: Decodable {
    let parameters: Int
    let logLikelihood, aic: Double
    let estimates: [String: Double]
  }
  struct Interval: Decodable {
    let lower, upper: Double
    let method: String
  }
  struct Level: Decodable { let period, level, lower, upper, standardError: Double }
  struct Period: Decodable {
    let level, probability: Double
    let period, lower, upper: Double?
  }
  struct Clusters: Decodable {
    let exceedances, clusters, runLength, values: Int
    let extremalIndex: Double
  }
  struct Points: Decodable {
    let plottingPosition: String
    let probabilities, returnPeriods: [Double]
  }

  let family: String?
  let location, scale, shape, trend, threshold, rate, covariate: Double?
  let n: Double
  let values: Int
  let logLikelihood: Double
  let aic: Double?
  let tests: [String: Test]?
  let alternatives: [String: Fitted]?
  let intervals: [String: Interval]
  let fixed: [String: Bool]
  let returnLevels: [Level]
  let levels: [Period]?
  let exceedances: Clusters?
  let points: Points

  init(_ table: String, _ arguments: [String]) throws {
    let outcome = try Gumbel.run(["fit", "-", "--json", "-"] + arguments, input: table)
    try #require(outcome.status == 0, "\(outcome.errors)")
    self = try JSONDecoder().decode(Extremes.self, from: Data(outcome.output.utf8))
  }
}

/// Annual maximum floods of the North Saskatchewan River at Edmonton, 1000 cubic feet a second: R's
/// package evd, data set `sask`.
private let floods = """
  19.885 20.94 21.82 23.7 24.888 25.46 25.76 26.72 27.5 28.1 28.6 30.2 30.38 31.5 32.6 32.68 34.4
  35.347 35.7 38.1 39.02 39.2 40 40.4 40.4 42.25 44.02 44.73 44.9 46.3 50.33 51.442 57.22 58.7
  58.8 61.2 61.74 65.44 65.597 66 74.1 75.8 84.1 106.6 109.7 121.97 121.97 185.56
  """.split(whereSeparator: \.isWhitespace).map(String.init)

@Suite struct FitFamilyTests {
  private static let table = "flow\n" + floods.joined(separator: "\n") + "\n"

  @Test func aTailThatIsNotGumbelsIsSaidFirst() throws {
    let first = "The data reject a Gumbel tail (shape 0.43, p = 0.0006)"
    let levels = "once in 100 values is 244 with it, and 125 without"
    let auto = try Gumbel.run(["fit", "-", "--family", "auto"], input: Self.table)
    #expect(auto.output.hasPrefix(first + ": the level that is passed " + levels + ".\n"))
    #expect(auto.output.contains("Generalized extreme value distribution of maxima, fitted to 48"))
    let silent = try Gumbel.run(["fit", "-"], input: Self.table)
    #expect(silent.output.hasPrefix(first + ", so the levels mislead: "))
    #expect(silent.output.contains(levels + "; --family gev fits that.\nGumbel distribution of"))
    let asked = try Gumbel.run(["fit", "-", "--family", "gumbel"], input: Self.table)
    #expect(asked.output.hasPrefix("Gumbel distribution of maxima"))
    // Beside that line, nothing changes.
    let rest = silent.output.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
    #expect(rest[1] == asked.output)
    let json = try [["--family", "gumbel"], []].map {
      try Gumbel.run(["fit", "-", "--json", "-"] + $0, input: Self.table).output
    }
    #expect(json[0] == json[1] && !json[0].contains("shape"))
    let folder = try TemporaryFolder()
    _ = try Gumbel.run(
      ["fit", "-", "--family", "auto", "--report", "r.html"], input: Self.table, in: folder.folder)
    let page = try folder.read("r.html")
    let body = try #require(page.range(of: "<p>"))
    #expect(page[body.lowerBound...].hasPrefix("<p><strong>" + first))
    #expect(page.contains("AIC"))
  }

  @Test func numbersOfTheFloods() throws {
    let fit = try Extremes(
      Self.table, ["--family", "auto", "--return-periods", "100", "--levels", "150,1e5"])
    #expect(fit.family == "generalized extreme value distribution")
    #expect(abs(fit.shape! - 0.432_975) < 1e-6 && abs(fit.location! - 35.066_253) < 1e-5)
    #expect(abs(fit.returnLevels[0].level - 243.860_31) < 1e-4)
    #expect(abs(fit.returnLevels[0].lower - 133.990) < 0.01)
    #expect(abs(fit.returnLevels[0].upper - 786.039) < 0.01)
    #expect(abs(fit.tests!["shape"]!.pValue - 0.000_575_26) < 1e-7)
    let (with, without) = (fit.alternatives!["gev"]!, fit.alternatives!["gumbel"]!)
    #expect(with.parameters == 3 && without.parameters == 2 && with.aic == fit.aic)
    #expect(abs(without.aic - 446.056) < 1e-3 && without.estimates["shape"] == nil)
    #expect(fit.intervals["shape"]?.method == "profile" && fit.fixed["shape"] == false)
    let levels = try #require(fit.levels)
    #expect(abs(levels[0].period! - 32.5) < 0.1 && levels[0].lower! < 12)
    #expect(abs(levels[0].probability * levels[0].period! - 1) < 1e-12)
    #expect(levels[1].period! > 1e6)
  }

  /// Where the data say nothing against it, auto is the Gumbel distribution, with the same numbers.
  @Test func autoMayBeGumbel() throws {
    let points = (1...40).map { (i: Int) -> Double in (Double(i) - 0.44) / 40.12 }
    let table = points.map { "\(-log(-log($0)))\n" }.joined()
    let (auto, plain) = try (
      Extremes(table, ["--family", "auto"]), Extremes(table, ["--family", "gumbel"])
    )
    #expect(auto.family == "Gumbel distribution" && auto.shape == 0 && plain.family == nil)
    #expect(abs(auto.location! - plain.location!) < 1e-8)
    #expect(abs(auto.scale! - plain.scale!) < 1e-8)
    #expect(abs(auto.intervals["scale"]!.upper - plain.intervals["scale"]!.upper) < 1e-7)
    #expect(
      abs(auto.returnLevels[2].lower - plain.returnLevels[2].lower) < 1e-6
        && abs(auto.returnLevels[2].upper - plain.returnLevels[2].upper) < 1e-6)
    #expect(abs(auto.returnLevels[2].standardError - plain.returnLevels[2].standardError) < 1e-7)
    let text = try Gumbel.run(["fit", "-", "--family", "auto"], input: table).output
    #expect(text.hasPrefix("The data do not tell the shape from 0, a Gumbel tail"))
  }

  @Test func minimaAreMirrored() throws {
    let mirrored = floods.map { "-\($0)\n" }.joined()
    for method in ["mle", "moments", "l-moments"] {
      let (a, b) = try (
        Extremes(Self.table, ["--family", "gev", "--method", method]),
        Extremes(mirrored, ["--family", "gev", "--method", method, "--minimum"])
      )
      #expect(a.shape == b.shape && a.location == -b.location!)
      #expect(a.returnLevels[1].upper == -b.returnLevels[1].lower)
      #expect(a.intervals["shape"]?.method == (method == "mle" ? "profile" : "wald"))
    }
  }

  @Test func exceedancesOfAThreshold() throws {
    // Two years of 100 rows, in which values above 10 come in pairs.
    var rows: [String] = []
    for i in 0..<200 {
      let p = (Double((i / 10 * 7) % 20) + 0.5) / 20
      let height = 10.5 - 4 * log(p) + 0.1 * Double(i % 2)
      rows.append(i % 10 < 2 ? "\(height)" : "3")
    }
    let table = "x\nNA\n" + rows.joined(separator: "\n") + "\n"
    let all = try Extremes(
      table, ["--threshold", "10", "--rows-per-period", "100", "--skip-missing"])
    #expect(all.family == "generalized Pareto distribution" && all.threshold == 10)
    #expect(all.values == 40 && all.rate == 20 && all.exceedances?.extremalIndex == 1)
    let clusters = try Extremes(
      table,
      [
        "--threshold", "10", "--rows-per-period", "100", "--decluster-runs", "3",
        "--skip-missing", "--levels", "20,25",
      ])
    #expect(clusters.exceedances?.exceedances == 40 && clusters.exceedances?.clusters == 20)
    #expect(clusters.rate == 10 && clusters.exceedances?.values == 200)
    #expect(clusters.fixed["threshold"] == true && clusters.location == nil)
    #expect(clusters.points.returnPeriods.max()! > 1)
    #expect(clusters.levels!.count == 2 && clusters.levels![0].period! < 2)
    let folder = try TemporaryFolder()
    let outcome = try Gumbel.run(
      [
        "fit", "-", "--threshold", "10", "--rows-per-period", "100", "--skip-missing", "--report",
        "r.html", "--plot", "a.svg",
      ], input: table, in: folder.folder)
    #expect(outcome.output.contains("40 values of 200 beyond the threshold"), "\(outcome.output)")
    let page = try folder.read("r.html")
    #expect(page.contains("Mean excess") && page.contains("Modified scale"))
    #expect(try folder.read("a.svg").contains("threshold"))
  }

  @Test func severalLargestAndTrends() throws {
    // Thirty years of ten values that rise by 0.5 a year.
    var rows = ["year,x"]
    var state: UInt32 = 1
    for year in 0..<30 {
      for _ in 0..<10 {
        state = state &* 1_664_525 &+ 1_013_904_223
        let p = (Double(state >> 8) + 0.5) / Double(1 << 24)
        let rise = 0.5 * Double(year)
        rows.append("\(1990 + year),\(rise - log(-log(p)))")
      }
    }
    let table = rows.joined(separator: "\n") + "\n"
    let blocks = ["--column", "x", "--block-by", "year"]
    let one = try Extremes(table, blocks + ["--family", "gev", "--trend", "year"])
    #expect(one.values == 30 && one.covariate == 2019 && abs(one.trend! - 0.5) < 0.1)
    #expect(one.tests!["trend"]!.pValue < 1e-6)
    let several = try Extremes(table, blocks + ["--largest", "3", "--trend", "year"])
    #expect(several.values == 90 && several.n == 30 && abs(several.trend! - 0.5) < 0.1)
    let still = try Extremes(table, blocks + ["--trend", "year"])
    #expect(still.fixed["shape"] == true && still.shape == 0 && still.trend != nil)
    let text = try Gumbel.run(
      ["fit", "-", "--trend", "year"] + blocks, input: table
    ).output
    #expect(text.contains("There is a trend: the location changes by 0."), "\(text)")
    #expect(text.contains("where the covariate is 2019"))
    #expect(text.contains("blocks on average"))
  }

  @Test(arguments: [
    ("weibull", 0.25, "i / (n + 1)"), ("hazen", 1.0 / 6, "(i - 0.5) / n"),
    ("gringorten", 0.56 / 3.12, "(i - 0.44) / (n + 0.12)"),
    ("cunnane", 0.6 / 3.2, "(i - 0.4) / (n + 0.2)"),
  ])
  func plottingPositions(name: String, first: Double, formula: String) throws {
    let fit = try Extremes("1\n2\n4\n", ["--plotting-position", name])
    #expect(abs(fit.points.probabilities[0] - first) < 1e-12)
    #expect(abs(fit.points.probabilities[2] - (1 - first)) < 1e-12)
    #expect(fit.points.plottingPosition.hasSuffix(": " + formula))
  }

  static let mistakes: [(arguments: [String], message: String, status: Int32)] = [
    (["--family", "weibull"], "is invalid for '--family", 64),
    (["--threshold", "nan"], "--threshold nan: expected a finite number", 64),
    (["--decluster-runs", "2"], "--decluster-runs: expected it with --threshold", 64),
    (["--rows-per-period", "2"], "--rows-per-period: expected it with --threshold", 64),
    (["--threshold", "2", "--rows-per-period", "0"], "--rows-per-period 0: expected", 64),
    (["--largest", "2"], "--largest: expected it with --block-maxima or --block-by", 64),
    (["--threshold", "1", "--largest", "2"], "--threshold and --largest: expected only one", 64),
    (["--threshold", "1", "--trend", "1"], "--trend: cannot be combined with --threshold", 64),
    (
      ["--threshold", "1", "--block-maxima", "2", "--rows-per-period", "2"],
      "--rows-per-period: cannot be combined with --block-maxima", 64
    ),
    (
      ["--threshold", "1", "--method", "moments", "--family", "gumbel"],
      "--method moments: cannot be combined with --family gumbel and --threshold", 64
    ),
    (["--threshold", "1", "--weights", "1"], "--weights: cannot be combined", 64),
    (["--levels", "1,x"], "--levels 1,x: expected numbers, separated by commas", 64),
    (["--family", "gev", "--fix-scale", "1"], "--fix-scale: cannot be combined with --family", 64),
    (
      ["--family", "auto", "--method", "moments"],
      "--method moments: cannot be combined with --family auto", 64
    ),
    (["--threshold", "300"], "found 1 value beyond the threshold 300, expected at least 2", 1),
    (["--threshold", "150", "--return-periods", "1.1"], "fewer than one value passes", 1),
    (["--family", "gev"], "the likelihood has no maximum with a shape above -1", 1),
    (["--plotting-position", "beard"], "is invalid for '--plotting-position", 64),
  ]

  /// A threshold that is passed once in 20 rows has no level that is passed once in 10.
  @Test func theUsualPeriodsAreLongerThanBetweenPassings() throws {
    let numbers = (0..<600).map { row in
      row % 20 == 0 ? "\(50 - 30 * log((Double(row / 20) + 0.5) / 30))\n" : "1\n"
    }.joined()
    func periods(_ options: [String]) throws -> [Double] {
      struct Output: Decodable {
        struct Level: Decodable { let period: Double }
        let returnLevels: [Level]
      }
      let outcome = try Gumbel.run(
        ["fit", "-", "--threshold", "50", "--interval", "wald", "--json", "-"] + options,
        input: numbers)
      #expect(outcome.status == 0, "\(outcome.errors)")
      return try decoded(Output.self, outcome.output).returnLevels.map(\.period)
    }
    #expect(try periods([]) == [100, 500, 1000])
    #expect(try periods(["--rows-per-period", "100"]) == [10, 50, 100])
    #expect(try periods(["--return-periods", "30"]) == [30])
  }

  @Test(arguments: mistakes.indices) func mistake(index: Int) throws {
    let mistake = Self.mistakes[index]
    let outcome = try Gumbel.run(["fit", "-"] + mistake.arguments, input: "100\n200\n400\n")
    #expect(outcome.status == mistake.status, "\(outcome.output)")
    #expect(outcome.output == "")
    #expect(outcome.errorLines.count == 1)
    #expect(outcome.errors.contains(mistake.message), "\(outcome.errors)")
  }
}
