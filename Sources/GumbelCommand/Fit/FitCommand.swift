import ArgumentParser
import SwiftGumbel

struct FitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fit",
    abstract: "Fit a distribution of extreme values to those in a table.",
    discussion: """
      Yearly floods, the strongest gust of a month, the weakest link of a chain: the largest, or \
      smallest, of many values follows a Gumbel distribution. The fit says where such values lie, \
      how sure that is, whether the data look like such a distribution at all, and which level is \
      passed once in so many years on average. --plot draws density, quantiles and return levels.

      Where the tail is heavier than that, or ends, such levels mislead: --family auto tests it, and \
      fits a generalized extreme value distribution where a test rejects the Gumbel one. --threshold \
      fits all that lies above a level, and --largest several values of each block.

      EXAMPLES
        gumbel fit sea-levels.csv --column level --report sea-levels.html
        gumbel fit rain.csv --column mm --block-by date --block-unit year
        gumbel fit peaks.rdb --column peak_va --missing -9999 --return-periods 10,100
        gumbel fit pegel.csv --column Abfluss --decimal ,
        gumbel fit strengths.txt --minimum --interval bootstrap
        gumbel fit floods.csv --column flow --family auto --levels 150,200
        gumbel fit rain.csv --column mm --threshold 30 --rows-per-period 365.25
        gumbel fit sea-levels.csv --column level --family gev --trend year
        sensor | gumbel fit - --json - --plot fit.svg
      """)

  enum Interval: String, ExpressibleByArgument, CaseIterable { case wald, profile, bootstrap }

  @Argument(help: "A table of numbers, or - for standard input.", completion: .file())
  var data: String
  @OptionGroup(title: "Reading") var table: NumberTableOptions
  @OptionGroup(title: "Blocks") var blocks: BlockOptions
  @OptionGroup(title: "Model") var model: FitModelOptions

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
    try validateModel()
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

  /// What goes with a shape, and what does not.
  private func validateModel() throws {
    if model.largest != nil, !blocks.isGiven {
      throw ValidationError("--largest: expected it with --block-maxima or --block-by")
    }
    if model.threshold != nil, blocks.isGiven {
      throw ValidationError(
        (blocks.blockMaxima != nil ? "--block-maxima" : "--block-by")
          + ": cannot be combined with --threshold")
    }
    guard model.isExtended else { return }
    let reason =
      [
        ("--family", model.family == .gev || model.family == .auto),
        ("--threshold", model.threshold != nil), ("--largest", model.largest != nil),
        ("--trend", model.trend != nil), ("--levels", model.levels != nil),
      ].first { $0.1 }!.0
    if fixLocation != nil || fixScale != nil {
      throw ValidationError(
        "\(fixLocation != nil ? "--fix-location" : "--fix-scale"): cannot be combined with \(reason)"
      )
    }
    if method != .maximumLikelihood {
      // What is tested or follows something needs a likelihood.
      for (option, isGiven) in [
        ("--family auto", model.family == .auto), ("--largest", model.largest != nil),
        ("--trend", model.trend != nil), ("--weights", table.weights != nil),
        ("--levels", model.levels != nil && model.family != .gev && model.threshold == nil),
      ] where isGiven {
        throw ValidationError(
          "--method \(method.rawValue): cannot be combined with \(option), expected mle")
      }
    }
    if table.weights != nil, model.threshold != nil {
      throw ValidationError("--weights: cannot be combined with --threshold")
    }
  }

  func run() throws {
    let periods = try periods()
    try results.checkWritable()
    // Rows in a row, and blocks of them, are those of the table.
    let keepsMissing = blocks.isGiven || model.threshold != nil
    let columns = try table.read(
      data, covariate: model.trend, groups: blocks.blockBy, keepsMissing: keepsMissing)
    let extreme = minimum ? GumbelFit.Extreme.minimum : .maximum
    let cut = blocks.isGiven ? try cutting(columns, extreme) : nil
    let unit =
      cut?.unit
      ?? model.rowsPerPeriod.map { "periods of \(NumberText.short($0)) rows" }
      ?? (model.threshold != nil ? "rows" : "values")
    let subject = FitSubject(
      rawSource: InputSource(argument: data).name, columns: columns, given: table.column ?? "1",
      weights: table.weights, blocks: cut, seed: seed.number, periodUnit: unit,
      keepsMissing: keepsMissing)
    let chosen =
      model.isExtended
      ? try extremes(columns, cut, extreme, periods, unit)
      : try gumbel(columns, cut, extreme, periods, unit)
    if let warning = subject.suspicion { StandardError.print("gumbel: \(warning)") }
    if let warning = cut?.advice { StandardError.print("gumbel: \(source): \(warning)") }
    let result = try FitResult(
      chosen, subject, periods: periods, levels: try model.levelNumbers(),
      confidence: confidence, position: model.plottingPosition, key: seed.key)
    try write(result)
  }

  /// A Gumbel distribution; where nothing was said of the family, with a word on whether the data
  /// reject it.
  private func gumbel(
    _ columns: NumberColumns, _ cut: FitBlocks?, _ extreme: GumbelFit.Extreme, _ periods: [Double],
    _ unit: String
  ) throws -> FitModel {
    let fit = try fit(columns, cut, extreme)
    let fitted = FittedGumbel(fit: fit, intervals: try intervalMethod(for: fit))
    return FitModel(fitted, hint: hint(columns, cut, extreme, periods, unit))
  }

  private func hint(
    _ columns: NumberColumns, _ cut: FitBlocks?, _ extreme: GumbelFit.Extreme, _ periods: [Double],
    _ unit: String
  ) -> String? {
    let values = cut?.extremes.values ?? columns.values[0]
    // The test's level is right from some twenty values on, and everything is rejected by very many.
    guard model.family == nil, method == .maximumLikelihood, fixLocation == nil, fixScale == nil,
      table.weights == nil, 20...100_000 ~= values.count,
      let full = try? GeneralizedExtremeValue.fit(to: values, extreme: extreme),
      let test = full.gumbelTest, test.pValue < 0.05, let simple = try? full.withoutShape()
    else { return nil }
    return FitModel.conclusion(
      test, full, simple, isFull: false, period: comparedPeriod(periods), unit: unit)
      + "; --family gev fits that"
  }

  /// The period whose level is told in words: the one nearest to 100 of those asked for.
  private func comparedPeriod(_ periods: [Double]) -> Double {
    periods.min { ($0 - 100).magnitude < ($1 - 100).magnitude }!
  }

  /// A fit with a shape, or one that was tested against it.
  private func extremes(
    _ columns: NumberColumns, _ cut: FitBlocks?, _ extreme: GumbelFit.Extreme, _ periods: [Double],
    _ unit: String
  ) throws -> FitModel {
    let series = columns.values[0]
    var beyond: Exceedances?
    var diagnostics: ThresholdDiagnostics?
    let full: ExtremeValueFit
    do {
      if let threshold = model.threshold {
        let found = Exceedances(
          of: series, threshold: threshold, runLength: model.declusterRuns ?? 0, extreme)
        beyond = found
        let time = Double(found.seriesCount) / (model.rowsPerPeriod ?? 1)
        let rate = Double(found.values.count) / time
        guard found.values.count >= 2 else {
          throw CommandFailure(
            "\(source): found \(counted(found.values.count, "value")) beyond the threshold "
              + "\(plain(threshold)), expected at least 2")
        }
        if let short = periods.first(where: { $0 * rate <= 1 }) {
          throw CommandFailure(
            "--return-periods \(returnPeriods): in \(plain(short)) \(unit) fewer than one value passes "
              + "the threshold, expected more than \(NumberText.short(1 / rate)); --rows-per-period says how "
              + "many rows make one of them")
        }
        if results.isPictured, found.exceedanceCount > 20, series.count <= 1_000_000 {
          diagnostics = ThresholdDiagnostics(
            of: series, runLength: model.declusterRuns ?? 0, from: median(beyond: series, extreme),
            extreme)
        }
        full = try GeneralizedPareto.fit(
          toExceedancesIn: found.values, threshold: threshold, rate: rate, method: method,
          extreme: extreme)
      } else if let largest = model.largest, let cut {
        full = try GeneralizedExtremeValue.fit(
          toLargest: cut.largest(largest, of: series, extreme), covariate: covariate(columns, cut),
          at: reference(columns, cut), extreme: extreme)
      } else {
        full = try GeneralizedExtremeValue.fit(
          to: cut?.extremes.values ?? series,
          weights: table.weights == nil ? nil : columns.values[1],
          covariate: covariate(columns, cut), at: reference(columns, cut), method: method,
          extreme: extreme)
      }
    } catch let error as FitError {
      throw CommandFailure("\(source): \(error)")
    }
    return try FitModel(
      full,
      family: model.family ?? (model.threshold != nil || model.largest != nil ? .gev : .gumbel),
      period: comparedPeriod(periods), unit: unit, exceedances: beyond, diagnostics: diagnostics,
      intervals: { try intervalMethod(for: $0) })
  }

  /// Where pictures of thresholds begin: at the middle of the values.
  private func median(beyond series: [Double], _ extreme: GumbelFit.Extreme) -> Double {
    let sorted = series.filter { !$0.isNaN }.sorted()
    return sorted[sorted.count / 2]
  }

  private func covariate(_ columns: NumberColumns, _ cut: FitBlocks?) -> [Double]? {
    guard model.trend != nil else { return nil }
    let column = columns.values[columns.values.count - 1]
    return cut?.means(of: column) ?? column
  }

  private func reference(_ columns: NumberColumns, _ cut: FitBlocks?) -> Double? {
    covariate(columns, cut)?.last
  }

  private func intervalMethod(
    for fit: ExtremeValueFit
  ) throws -> ExtremeValueFit.IntervalMethod {
    let usual: Interval =
      method == .maximumLikelihood && fit.count <= 20_000 ? .profile : .wald
    switch interval ?? usual {
    case .wald: return .wald
    case .profile: return .profileLikelihood
    case .bootstrap:
      let replicates = replicates ?? 1000
      guard Double(fit.count) * Double(replicates) <= 1e8 else {
        throw CommandFailure(
          "--interval bootstrap: \(replicates) samples of \(fit.count) values are too many; "
            + "expected fewer --replicates, or --interval wald")
      }
      return .bootstrap(ExtremeValueBootstrap(fit, replicates: replicates, key: seed.key))
    }
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
        weights: table.weights == nil ? nil : columns.values[1],
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
