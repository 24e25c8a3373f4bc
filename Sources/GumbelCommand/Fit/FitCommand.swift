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

      With --dates the values are drawn in time, the periods of --threshold are years, and --trend \
      may follow the dates: the slope is then one of a year, and of a decade.

      EXAMPLES
        gumbel fit sea-levels.csv --column level --report sea-levels.html
        gumbel fit rain.csv --column mm --dates date --block-unit water-year
        gumbel fit peaks.rdb --column peak_va --missing -9999 --return-periods 10,100
        gumbel fit pegel.csv --column Abfluss --decimal ,
        gumbel fit strengths.txt --minimum --family gev --interval bootstrap
        gumbel fit floods.csv --column flow --family auto --levels 150,200
        gumbel fit floods.csv --column flow --probabilities 0.9,0.99
        gumbel fit rain.csv --column mm --threshold 30 --dates day --decluster-days 3
        gumbel fit sea-levels.csv --column level --family gev --trend year
        gumbel fit peaks.csv --column peak --dates date --trend date --plot peaks.svg
        sensor | gumbel fit - --json - --plot fit.svg
      """)

  enum Interval: String, ExpressibleByArgument, CaseIterable { case wald, profile, bootstrap }

  @Argument(help: "A table of numbers, or - for standard input.", completion: .file())
  var data: String
  @OptionGroup(title: "Reading") var table: NumberTableOptions
  @OptionGroup(title: "Dates and blocks") var blocks: BlockOptions
  @OptionGroup(title: "Model") var model: FitModelOptions

  @Option("Maximum likelihood (mle), moments or l-moments.", valueName: "name")
  var method = GumbelFit.Method.maximumLikelihood
  @Flag(help: "The values are minima, with the long tail below.") var minimum = false
  @Option("The location, if it is known.", valueName: "x") var fixLocation: Double?
  @Option("The scale, if it is known.", valueName: "x") var fixScale: Double?

  @Option(
    "Give the levels that are passed once in so many values, or units of time (default: 10,50,100; "
      + "ten times these, or a hundred times, where a threshold is passed less than once in 10).",
    valueName: "t,t,…")
  var returnPeriods: String?
  @Option(
    "Give the levels that are not passed with these probabilities, in a block or unit of time.",
    valueName: "p,p,…")
  var probabilities: String?
  @Option("How often intervals hold the truth.", valueName: "p") var confidence = 0.95
  @Option(
    "wald (from standard errors), profile (from the likelihood: the default for mle and up to a "
      + "million values) or bootstrap (from simulated samples, exact for small ones).",
    valueName: "name")
  var interval: Interval?
  @Option(
    "Samples that the bootstrap simulates, by --seed (default: 2000, and 1000 of a shape).",
    valueName: "n")
  var replicates: Int?
  @OptionGroup var seed: SeedOption

  @OptionGroup var results: ResultOptions

  func validate() throws {
    if blocks.isGiven, table.weights != nil {
      throw ValidationError("\(blocks.givenOption): cannot be combined with --weights")
    }
    _ = try periods()
    _ = try nonExceedances()
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
    if model.declusterDays != nil, blocks.dateColumn == nil {
      throw ValidationError("--decluster-days: expected it with --dates")
    }
    if model.rowsPerPeriod != nil, blocks.isGiven || blocks.dateColumn != nil {
      throw ValidationError(
        "--rows-per-period: cannot be combined with "
          + (blocks.isGiven ? blocks.givenOption : "--dates") + ", which says how much time passed")
    }
    // What a Gumbel distribution alone does not have.
    let reason =
      [
        ("--family \(model.family?.name ?? "")", model.family.map { $0.name != "gumbel" } ?? false),
        ("--threshold", model.threshold != nil), ("--largest", model.largest != nil),
        ("--trend", model.trend != nil),
      ].first { $0.1 }?.0
    if let reason, fixLocation != nil || fixScale != nil {
      throw ValidationError(
        "\(fixLocation != nil ? "--fix-location" : "--fix-scale"): cannot be combined with \(reason)"
      )
    }
    if method != .maximumLikelihood {
      // What is tested or follows something needs a likelihood, and so does a shape that is known.
      for (option, isGiven) in [
        ("--family auto", model.family?.name == "auto"), ("--largest", model.largest != nil),
        ("--trend", model.trend != nil), ("--weights", reason != nil && table.weights != nil),
        (
          "--family gumbel and --threshold",
          model.family?.name == "gumbel" && model.threshold != nil
        ),
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
    try results.checkWritable()
    // Rows in a row, and blocks of them, are those of the table.
    let keepsMissing = blocks.isGiven || model.threshold != nil
    let columns = try table.read(
      data, covariate: isTrendOfDates ? nil : model.trend, groups: blocks.textColumn,
      keepsMissing: keepsMissing)
    let result: FitResult
    do {
      result = try self.result(columns, keepsMissing: keepsMissing)
    } catch let error as FitError {
      throw CommandFailure("\(source): \(error)")
    }
    if let warning = result.subject.suspicion { StandardError.print("gumbel: \(warning)") }
    if let warning = result.subject.blocks?.advice {
      StandardError.print("gumbel: \(source): \(warning)")
    }
    try write(result)
  }

  var source: String { escaped(InputSource(argument: data).name) }

  static let usualPeriods = "10,50,100"

  /// The return periods asked for; where only probabilities were, none.
  ///
  /// - Parameter rate: How often a threshold is passed in a unit of time. In less time than one passing
  ///   takes no level can be given, so that the usual periods are longer then.
  func periods(rate: Double? = nil) throws -> [Double] {
    guard let returnPeriods else {
      if probabilities != nil { return [] }
      let usual = try Self.numbers(Self.usualPeriods)
      var factor = 1.0
      if let rate, rate > 0 { while usual[0] * factor * rate <= 1 { factor *= 10 } }
      return usual.map { $0 * factor }
    }
    return try Self.numbers(returnPeriods)
  }

  private static func numbers(_ text: String) throws -> [Double] {
    try text.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let period = Double($0), period > 1, period.isFinite else {
        throw ValidationError(
          "--return-periods \(text): expected numbers above 1, separated by commas")
      }
      return period
    }
  }

  func nonExceedances() throws -> [Double] {
    guard let probabilities else { return [] }
    return try probabilities.split(separator: ",", omittingEmptySubsequences: false).map {
      guard let p = Double($0), p > 0, p < 1, 1 / (1 - p) > 1 else {
        throw ValidationError(
          "--probabilities \(probabilities): expected numbers between 0 and 1, separated by commas")
      }
      return p
    }
  }

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
