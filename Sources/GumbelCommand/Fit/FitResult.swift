import SwiftGumbel

/// What `gumbel fit` found; printed as JSON with the names of `CodingKeys`.
struct FitResult: Encodable {
  struct Interval: Encodable {
    let lower, upper, confidence: Double
    let method: String
  }
  struct Parameters<Value: Encodable>: Encodable { let location, scale: Value }
  struct ReturnLevel: Encodable { let period, level, standardError, lower, upper: Double }

  let fit: GumbelFit
  let subject: FitSubject
  let confidence: Double
  let intervalMethod: GumbelFit.IntervalMethod
  let intervals: Parameters<Interval>
  let goodnessOfFit: GoodnessOfFit
  let returnLevels: [ReturnLevel]

  /// - Throws: If a level or an interval is beyond the range of double precision.
  init(
    _ fit: GumbelFit, _ subject: FitSubject, periods: [Double], confidence: Double,
    interval: GumbelFit.IntervalMethod, key: RandomKey
  ) throws {
    self.fit = fit
    self.subject = subject
    self.confidence = confidence
    intervalMethod = interval
    let method = Self.name(of: interval)
    func bounds(_ quantity: GumbelFit.Quantity, _ name: String) throws -> Interval {
      guard fit.estimate(of: quantity).isFinite else {
        throw CommandFailure(
          "\(subject.source): \(name) is beyond the range of double precision, with the location "
            + "\(fit.location) and the scale \(fit.scale)")
      }
      let range = fit.interval(for: quantity, confidence: confidence, by: interval)
      return Interval(
        lower: range.lowerBound, upper: range.upperBound, confidence: confidence, method: method)
    }
    intervals = Parameters(
      location: try bounds(.location, "the location"), scale: try bounds(.scale, "the scale"))
    returnLevels = try periods.map { period in
      let quantity = GumbelFit.Quantity.returnLevel(period: period)
      let range = try bounds(quantity, "the level of the period \(plain(period))")
      return ReturnLevel(
        period: period, level: fit.returnLevel(period: period),
        standardError: fit.standardError(of: quantity), lower: range.lower, upper: range.upper)
    }
    // Not the key of the bootstrap, whose samples would be the same.
    goodnessOfFit = fit.goodnessOfFit(key: key.folding(in: "goodness of fit"))
  }

  private static func name(of interval: GumbelFit.IntervalMethod) -> String {
    switch interval {
    case .wald: "wald"
    case .profileLikelihood: "profile"
    case .bootstrap: "bootstrap"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case n, location, scale, standardErrors, intervals, logLikelihood, ks, andersonDarling
    case returnLevels, version, file, column, weights, header, method, extremes, values, rows
    case rowsLeftOut, blocks, seed, points, suspicious, fixed, delimiter, commentLines
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try encodeSubject(to: &container)
    // Weights count observations, which may be no whole number.
    try container.encode(fit.totalWeight, forKey: .n)
    try container.encode(fit.count, forKey: .values)
    try container.encode(fit.method.rawValue, forKey: .method)
    try container.encode(fit.extreme == .maximum ? "maxima" : "minima", forKey: .extremes)
    try container.encode(
      ["location": fit.isLocationFixed, "scale": fit.isScaleFixed], forKey: .fixed)
    try container.encode(fit.location, forKey: .location)
    try container.encode(fit.scale, forKey: .scale)
    let errors = fit.standardErrors
    try container.encode(
      Parameters(location: errors.location, scale: errors.scale), forKey: .standardErrors)
    try container.encode(intervals, forKey: .intervals)
    try container.encode(fit.logLikelihood, forKey: .logLikelihood)
    try container.encode(goodnessOfFit.kolmogorovSmirnov, forKey: .ks)
    try container.encode(goodnessOfFit.andersonDarling, forKey: .andersonDarling)
    try container.encode(returnLevels, forKey: .returnLevels)
    try container.encode(FitPoints(fit), forKey: .points)
  }

  private func encodeSubject(to container: inout KeyedEncodingContainer<CodingKeys>) throws {
    let columns = subject.columns
    try container.encode(GumbelCommand.version, forKey: .version)
    try container.encode(subject.rawSource, forKey: .file)
    try container.encode(
      Column(name: columns.names?[0], position: columns.positions.first ?? 1), forKey: .column)
    if columns.values.count > 1 {
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
    try container.encodeIfPresent(subject.blocks.map(Blocks.init), forKey: .blocks)
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

  /// How blocks were cut, and what became of each.
  private struct Blocks: Encodable {
    struct Block: Encodable {
      let name: String
      let extreme: Double?
      let present, expected: Int
    }
    let cutBy, unit: String
    let coverage: Double?
    let count, missingValues, unusedRows: Int
    let used, leftOut: [Block]

    init(_ blocks: FitBlocks) {
      cutBy = blocks.rule
      unit = blocks.unit
      coverage = blocks.coverage
      count = blocks.extremes.blocks.count
      missingValues = blocks.extremes.missingCount
      unusedRows = blocks.unusedRows
      func entries(_ list: [BlockExtremes.Block]) -> [Block] {
        list.map {
          Block(
            name: blocks.name(of: $0), extreme: $0.extreme, present: $0.present,
            expected: $0.expected)
        }
      }
      used = entries(blocks.extremes.blocks)
      leftOut = entries(blocks.extremes.leftOut)
    }
  }
}
