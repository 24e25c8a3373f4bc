import SwiftGumbel

/// Generalized extreme value distributions, and Pareto ones of exceedances.
struct GeneralizedFamily: FitFamily {
  let name = "gev"
  let summary = "the generalized extreme value distribution, which has a shape too"
  let usualReplicates = 1000

  static let cost = 20.0

  func fit(_ data: FitData) throws(FitError) -> any FittedExtremeValueModel {
    try Self.fit(data, shape: nil)
  }

  /// The fit, with a shape that is known or not.
  static func fit(_ data: FitData, shape: Double?) throws(FitError) -> ExtremeValueFit {
    switch data.values {
    case .extremes(let values, let weights):
      try GeneralizedExtremeValue.fit(
        to: values, weights: weights, shape: shape, covariate: data.covariate, at: data.reference,
        method: data.method, extreme: data.extreme)
    case .largest(let blocks):
      try GeneralizedExtremeValue.fit(
        toLargest: blocks, shape: shape, covariate: data.covariate, at: data.reference,
        extreme: data.extreme)
    case .exceedances(let values, let threshold, let rate):
      try GeneralizedPareto.fit(
        toExceedancesIn: values, threshold: threshold, rate: rate, shape: shape,
        method: data.method, extreme: data.extreme)
    }
  }

  func cost(_ data: FitData) -> Double { Self.cost }

  func parameterNote(_ fit: any FittedExtremeValueModel) -> String {
    "A positive shape is a heavy tail, like a power; 0 that of a Gumbel distribution; with a "
      + "negative one there is an end that no value passes."
  }
}
