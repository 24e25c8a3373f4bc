import ArgumentParser
import Gumbel

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a Gumbel distribution to extreme values in a table.",
    discussion: """
      Yearly floods, the strongest gust of a month, the weakest link of a chain: the largest, or \
      smallest, of many values follows a Gumbel distribution. The fit says where such values lie, \
      how sure that is, whether the data look like such a distribution at all, and which level is \
      passed once in so many years on average.

      EXAMPLES
        gumbel fit sea-levels.csv --column level --report sea-levels.html
        gumbel fit rain.csv --column mm --block-maxima 365 --return-periods 10,100
        gumbel fit strengths.txt --minimum --interval bootstrap
        sensor | gumbel fit - --json - --plot fit.svg
      """)

  enum Interval: String, ExpressibleByArgument, CaseIterable { case wald, profile, bootstrap }

  @Argument(help: "A table of numbers, or - for standard input.")
  var data: String
  @OptionGroup(title: "Reading") var table: NumberTableOptions

  @Option(
    help: ArgumentHelp(
      "Maximum likelihood (mle), moments or l-moments.", valueName: "name"))
  var method = GumbelFit.Method.maximumLikelihood
  @Flag(help: "The values are minima, with the long tail below.") var minimum = false
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Fit the largest (with --minimum the smallest) of each n successive values.",
      valueName: "n"))
  var blockMaxima: Int?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("The location, if it is known.", valueName: "x"))
  var fixLocation: Double?
  @Option(
    parsing: .unconditional, help: ArgumentHelp("The scale, if it is known.", valueName: "x"))
  var fixScale: Double?

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp(
      "Give the levels that are passed once in so many values.", valueName: "t,t,…"))
  var returnPeriods = "10,50,100"
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("How often intervals hold the truth.", valueName: "p"))
  var confidence = 0.95
  @Option(
    help: ArgumentHelp(
      """
      wald (from standard errors), profile (from the likelihood: the default for mle and up to a \
      million values) or bootstrap (from simulated samples, exact for small ones).
      """, valueName: "name"))
  var interval: Interval?
  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Samples that the bootstrap simulates.", valueName: "n"))
  var replicates = 2000
  @Option(parsing: .unconditional, help: "The same seed gives the same simulations.")
  var seed: UInt64 = 42

  @Option(
    help: ArgumentHelp(
      "Write the result as JSON; - for JSON alone on standard output.", valueName: "path"))
  var json: String?
  @Option(
    help: ArgumentHelp(
      "Draw density, quantiles and return levels: an .svg or .png file.", valueName: "path"))
  var plot: String?
  @Option(help: ArgumentHelp("Write a page with pictures and numbers: .html.", valueName: "path"))
  var report: String?

  func run() throws {
    let periods = try checkOptions()
    let columns = try table.read(data)
    let source = InputSource(argument: data).name
    let fit = try fit(columns, source: source)
    let result = try FitResult(
      fit, periods: periods, confidence: confidence, interval: intervalMethod(for: fit),
      key: RandomKey(seed))
    try write(result, columns)
  }

  // MARK: - Options

  private func checkOptions() throws -> [Double] {
    let periods = try returnPeriods.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let period = Double($0), period > 1, period.isFinite else {
        throw CommandFailure(
          "--return-periods \(returnPeriods): expected numbers above 1, separated by commas")
      }
      return period
    }
    guard confidence > 0, confidence < 1 else {
      throw CommandFailure("--confidence \(confidence): expected a number between 0 and 1")
    }
    if let blockMaxima, blockMaxima < 1 {
      throw CommandFailure("--block-maxima \(blockMaxima): expected 1 or more")
    }
    if blockMaxima != nil, table.weights != nil {
      throw CommandFailure("--block-maxima: cannot be combined with --weights")
    }
    if let fixLocation, !fixLocation.isFinite {
      throw CommandFailure("--fix-location \(fixLocation): expected a finite number")
    }
    if let fixScale, !(fixScale > 0 && fixScale.isFinite) {
      throw CommandFailure("--fix-scale \(fixScale): expected a finite number above 0")
    }
    if interval == .profile, method != .maximumLikelihood {
      throw CommandFailure(
        "--interval profile: goes with --method mle; expected wald or bootstrap")
    }
    guard (100...1_000_000).contains(replicates) else {
      throw CommandFailure("--replicates \(replicates): expected a number from 100 to 1000000")
    }
    try OptionChecks.outputs(json: json, plot: plot, report: report)
    return periods
  }

  private func fit(_ columns: NumberColumns, source: String) throws -> GumbelFit {
    let extreme = minimum ? GumbelFit.Extreme.minimum : .maximum
    var values = columns.values[0]
    if let blockMaxima {
      values = GumbelFit.blockExtremes(of: values, size: blockMaxima, extreme)
      if values.isEmpty {
        throw CommandFailure(
          "\(source): found \(columns.values[0].count) values, "
            + "expected at least one block of \(blockMaxima)")
      }
    }
    do {
      return try Gumbel.fit(
        to: values, weights: columns.values.count > 1 ? columns.values[1] : nil,
        location: fixLocation, scale: fixScale, method: method, extreme: extreme)
    } catch {
      throw CommandFailure("\(source): \(error)")
    }
  }

  /// The method asked for, or the best one that is fast.
  private func intervalMethod(for fit: GumbelFit) throws -> GumbelFit.IntervalMethod {
    let usual: Interval =
      method == .maximumLikelihood && fit.count <= 1_000_000 ? .profile : .wald
    switch interval ?? usual {
    case .wald: return .wald
    case .profile: return .profileLikelihood
    case .bootstrap:
      let draws = fit.totalWeight * Double(replicates)
      guard draws <= 5e8 else {
        throw CommandFailure(
          "--interval bootstrap: \(replicates) samples of \(Int(min(fit.totalWeight, 1e18))) "
            + "values are too many; expected fewer --replicates, or --interval wald")
      }
      return .bootstrap(GumbelBootstrap(fit, replicates: replicates, key: RandomKey(seed)))
    }
  }

  // MARK: - Results

  private func write(_ result: FitResult, _ columns: NumberColumns) throws {
    let name = columns.names?[0] ?? "value"
    let table = FitTable(
      result: result, name: name, skippedRows: columns.skippedRows, blockSize: blockMaxima)
    if plot != nil || report != nil {
      let pictures = FitPictures(result: result, name: name)
      if let plot {
        try pictures.figure.write(to: plot)
      }
      if let report {
        let page = FitReport(table: table, pictures: pictures)
        try AtomicFile.write(page.html, to: report)
      }
    }
    try JSON.write(result, to: json, or: table.text)
  }
}

extension GumbelFit.Method: ExpressibleByArgument {}
