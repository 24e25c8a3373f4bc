import CGumbelMath
import GumbelTensors

/// A generalized extreme value or Pareto distribution fitted to data, with what is needed to say how
/// sure the fit is.
///
/// The data are the largest values of blocks, the r largest of each, or what exceeds a threshold;
/// or the same of smallest ones. The location may follow a covariate, and the shape may be given.
///
/// ```swift
/// let fit = try GeneralizedExtremeValue.fit(to: annualMaxima)
/// print(fit.shape, fit.standardError(of: .shape), fit.gumbelTest!.pValue)
/// print(fit.interval(for: .returnLevel(period: 100), by: .profileLikelihood))
/// ```
///
/// The maximum of the likelihood is the local one with a shape above -1: below, the likelihood has no
/// bound. Its standard errors are those of large samples where the shape is above -1/2.
///
/// Smith, "Maximum likelihood estimation in a class of nonregular cases", Biometrika 72, 1985.
public struct ExtremeValueFit: Sendable {
  /// What the data are.
  public enum Data: Sendable, Equatable {
    /// The extreme of each block.
    case blockExtremes
    /// The extremes of each block, as many as there are values of it.
    case largest
    /// What lies beyond a threshold, of which there are `rate` in a unit of time on average.
    case exceedances(threshold: Double, rate: Double)
  }

  /// What an interval is for.
  public typealias Quantity = ExtremeValueQuantity

  /// The location, at the covariate's `reference` if there is one; of exceedances the threshold.
  public let location: Double
  /// Positive.
  public let scale: Double
  /// Positive for a heavy tail, negative for a bounded one.
  public let shape: Double
  /// The change of the location for one unit of the covariate; nil without one.
  public let trend: Double?
  /// The value of the covariate that location and levels are given for.
  public let reference: Double?

  public let data: Data
  public let method: GumbelFit.Method
  public let extreme: GumbelFit.Extreme
  public let isShapeFixed: Bool
  /// `Σ w log p(x)` at the parameters.
  public let logLikelihood: Double
  /// How many values were fitted.
  public let count: Int
  /// The sum of the weights: the number of observations.
  public let totalWeight: Double

  let sample: ExtremeSample
  /// The parameters in the sample's units, as the likelihood has them.
  let point: [Double]

  init(
    _ sample: ExtremeSample, point: [Double], method: GumbelFit.Method, isShapeFixed: Bool
  ) throws(FitError) {
    self.sample = sample
    self.point = point
    self.method = method
    self.isShapeFixed = isShapeFixed
    (data, extreme, count) = (sample.data, sample.extreme, sample.count)
    totalWeight = sample.totalWeight
    location = sample.value(at: point[0])
    scale = sample.unit * exp(point[2])
    shape = point[3]
    trend = sample.likelihood.covariate.map { _ in
      sample.sign * sample.unit * point[1] / sample.covariateUnit
    }
    reference = sample.reference
    guard scale > 0, scale.isFinite, location.isFinite else { throw .scaleOutOfRange }
    let value = sample.likelihood.derivatives(at: point, y: 0).value
    // What lies above the threshold is taken as given.
    logLikelihood = value + sample.expectedExceedances - sample.densityCount * log(sample.unit)
  }

  /// Which parameters were estimated: level, trend, log scale and shape.
  var free: [Int] { sample.free(isShapeFixed: isShapeFixed) }

  /// The distribution of a block's extreme for maxima, at the covariate's reference; of exceedances
  /// that of the largest among as many values as are expected to be one, so that location is the
  /// threshold. Of minima it is that of -X: `MinimumGeneralizedExtremeValue(mirroring:)` has the
  /// distribution of X.
  public var distribution: GeneralizedExtremeValue<Double> {
    GeneralizedExtremeValue(location: sample.sign * location, scale: scale, shape: shape)
  }
}

/// Values in units of their own, as the likelihood takes them.
struct ExtremeSample: Sendable {
  let data: ExtremeValueFit.Data
  let extreme: GumbelFit.Extreme
  let likelihood: ExtremeLikelihood
  /// The values themselves, or the largest of each block, not mirrored.
  let values: [Double]
  let weights: [Double]?
  let origin, unit: Double
  let covariateUnit: Double
  let reference: Double?
  let count: Int
  let totalWeight: Double
  /// How many densities the likelihood is a product of.
  let densityCount: Double

  var sign: Double { extreme == .maximum ? 1 : -1 }
  /// Values of the sample's own coordinate as they are.
  func value(at point: Double) -> Double { sign * (origin + unit * point) }

  /// The number of exceedances, 0 of blocks.
  var expectedExceedances: Double {
    if case .exceedances = data { return totalWeight }
    return 0
  }

  func free(isShapeFixed: Bool) -> [Int] {
    var free = [2]
    if case .exceedances = data {} else { free.insert(0, at: 0) }
    if likelihood.covariate != nil { free.insert(1, at: free.firstIndex(of: 2)!) }
    return isShapeFixed ? free : free + [3]
  }

  /// The standard reduced variate of the level that is passed once in a period.
  func reducedLevel(period: Double) -> Double {
    guard case .exceedances(_, let rate) = data else {
      return GumbelFit.reducedLevel(period: period)
    }
    require(
      period * rate > 1 && period.isFinite,
      "ExtremeValueFit: return period \(period), expected one above \(1 / rate), in which one value "
        + "exceeds the threshold")
    return log(period * rate)
  }

  /// - Parameters:
  ///   - blocks: The values of each block, of which the first is the most extreme.
  ///   - covariate: Of each block.
  init(
    blocks: [[Double]], weights: [Double]?, covariate: [Double]?, reference: Double?,
    data: ExtremeValueFit.Data, extreme: GumbelFit.Extreme
  ) throws(FitError) {
    let sign = extreme == .maximum ? 1.0 : -1.0
    var position = 0
    for value in blocks.joined() {
      position += 1
      if !value.isFinite { throw .notFinite(position: position, value: value) }
    }
    if let position = weights?.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
      throw .badWeight(position: position + 1, weight: weights![position])
    }
    if let position = covariate?.firstIndex(where: { !$0.isFinite }) {
      throw .badCovariate(position: position + 1, value: covariate![position])
    }
    let kept = blocks.indices.filter { (weights?[$0] ?? 1) > 0 && !blocks[$0].isEmpty }
    self.data = data
    self.extreme = extreme
    self.weights = weights.map { weights in kept.map { weights[$0] } }
    values = kept.map { blocks[$0][0] }
    count = kept.reduce(0) { $0 + blocks[$1].count }
    let tops = values.map { sign * $0 }
    let share = kept.map { weights?[$0] ?? 1 }
    let total = share.reduce(0, +)
    totalWeight = total
    guard let first = tops.first else { throw .tooFewValues(count: 0, needed: 1) }
    var center = 0.0
    if case .exceedances(let threshold, _) = data {
      center = sign * threshold
    } else {
      center = first + zip(tops, share).reduce(0) { $0 + ($1.0 - first) * ($1.1 / total) }
    }
    // Relative to the largest, so that no square overflows or vanishes.
    let reachOfAll = tops.map { ($0 - center).magnitude }.max()!
    let square = zip(tops, share).reduce(0) { sum, pair in
      let part = reachOfAll > 0 ? (pair.0 - center) / reachOfAll : 0
      return sum + part * part * (pair.1 / total)
    }
    let spread = reachOfAll * square.squareRoot()
    guard spread > 0 else { throw .constant(sign * first) }
    guard spread.isFinite, spread > 1e-290 else { throw .scaleOutOfRange }
    (origin, unit) = (center, spread)

    var (points, densities, tails) = ([Double](), [Double](), [Double]())
    var covariates: [Double] = []
    let center0 = covariate.map { all in
      reference ?? kept.reduce(0) { $0 + all[$1] } / Double(kept.count)
    }
    self.reference = center0
    let reach = covariate.map { all in
      kept.map { (all[$0] - center0!).magnitude }.max() ?? 0
    }
    covariateUnit = reach.map { $0 > 0 ? $0 : 1 } ?? 1
    for (i, block) in kept.enumerated() {
      for (rank, value) in blocks[block].enumerated() {
        points.append((sign * value - center) / spread)
        densities.append(share[i])
        let isLast = rank == blocks[block].count - 1
        if case .exceedances = data { tails.append(0) } else { tails.append(isLast ? share[i] : 0) }
        if let covariate { covariates.append((covariate[block] - center0!) / covariateUnit) }
      }
    }
    densityCount = densities.reduce(0, +)
    if case .exceedances = data {
      // Nothing but these lies above the threshold: the unit of time is that of one exceedance.
      points.append(0)
      densities.append(0)
      tails.append(total)
      if covariate != nil { covariates.append(0) }
    }
    likelihood = ExtremeLikelihood(
      values: points, densities: densities, tails: tails,
      covariate: covariate == nil ? nil : covariates)
  }
}
