import SwiftGumbel

/// The choice of a model, with what it was chosen by.
struct FitModel {
  let fit: any FittedFamily
  /// The fits that were compared: with a shape and, where there is a test of it, without.
  let full: ExtremeValueFit?
  let simple: ExtremeValueFit?
  /// Of a shape of 0.
  let shapeTest: LikelihoodRatioTest?
  let trendTest: LikelihoodRatioTest?
  let exceedances: Exceedances?
  let diagnostics: ThresholdDiagnostics?
  /// What follows from the tests, first of all that is said.
  let conclusions: [String]

  /// A Gumbel distribution alone.
  init(_ fit: FittedGumbel, hint: String?) {
    self.fit = fit
    (full, simple, shapeTest, trendTest, exceedances, diagnostics) = (nil, nil, nil, nil, nil, nil)
    conclusions = hint.map { [$0] } ?? []
  }

  /// - Parameters:
  ///   - full: The fit with a shape.
  ///   - family: What was asked for.
  ///   - period: Of the level that is compared.
  ///   - unit: What periods count.
  init(
    _ full: ExtremeValueFit, family: FitFamily, period: Double, unit: String,
    exceedances: Exceedances?, diagnostics: ThresholdDiagnostics?,
    intervals: (ExtremeValueFit) throws -> ExtremeValueFit.IntervalMethod
  ) throws {
    self.exceedances = exceedances
    self.diagnostics = diagnostics
    let test = full.gumbelTest
    let simple = test == nil ? nil : try? full.withoutShape()
    self.full = full
    self.simple = simple
    shapeTest = test
    let isRejected = test.map { $0.pValue < 0.05 } ?? true
    let chosen: ExtremeValueFit =
      switch family {
      case .gev: full
      case .gumbel: simple ?? full
      case .auto: isRejected ? full : simple ?? full
      }
    fit = FittedExtremes(fit: chosen, intervals: try intervals(chosen))
    trendTest = chosen.trendTest
    var conclusions: [String] = []
    if let test, let simple {
      conclusions.append(
        Self.conclusion(
          test, full, simple, isFull: chosen.isShapeFixed == false, period: period, unit: unit))
    }
    if let trendTest = chosen.trendTest, let trend = chosen.trend {
      let isSeen = trendTest.pValue < 0.05
      conclusions.append(
        isSeen
          ? "There is a trend: the location changes by \(NumberText.short(trend)) for one unit of the "
            + "covariate (\(Self.p(trendTest.pValue)))"
          : "The data do not show a trend (\(Self.p(trendTest.pValue))); a fit without --trend has "
            + "one parameter less")
    }
    self.conclusions = conclusions
  }

  /// What the test of the shape says, and what a level would be otherwise.
  static func conclusion(
    _ test: LikelihoodRatioTest, _ full: ExtremeValueFit, _ simple: ExtremeValueFit, isFull: Bool,
    period: Double, unit: String
  ) -> String {
    var plain = "Gumbel"
    if case .exceedances = full.data { plain = "exponential" }
    let shape = "shape \(NumberText.fixed(full.shape, decimals: 2)), \(p(test.pValue))"
    func level(_ fit: ExtremeValueFit) -> String {
      rounded(fit.returnLevel(period: period), full.standardError(of: .returnLevel(period: period)))
    }
    let levels =
      "the level that is passed once in \(NumberText.short(period)) \(unit) is "
      + "\(level(full)) with it, and \(level(simple)) without"
    if test.pValue < 0.05 {
      return isFull
        ? "The data reject \(plain == "Gumbel" ? "a" : "an") \(plain) tail (\(shape)): \(levels)"
        : "The data reject \(plain == "Gumbel" ? "a" : "an") \(plain) tail (\(shape)), so the levels "
          + "mislead: \(levels)"
    }
    return "The data do not tell the shape from 0, \(plain == "Gumbel" ? "a" : "an") \(plain) tail "
      + "(\(shape)): \(levels)"
  }

  /// A number with digits down to a tenth of its error.
  private static func rounded(_ value: Double, _ error: Double) -> String {
    NumberText.text(value, resolution: error.isFinite && error > 0 ? 10 * error : value.magnitude)
  }

  static func p(_ value: Double) -> String {
    value < 0.0001 ? "p < 0.0001" : "p = \(NumberText.fixed(value, decimals: value < 0.01 ? 4 : 2))"
  }
}
