import SwiftGumbel

/// The choice of a model, with what it was chosen by.
struct FitModel {
  typealias Candidate = (family: any FitFamily, fit: any FittedExtremeValueModel)

  let family: any FitFamily
  let fit: any FittedExtremeValueModel
  let intervals: ExtremeValueIntervalMethod
  /// That of the family.
  let cost: Double
  /// All that were compared, the chosen one among them; one alone where nothing was to be compared.
  let candidates: [Candidate]
  /// Of a shape of 0.
  let shapeTest: LikelihoodRatioTest?
  let trendTest: LikelihoodRatioTest?
  let exceedances: FitExceedances?
  /// Whether more is said than of a Gumbel distribution that nobody compared.
  let isExtended: Bool
  /// What follows from the tests, first of all that is said.
  let conclusions: [String]

  /// How a model is chosen.
  struct Choice {
    /// Nil where nothing was said of it.
    let family: FitFamilyOption?
    let isExtended: Bool
    /// Whether families may be compared: by their likelihoods, with nothing known beforehand.
    let isComparing: Bool
    /// The period whose level is told in words, and what periods count.
    let period: Double
    let unit: String
    /// What one unit of the covariate is; nil for a number without a unit.
    let trendUnit: String?
  }

  /// - Parameter intervals: How a fit's are made.
  init(
    _ data: FitData, _ choice: Choice, exceedances: FitExceedances?,
    intervals: (any FitFamily, any FittedExtremeValueModel, Double) throws ->
      ExtremeValueIntervalMethod
  ) throws {
    self.exceedances = exceedances
    isExtended = choice.isExtended
    let (gumbel, full) = (GumbelFamily(), GeneralizedFamily())
    var chosen: any FitFamily
    switch choice.family {
    case .named(let family): chosen = family
    case .auto: chosen = full
    case nil: chosen = exceedances != nil || data.values.isLargest ? full : gumbel
    }
    var fit = try chosen.fit(data)
    var candidates: [Candidate] = []
    if choice.isExtended, choice.isComparing {
      candidates = FitFamilies.all.compactMap { family in
        if family.name == chosen.name { return (family, fit) }
        return (try? family.fit(data)).map { (family, $0) }
      }
    }
    let general = candidates.first { $0.family.name == full.name }?.fit
    let simple = candidates.first { $0.family.name == gumbel.name }?.fit
    shapeTest = general?.gumbelTest
    if case .auto = choice.family, let test = shapeTest, test.pValue >= 0.05, let simple {
      (chosen, fit) = (gumbel, simple)
    }
    self.fit = fit
    family = chosen
    cost = chosen.cost(data)
    self.candidates = candidates.isEmpty ? [(chosen, fit)] : candidates
    self.intervals = try intervals(chosen, fit, cost)
    trendTest = fit.trendTest
    var conclusions: [String] = []
    if let test = shapeTest, let general, let simple {
      conclusions.append(
        Self.conclusion(
          test, general, simple, isFull: chosen.name != gumbel.name, choice))
    }
    if let test = fit.trendTest, let trend = fit.trend {
      conclusions.append(Self.conclusion(test, trend: trend, unit: choice.trendUnit))
    }
    if !choice.isExtended, let hint = Self.hint(data, fit, choice) { conclusions.append(hint) }
    self.conclusions = conclusions
  }

  /// Where nothing was said of the family, a word on whether the data reject the Gumbel one.
  private static func hint(
    _ data: FitData, _ fit: any FittedExtremeValueModel, _ choice: Choice
  ) -> String? {
    // The test's level is right from some twenty values on, and everything is rejected by very many.
    guard choice.family == nil, choice.isComparing, 20...100_000 ~= fit.count,
      fit.totalWeight == Double(fit.count), let full = try? GeneralizedFamily().fit(data),
      let test = full.gumbelTest, test.pValue < 0.05
    else { return nil }
    return conclusion(test, full, fit, isFull: false, choice) + "; --family gev fits that"
  }

  /// What the test of the shape says, and what a level would be otherwise.
  private static func conclusion(
    _ test: LikelihoodRatioTest, _ full: any FittedExtremeValueModel,
    _ simple: any FittedExtremeValueModel, isFull: Bool, _ choice: Choice
  ) -> String {
    var plain = "a Gumbel"
    if case .exceedances = full.data { plain = "an exponential" }
    let shape =
      "shape \(NumberText.fixed(full.estimate(of: .shape), decimals: 2)), \(p(test.pValue))"
    func level(_ fit: any FittedExtremeValueModel) -> String {
      rounded(
        fit.returnLevel(period: choice.period),
        full.standardError(of: .returnLevel(period: choice.period)))
    }
    let levels =
      "the level that is passed once in \(NumberText.short(choice.period)) \(choice.unit) is "
      + "\(level(full)) with it, and \(level(simple)) without"
    if test.pValue < 0.05 {
      return isFull
        ? "The data reject \(plain) tail (\(shape)): \(levels)"
        : "The data reject \(plain) tail (\(shape)), so the levels mislead: \(levels)"
    }
    return "The data do not tell the shape from 0, \(plain) tail (\(shape)): \(levels)"
  }

  /// What the test of the trend says; of dates also what it comes to in ten years.
  private static func conclusion(
    _ test: LikelihoodRatioTest, trend: Double, unit: String?
  ) -> String {
    let short = NumberText.short
    let slope =
      unit.map { "\(short(trend)) a \($0), \(short(10 * trend)) a decade" }
      ?? "\(short(trend)) for one unit of the covariate"
    return test.pValue < 0.05
      ? "There is a trend: the location changes by \(slope) (\(p(test.pValue)))"
      : "The data do not show a trend (\(slope), \(p(test.pValue))); a fit without --trend has one "
        + "parameter less"
  }

  /// A number with digits down to a tenth of its error.
  private static func rounded(_ value: Double, _ error: Double) -> String {
    NumberText.text(value, resolution: error.isFinite && error > 0 ? 10 * error : value.magnitude)
  }

  private static func p(_ value: Double) -> String {
    value < 0.0001 ? "p < 0.0001" : "p = \(NumberText.fixed(value, decimals: value < 0.01 ? 4 : 2))"
  }
}

extension FitData.Values {
  var isLargest: Bool {
    if case .largest = self { return true }
    return false
  }
}
