import SwiftGumbel

/// What `gumbel fit` found; printed as JSON with the names of `CodingKeys`.
struct FitResult: Encodable {
  struct Interval: Encodable {
    let lower, upper, confidence: Double
    let method: String
  }
  struct Parameter {
    let name: String
    let quantity: ExtremeValueQuantity
    let estimate, standardError: Double
    let isFixed: Bool
  }
  struct ReturnLevel: Encodable {
    let period, level, standardError, lower, upper: Double
    /// That it is not passed in a block, or in a unit of time.
    let nonExceedance: Double
  }
  /// How often a level is passed, and the probability that it is in a block or a unit of time. A
  /// period is null where it is never.
  struct LevelPeriod: Encodable {
    let level, probability: Double
    let period, lower, upper: Double?
  }
  private struct Test: Encodable { let statistic, pValue: Double }
  private struct Fitted: Encodable {
    let parameters: Int
    let logLikelihood, aic: Double
    let estimates: [String: Double]

    init(_ fit: any FittedExtremeValueModel) {
      parameters = fit.parameterCount
      (logLikelihood, aic) = (fit.logLikelihood, fit.akaikeCriterion)
      estimates = Dictionary(
        uniqueKeysWithValues: fit.parameters.map { (fit.name(of: $0), fit.estimate(of: $0)) })
    }
  }

  let model: FitModel
  let fit: any FittedExtremeValueModel
  let subject: FitSubject
  let confidence: Double
  let position: PlottingPosition
  let parameters: [(parameter: Parameter, interval: Interval)]
  let goodnessOfFit: GoodnessOfFit
  let returnLevels: [ReturnLevel]
  let levelPeriods: [LevelPeriod]

  /// - Throws: If a level or an interval is beyond the range of double precision.
  init(
    _ model: FitModel, _ subject: FitSubject, periods: [Double], levels: [Double],
    confidence: Double, position: PlottingPosition, key: RandomKey
  ) throws {
    self.model = model
    let fit = model.fit
    self.fit = fit
    self.subject = subject
    self.confidence = confidence
    self.position = position
    let method = model.intervals.name.rawValue
    let found = fit.parameters.map {
      Parameter(
        name: fit.name(of: $0), quantity: $0, estimate: fit.estimate(of: $0),
        standardError: fit.standardError(of: $0), isFixed: fit.isFixed($0))
    }
    func check(_ estimate: Double, _ name: String) throws {
      guard !estimate.isFinite else { return }
      let all = found.map { "the \($0.name) \($0.estimate)" }
      throw CommandFailure(
        "\(subject.source): \(name) is beyond the range of double precision, with "
          + all.dropLast().joined(separator: ", ") + " and " + all.last!)
    }
    parameters = try found.map { parameter in
      try check(parameter.estimate, "the \(parameter.name)")
      let range = fit.interval(
        for: parameter.quantity, confidence: confidence, by: model.intervals)
      return (
        parameter,
        Interval(
          lower: range.lowerBound, upper: range.upperBound, confidence: confidence, method: method)
      )
    }
    returnLevels = try periods.map { period in
      let level = fit.returnLevel(period: period)
      try check(level, "the level of the period \(plain(period))")
      let quantity = ExtremeValueQuantity.returnLevel(period: period)
      let range = fit.interval(for: quantity, confidence: confidence, by: model.intervals)
      return ReturnLevel(
        period: period, level: level, standardError: fit.standardError(of: quantity),
        lower: range.lowerBound, upper: range.upperBound,
        nonExceedance: fit.nonExceedanceProbability(ofPeriod: period))
    }
    levelPeriods = try levels.map { level in
      try Self.period(of: level, fit, confidence, subject)
    }
    // Not the key of the bootstrap, whose samples would be the same.
    goodnessOfFit = fit.goodnessOfFit(
      replicates: nil, key: key.folding(in: "goodness of fit"))
  }

  private static func period(
    of level: Double, _ fit: any FittedExtremeValueModel, _ confidence: Double,
    _ subject: FitSubject
  ) throws -> LevelPeriod {
    let period = fit.returnPeriod(level: level)
    guard !period.isNaN else {
      throw CommandFailure(
        "\(subject.source): the level \(plain(level)) lies within the threshold, expected one beyond "
          + "it")
    }
    func finite(_ x: Double) -> Double? { x.isFinite ? x : nil }
    let isLikely = fit.method == .maximumLikelihood
    let range = isLikely ? fit.returnPeriodInterval(level: level, confidence: confidence) : nil
    return LevelPeriod(
      level: level, probability: 1 - fit.nonExceedanceProbability(ofPeriod: period),
      period: finite(period),
      lower: range.flatMap { finite($0.lowerBound) }, upper: range.flatMap { finite($0.upperBound) }
    )
  }

  private enum CodingKeys: String, CodingKey {
    case n, location, scale, standardErrors, intervals, logLikelihood, ks, andersonDarling
    case returnLevels, version, file, column, weights, header, method, extremes, values, rows
    case rowsLeftOut, blocks, seed, points, suspicious, fixed, delimiter, commentLines
    case family, shape, trend, threshold, rate, covariate, aic, tests, alternatives, levels
    case exceedances, dates, trendPerDecade
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try encodeSubject(to: &container)
    // Weights count observations, which may be no whole number.
    try container.encode(fit.totalWeight, forKey: .n)
    try container.encode(fit.count, forKey: .values)
    try container.encode(fit.method.rawValue, forKey: .method)
    try container.encode(fit.extreme == .maximum ? "maxima" : "minima", forKey: .extremes)
    func byName<Value>(_ value: ((parameter: Parameter, interval: Interval)) -> Value)
      -> [String: Value]
    {
      Dictionary(uniqueKeysWithValues: parameters.map { ($0.parameter.name, value($0)) })
    }
    try container.encode(byName(\.parameter.isFixed), forKey: .fixed)
    for (parameter, _) in parameters {
      try container.encode(parameter.estimate, forKey: CodingKeys(stringValue: parameter.name)!)
    }
    try container.encode(byName(\.parameter.standardError), forKey: .standardErrors)
    try container.encode(byName(\.interval), forKey: .intervals)
    try container.encode(fit.logLikelihood, forKey: .logLikelihood)
    try container.encode(goodnessOfFit.kolmogorovSmirnov, forKey: .ks)
    try container.encode(goodnessOfFit.andersonDarling, forKey: .andersonDarling)
    try container.encode(returnLevels, forKey: .returnLevels)
    try container.encode(FitPoints(fit, position), forKey: .points)
    try encodeModel(to: &container)
  }

  /// What there is of a fit with a shape only.
  private func encodeModel(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
    guard model.isExtended else { return }
    try container.encode(fit.familyName, forKey: .family)
    if !fit.parameters.contains(.shape) {
      try container.encode(fit.estimate(of: .shape), forKey: .shape)
    }
    try container.encode(fit.akaikeCriterion, forKey: .aic)
    var tests: [String: Test] = [:]
    for (name, test) in [("shape", model.shapeTest), ("trend", model.trendTest)] {
      tests[name] = test.map { Test(statistic: $0.statistic, pValue: $0.pValue) }
    }
    try container.encode(tests, forKey: .tests)
    let alternatives = model.candidates.map { ($0.family.name, Fitted($0.fit)) }
    try container.encode(
      Dictionary(uniqueKeysWithValues: alternatives), forKey: .alternatives)
    if case .exceedances(_, let rate) = fit.data { try container.encode(rate, forKey: .rate) }
    try container.encodeIfPresent(model.exceedances.map(Clusters.init), forKey: .exceedances)
    try container.encodeIfPresent(fit.reference, forKey: .covariate)
    if subject.isTrendOfDates, let trend = fit.trend {
      try container.encode(10 * trend, forKey: .trendPerDecade)
    }
    if !levelPeriods.isEmpty { try container.encode(levelPeriods, forKey: .levels) }
  }

  /// What lies beyond the threshold.
  private struct Clusters: Encodable {
    let exceedances, clusters, runLength, values: Int
    let extremalIndex, time: Double
    /// In days.
    let separation: Double?

    init(_ beyond: FitExceedances) {
      let found = beyond.found
      (exceedances, clusters) = (found.exceedanceCount, found.values.count)
      (runLength, values) = (found.runLength, found.seriesCount)
      (extremalIndex, time, separation) = (found.extremalIndex, beyond.time, found.separation)
    }
  }

  private func encodeSubject(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
    let columns = subject.columns
    try container.encode(GumbelCommand.version, forKey: .version)
    try container.encode(subject.rawSource, forKey: .file)
    try container.encode(
      Column(name: columns.names?[0], position: columns.positions.first ?? 1), forKey: .column)
    if subject.weights != nil {
      try container.encode(
        Column(name: columns.names?[1], position: columns.positions[1]), forKey: .weights)
    }
    let layout = columns.layout
    try container.encode(
      Header(line: layout.headerLine, assumed: layout.isHeaderAssumed), forKey: .header)
    try container.encode("\(layout.delimiter)", forKey: .delimiter)
    try container.encode(layout.commentLines, forKey: .commentLines)
    try container.encode(subject.rows, forKey: .rows)
    try container.encode(subject.skippedRows, forKey: .rowsLeftOut)
    try container.encode(subject.seed, forKey: .seed)
    if let blocks = subject.blocks {
      try container.encode(Blocks(blocks, columns.values[0], subject.dates), forKey: .blocks)
    }
    try container.encodeIfPresent(subject.dates.flatMap(Dates.init), forKey: .dates)
    let suspects = subject.suspects.map { Suspicious(value: $0.value, rows: $0.count) }
    if !suspects.isEmpty { try container.encode(suspects, forKey: .suspicious) }
  }

  private struct Column: Encodable {
    let name: String?
    let position: Int
  }
  private struct Header: Encodable {
    let line: Int?
    let assumed: Bool
  }
  private struct Suspicious: Encodable {
    let value: Double
    let rows: Int
  }

  /// When the rows were measured.
  private struct Dates: Encodable {
    let first, last: String

    init?(_ dates: FitDates) {
      let all = dates.dates.compactMap(\.self)
      guard let first = all.min(), let last = all.max() else { return nil }
      (self.first, self.last) = ("\(first)", "\(last)")
    }
  }

  /// How blocks were cut, and what became of each.
  private struct Blocks: Encodable {
    struct Block: Encodable {
      let name: String
      let extreme: Double?
      let present, expected: Int
      /// The date of the extreme.
      let date: String?
    }
    let cutBy, unit: String
    let coverage: Double?
    let count, missingValues, unusedRows: Int
    let used, leftOut: [Block]

    init(_ blocks: FitBlocks, _ series: [Double], _ times: FitDates?) {
      cutBy = blocks.rule
      unit = blocks.unit
      coverage = blocks.coverage
      count = blocks.extremes.blocks.count
      missingValues = blocks.extremes.missingCount
      unusedRows = blocks.unusedRows
      func entry(_ block: BlockExtremes.Block, _ date: CalendarDate?) -> Block {
        Block(
          name: blocks.name(of: block), extreme: block.extreme, present: block.present,
          expected: block.expected, date: date.map { "\($0)" })
      }
      let dates = times.map { times in
        blocks.rowsOfExtremes(of: series).map { times.dates[$0] }
      }
      used = blocks.extremes.blocks.enumerated().map { entry($1, dates?[$0]) }
      leftOut = blocks.extremes.leftOut.map { entry($0, nil) }
    }
  }
}

extension ExtremeValueIntervalMethod {
  /// As `--interval` takes it.
  var name: FitCommand.Interval {
    switch self {
    case .wald: .wald
    case .profileLikelihood: .profile
    case .bootstrap: .bootstrap
    }
  }
}
