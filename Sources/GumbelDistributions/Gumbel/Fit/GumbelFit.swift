import GumbelTensors

/// A Gumbel distribution fitted to data, with what is needed to say how sure the fit is.
///
///     z = (x - location) / scale
///     maxima: P(X ≤ x) = exp(-exp(-z)),   minima: P(X > x) = exp(-exp(z))
///
/// ```swift
/// let fit = try Gumbel.fit(to: annualMaxima)
/// print(fit.location, fit.scale, fit.standardErrors)
/// print(fit.returnLevel(period: 100), fit.interval(for: .returnLevel(period: 100)))
/// ```
public struct GumbelFit: Sendable {
  /// How the parameters are estimated.
  public enum Method: String, Sendable, CaseIterable {
    /// The most likely parameters: asymptotically the most precise.
    case maximumLikelihood = "mle"
    /// From the mean and the variance. Its scale varies nearly twice as much as the most likely.
    case moments
    /// From the mean and half the mean difference of two values (Hosking 1990).
    case lMoments = "l-moments"
  }

  /// Which end of the data's origin the values come from.
  public enum Extreme: Sendable {
    /// The largest of many values: the long tail is above.
    case maximum
    /// The smallest of many values: the long tail is below.
    case minimum
  }

  /// The mode of the distribution.
  public let location: Double
  /// Positive.
  public let scale: Double
  public let method: Method
  public let extreme: Extreme
  public let isLocationFixed, isScaleFixed: Bool
  /// `Σ w log p(x)` at the parameters.
  public let logLikelihood: Double

  package let sample: StandardSample
  /// The parameters in the sample's own units: `1 / scale` and `location / scale`.
  let a, b: Double

  /// How many values were fitted, those of weight 0 left out.
  public var count: Int { sample.count }
  /// The sum of the weights: the number of observations.
  public var totalWeight: Double { sample.totalWeight }

  init(
    sample: StandardSample, a: Double, b: Double, method: Method, extreme: Extreme,
    fixedLocation: Double?, fixedScale: Double?
  ) throws(FitError) {
    self.sample = sample
    self.a = a
    self.b = b
    self.method = method
    self.extreme = extreme
    isLocationFixed = fixedLocation != nil
    isScaleFixed = fixedScale != nil
    scale = fixedScale ?? sample.length(1 / a)
    let sign = extreme == .maximum ? 1.0 : -1.0
    location = fixedLocation ?? sign * sample.point(at: b / a)
    guard scale > 0, scale.isFinite, location.isFinite else { throw .scaleOutOfRange }
    logLikelihood =
      sample.totalWeight * (sample.meanLogLikelihood(a: a, b: b) - sample.logUnit)
  }
}

extension Gumbel<Double> {
  /// The parameters that fit data best.
  ///
  /// - Parameters:
  ///   - values: The data, in any order.
  ///   - weights: How many observations each value stands for, 1 each if nil; need not be whole.
  ///   - location: The location where it is known and not to be estimated.
  ///   - scale: The scale where it is known and not to be estimated.
  ///   - method: How to estimate. With a fixed location, moments takes the scale from the squared
  ///     distances to it, and l-moments from the differences of the values as without.
  ///   - extreme: Whether the values are maxima or minima.
  /// - Throws: If there are too few values for the free parameters, all are the same, or one
  ///   is not finite. Traps unless there are as many weights as values, and unless a fixed
  ///   parameter is finite and a fixed scale positive.
  public static func fit(
    to values: [Double], weights: [Double]? = nil, location: Double? = nil, scale: Double? = nil,
    method: GumbelFit.Method = .maximumLikelihood, extreme: GumbelFit.Extreme = .maximum
  ) throws(FitError) -> GumbelFit {
    require(
      location?.isFinite ?? true, "Gumbel.fit: location \(location ?? 0), expected a finite number")
    require(
      scale.map { $0 > 0 && $0.isFinite } ?? true,
      "Gumbel.fit: scale \(scale ?? 0), expected a positive finite number")
    let mirrored = extreme == .minimum
    let mirroredLocation = location.map { mirrored ? -$0 : $0 }
    let sample = try StandardSample(
      values, weights: weights, isMirrored: mirrored, reference: mirroredLocation)
    let point = mirroredLocation.map { sample.standardised($0) }
    let a = scale.map { 1 / max(sample.units($0), 1e-300) }
    let (bestA, bestB) = try sample.estimate(location: point, a: a, method: method)
    return try GumbelFit(
      sample: sample, a: bestA, b: bestB, method: method, extreme: extreme,
      fixedLocation: location, fixedScale: scale)
  }
}

extension StandardSample {
  /// `1 / scale` and `location / scale` by a method, where either may be given.
  func estimate(
    location: Double?, a: Double?, method: GumbelFit.Method
  ) throws(FitError) -> (a: Double, b: Double) {
    if let a, let location { return (a, a * location) }
    if a == nil {
      if location == nil, count < 2 { throw .tooFewValues(count: count, needed: 2) }
      let spread = location.map { squareMean(from: $0) } ?? squareMean(from: mean)
      if isConstant && (location == nil || method == .lMoments) || spread == 0 {
        throw .constant(origin)
      }
    }
    switch method {
    case .maximumLikelihood:
      if let a { return (a, bestB(a: a)) }
      if let location {
        return maximum(
          quantile: location, reduced: 0, from: 1 / squareMean(from: location).squareRoot())
      }
      return maximum()
    case .moments, .lMoments:
      let a = if let a { a } else { try 1 / scale(location: location, method: method) }
      return (a, location.map { a * $0 } ?? a * mean - GumbelFit.eulerGamma)
    }
  }
}
