import ArgumentParser
import SwiftGumbel

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a Gumbel distribution to extreme values in a table.",
    discussion: """
      Yearly floods, the strongest gust of a month, the weakest link of a chain: the largest, or \
      smallest, of many values follows a Gumbel distribution. The fit says where such values lie, \
      how sure that is, whether the data look like such a distribution at all, and which level is \
      passed once in so many years on average. --plot draws density, quantiles and return levels.

      EXAMPLES
        gumbel fit sea-levels.csv --column level --report sea-levels.html
        gumbel fit rain.csv --column mm --block-by date --block-unit year
        gumbel fit peaks.rdb --column peak_va --missing -9999 --return-periods 10,100
        gumbel fit pegel.csv --column Abfluss --decimal ,
        gumbel fit strengths.txt --minimum --interval bootstrap
        sensor | gumbel fit - --json - --plot fit.svg
      """)

  enum Interval: String, ExpressibleByArgument, CaseIterable { case wald, profile, bootstrap }

  @Argument(help: "A table of numbers, or - for standard input.", completion: .file())
  var data: String
  @OptionGroup(title: "Reading") var table: NumberTableOptions
  @OptionGroup(title: "Blocks") var blocks: BlockOptions

  @Option("Maximum likelihood (mle), moments or l-moments.", valueName: "name")
  var method = GumbelFit.Method.maximumLikelihood
  @Flag(help: "The values are minima, with the long tail below.") var minimum = false
  @Option("The location, if it is known.", valueName: "x") var fixLocation: Double?
  @Option("The scale, if it is known.", valueName: "x") var fixScale: Double?

  @Option("Give the levels that are passed once in so many values.", valueName: "t,t,…")
  var returnPeriods = "10,50,100"
  @Option("How often intervals hold the truth.", valueName: "p") var confidence = 0.95
  @Option(
    "wald (from standard errors), profile (from the likelihood: the default for mle and up to a "
      + "million values) or bootstrap (from simulated samples, exact for small ones).",
    valueName: "name")
  var interval: Interval?
  @Option("Samples that the bootstrap simulates, by --seed. (default: 2000)", valueName: "n")
  var replicates: Int?
  @OptionGroup var seed: SeedOption

  @OptionGroup var results: ResultOptions

  func validate() throws {
    if blocks.isGiven, table.weights != nil {
      throw ValidationError(
        (blocks.blockMaxima != nil ? "--block-maxima" : "--block-by")
          + ": cannot be combined with --weights")
    }
    _ = try periods()
    try OptionChecks.part(confidence, "--confidence")
    if let fixLocation, !fixLocation.isFinite {
      throw ValidationError("--fix-location \(fixLocation): expected a finite number")
    }
    if let fixScale, !(fixScale > 0 && fixScale.isFinite) {
      throw ValidationError("--fix-scale \(fixScale): expected a finite number above 0")
    }
    if interval == .profile, method != .maximumLikelihood {
      throw ValidationError(
        "--interval profile: goes with --method mle; expected wald or bootstrap")
    }
    try OptionChecks.count(replicates, "--replicates", from: 100, upTo: 1_000_000)
    if let replicates, interval != .bootstrap {
      throw ValidationError("--replicates \(replicates): expected it with --interval bootstrap")
    }
  }

  func run() throws {
    let periods = try periods()
    try results.checkWritable()
    let columns = try table.read(
      data, groups: blocks.blockBy, keepsMissing: blocks.isGiven)
    let extreme = minimum ? GumbelFit.Extreme.minimum : .maximum
    let cut = blocks.isGiven ? try cutting(columns, extreme) : nil
    let fit = try fit(columns, cut, extreme)
    let subject = FitSubject(
      rawSource: InputSource(argument: data).name, columns: columns, given: table.column ?? "1",
      weights: table.weights,
      blocks: cut, seed: seed.number)
    if let warning = subject.suspicion { StandardError.print("gumbel: \(warning)") }
    if let warning = cut?.advice { StandardError.print("gumbel: \(source): \(warning)") }
    let result = try FitResult(
      fit, subject, periods: periods, confidence: confidence, interval: intervalMethod(for: fit),
      key: seed.key)
    try write(result)
  }

  private var source: String { escaped(InputSource(argument: data).name) }

  private func periods() throws -> [Double] {
    try returnPeriods.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let period = Double($0), period > 1, period.isFinite else {
        throw ValidationError(
          "--return-periods \(returnPeriods): expected numbers above 1, separated by commas")
      }
      return period
    }
  }

  private func cutting(
    _ columns: NumberColumns, _ extreme: GumbelFit.Extreme
  ) throws -> FitBlocks {
    let cut: FitBlocks
    do {
      cut = try FitBlocks(columns, blocks, extreme)
    } catch let error as CommandFailure {
      throw CommandFailure("\(source): \(error)")
    }
    guard cut.extremes.blocks.isEmpty else { return cut }
    if let coverage = blocks.blockCoverage, !cut.extremes.leftOut.isEmpty {
      throw CommandFailure(
        "\(source): no block has \(NumberText.short(coverage)) of its values, "
          + "expected some that do; --block-coverage \(coverage) asks for it")
    }
    throw CommandFailure(
      "\(source): found \(columns.values[0].count) rows, expected at least one block"
        + (blocks.blockMaxima.map { " of \($0)" } ?? " with a value"))
  }

  private func fit(
    _ columns: NumberColumns, _ cut: FitBlocks?, _ extreme: GumbelFit.Extreme
  ) throws -> GumbelFit {
    do {
      return try Gumbel.fit(
        to: cut?.extremes.values ?? columns.values[0],
        weights: columns.values.count > 1 ? columns.values[1] : nil,
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
      let replicates = replicates ?? 2000
      let draws = fit.totalWeight * Double(replicates)
      guard draws <= 5e8 else {
        throw CommandFailure(
          "--interval bootstrap: \(replicates) samples of \(Int(min(fit.totalWeight, 1e18))) "
            + "values are too many; expected fewer --replicates, or --interval wald")
      }
      return .bootstrap(GumbelBootstrap(fit, replicates: replicates, key: seed.key))
    }
  }

  // MARK: - Results

  private func write(_ result: FitResult) throws {
    let table = FitTable(result: result)
    try results.write(
      result, or: table.text, figure: FitPictures(result: result).figure,
      page: FitReport(
        table: table, pictures: FitPictures(result: result),
        command: ["gumbel"] + CommandLine.arguments.dropFirst()
      ).html)
  }
}

extension GumbelFit.Method: ExpressibleByArgument {}
