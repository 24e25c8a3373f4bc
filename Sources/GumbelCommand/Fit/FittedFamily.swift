import ArgumentParser
import SwiftGumbel

/// Which family of distributions is fitted.
enum FitFamily: String, ExpressibleByArgument, CaseIterable {
  case gumbel, gev
  /// The one of the two that a likelihood-ratio test of the shape leaves.
  case auto
}

/// A fit as tables, pictures and pages see it, whatever its family.
protocol FittedFamily {
  /// What the distribution is called, `Gumbel distribution`.
  var familyName: String { get }
  /// How the page explains the parameters.
  var parameterNote: String { get }
  var parameters: [FittedParameter] { get }
  /// What the intervals are made by.
  var intervalName: FitCommand.Interval { get }

  var count: Int { get }
  var totalWeight: Double { get }
  var method: GumbelFit.Method { get }
  var extreme: GumbelFit.Extreme { get }
  var logLikelihood: Double { get }
  /// How many units of time a value stands for: 1, of exceedances less or more.
  var periodsPerValue: Double { get }

  func parameterInterval(_ name: String, confidence: Double) -> ClosedRange<Double>
  func returnLevel(period: Double) -> Double
  func levelError(period: Double) -> Double
  /// The interval of a level; a quick one where the usual takes long.
  func levelInterval(period: Double, confidence: Double, isQuick: Bool) -> ClosedRange<Double>
  func logProbability(of x: Double) -> Double
  func quantile(at p: Double) -> Double
  func sortedData() -> (values: [Double], shares: [Double])
  func goodnessOfFit(key: RandomKey) -> GoodnessOfFit
}

struct FittedParameter {
  let name: String
  let estimate, standardError: Double
  let isFixed: Bool
}

extension FittedFamily {
  /// The distribution with its article.
  var kind: String { "a \(familyName)" }
}

/// A Gumbel distribution.
struct FittedGumbel: FittedFamily {
  let fit: GumbelFit
  let intervals: GumbelFit.IntervalMethod

  var familyName: String { "Gumbel distribution" }
  var parameterNote: String {
    """
    The density is highest at the location; the scale says how far values spread, with a
    standard deviation of 1.283 scales.
    """
  }
  var parameters: [FittedParameter] {
    let errors = fit.standardErrors
    return [
      FittedParameter(
        name: "location", estimate: fit.location, standardError: errors.location,
        isFixed: fit.isLocationFixed),
      FittedParameter(
        name: "scale", estimate: fit.scale, standardError: errors.scale, isFixed: fit.isScaleFixed),
    ]
  }
  var intervalName: FitCommand.Interval {
    switch intervals {
    case .wald: .wald
    case .profileLikelihood: .profile
    case .bootstrap: .bootstrap
    }
  }
  var count: Int { fit.count }
  var totalWeight: Double { fit.totalWeight }
  var method: GumbelFit.Method { fit.method }
  var extreme: GumbelFit.Extreme { fit.extreme }
  var logLikelihood: Double { fit.logLikelihood }
  var periodsPerValue: Double { 1 }

  func parameterInterval(_ name: String, confidence: Double) -> ClosedRange<Double> {
    fit.interval(
      for: name == "location" ? .location : .scale, confidence: confidence, by: intervals)
  }
  func returnLevel(period: Double) -> Double { fit.returnLevel(period: period) }
  func levelError(period: Double) -> Double {
    fit.standardError(of: .returnLevel(period: period))
  }
  func levelInterval(period: Double, confidence: Double, isQuick: Bool) -> ClosedRange<Double> {
    var method = intervals
    if isQuick, case .profileLikelihood = method { method = .wald }
    return fit.interval(for: .returnLevel(period: period), confidence: confidence, by: method)
  }
  func logProbability(of x: Double) -> Double { fit.logProbability(of: x) }
  func quantile(at p: Double) -> Double { fit.quantile(at: p) }
  func sortedData() -> (values: [Double], shares: [Double]) { fit.sortedData() }
  func goodnessOfFit(key: RandomKey) -> GoodnessOfFit { fit.goodnessOfFit(key: key) }
}

/// A generalized extreme value or Pareto distribution, or one of those with a shape of 0.
struct FittedExtremes: FittedFamily {
  let fit: ExtremeValueFit
  let intervals: ExtremeValueFit.IntervalMethod

  var familyName: String {
    if fit.isShapeFixed, fit.shape == 0 {
      return isOfExceedances ? "exponential distribution" : "Gumbel distribution"
    }
    return "generalized \(isOfExceedances ? "Pareto" : "extreme value") distribution"
  }
  var kind: String { (familyName.hasPrefix("e") ? "an " : "a ") + familyName }
  var parameterNote: String {
    let tail =
      "A positive shape is a heavy tail, like a power; 0 that of a Gumbel distribution; with a "
      + "negative one there is an end that no value passes."
    let trend =
      fit.reference.map {
        " The location follows the covariate and is given where that is \(NumberText.short($0)); the "
          + "trend is its change for one unit of the covariate."
      } ?? ""
    return tail + trend
  }
  var quantities: [(name: String, quantity: ExtremeValueFit.Quantity)] {
    let all: [(String, ExtremeValueFit.Quantity)] = [
      ("location", .location), ("trend", .trend), ("scale", .scale), ("shape", .shape),
    ]
    return all.filter { $0.0 != "trend" || fit.trend != nil }
  }
  var parameters: [FittedParameter] {
    quantities.map { name, quantity in
      FittedParameter(
        name: name == "location" && isOfExceedances ? "threshold" : name,
        estimate: fit.estimate(of: quantity), standardError: fit.standardError(of: quantity),
        isFixed: fit.isFixed(quantity))
    }
  }
  var isOfExceedances: Bool {
    if case .exceedances = fit.data { return true }
    return false
  }
  var intervalName: FitCommand.Interval {
    switch intervals {
    case .wald: .wald
    case .profileLikelihood: .profile
    case .bootstrap: .bootstrap
    }
  }
  var count: Int { fit.count }
  var totalWeight: Double { fit.totalWeight }
  var method: GumbelFit.Method { fit.method }
  var extreme: GumbelFit.Extreme { fit.extreme }
  var logLikelihood: Double { fit.logLikelihood }
  var periodsPerValue: Double {
    if case .exceedances(_, let rate) = fit.data { return 1 / rate }
    return 1
  }

  func parameterInterval(_ name: String, confidence: Double) -> ClosedRange<Double> {
    let quantity = quantities.first { $0.name == name }?.quantity ?? .location
    return fit.interval(for: quantity, confidence: confidence, by: intervals)
  }
  func returnLevel(period: Double) -> Double { fit.returnLevel(period: period) }
  func levelError(period: Double) -> Double {
    fit.standardError(of: .returnLevel(period: period))
  }
  func levelInterval(period: Double, confidence: Double, isQuick: Bool) -> ClosedRange<Double> {
    var method = intervals
    if isQuick, case .profileLikelihood = method { method = .wald }
    return fit.interval(for: .returnLevel(period: period), confidence: confidence, by: method)
  }
  func logProbability(of x: Double) -> Double { fit.logProbability(of: x) }
  func quantile(at p: Double) -> Double { fit.quantile(at: p) }
  func sortedData() -> (values: [Double], shares: [Double]) { fit.sortedData() }
  func goodnessOfFit(key: RandomKey) -> GoodnessOfFit {
    fit.goodnessOfFit(replicates: count > 500 ? 500 : 1000, key: key)
  }
}
