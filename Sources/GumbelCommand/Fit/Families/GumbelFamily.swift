import SwiftGumbel

/// Gumbel distributions, and what goes with them: exponential exceedances, and a location that follows
/// something.
struct GumbelFamily: FitFamily {
  let name = "gumbel"
  let summary = "whose tail is that of an exponential"
  let usualReplicates = 2000

  func fit(_ data: FitData) throws(FitError) -> any FittedExtremeValueModel {
    if case .extremes(let values, let weights) = data.values, data.isPlain {
      return try Gumbel.fit(
        to: values, weights: weights, location: data.location, scale: data.scale,
        method: data.method, extreme: data.extreme)
    }
    return try GeneralizedFamily.fit(data, shape: 0)
  }

  func cost(_ data: FitData) -> Double { data.isPlain ? 1 : GeneralizedFamily.cost }

  func parameterNote(_ fit: any FittedExtremeValueModel) -> String {
    guard fit is GumbelFit else { return GeneralizedFamily().parameterNote(fit) }
    return """
      The density is highest at the location; the scale says how far values spread, with a
      standard deviation of 1.283 scales.
      """
  }
}
