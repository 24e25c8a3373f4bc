import CGumbelMath
import GumbelTensors

extension ExtremeValueFit {
  public typealias IntervalMethod = ExtremeValueIntervalMethod

  /// The estimate of a quantity. Traps for the trend of a fit without a covariate.
  public func estimate(of quantity: Quantity) -> Double {
    switch quantity {
    case .location: return location
    case .scale: return scale
    case .shape: return shape
    case .trend:
      require(trend != nil, "ExtremeValueFit: the trend of a fit without a covariate")
      return trend!
    case .returnLevel(let period): return returnLevel(period: period)
    }
  }

  /// Whether a quantity was given and not estimated.
  public func isFixed(_ quantity: Quantity) -> Bool {
    switch quantity {
    case .shape: isShapeFixed
    case .location: isOfExceedances
    default: false
    }
  }

  /// The standard error of a quantity, 0 of one that was given.
  ///
  /// Of maximum likelihood from the curvature of the likelihood, of a level by the delta method; of
  /// moments and L-moments by the jackknife. NaN where the curvature is not that of a maximum.
  public func standardError(of quantity: Quantity) -> Double {
    if isFixed(quantity) { return 0 }
    if method != .maximumLikelihood { return jackknifeError(of: quantity) }
    let place = coordinate(of: quantity)
    guard let covariance = covariance(y: place.y),
      let index = freeCoordinates(place.y).firstIndex(of: place.index)
    else { return .nan }
    return place.unit * covariance[index][index].squareRoot()
  }

  /// An interval that holds the true value of a quantity with a probability near `confidence`.
  ///
  /// Of what was given it is the value alone. Shapes of profile intervals end at -1. Traps unless
  /// the confidence is between 0 and 1, for a return period that is too short, and for the profile
  /// likelihood of another method than maximum likelihood.
  public func interval(
    for quantity: Quantity, confidence: Double = 0.95, by intervalMethod: IntervalMethod = .wald
  ) -> ClosedRange<Double> {
    require(
      confidence > 0 && confidence < 1,
      "ExtremeValueFit: confidence \(confidence), expected a number between 0 and 1")
    let center = estimate(of: quantity)
    if isFixed(quantity) { return center...center }
    let bounds: (Double, Double)
    switch intervalMethod {
    case .wald:
      let margin = normalDeviate(confidence: confidence) * standardError(of: quantity)
      bounds = (center - margin, center + margin)
    case .profileLikelihood:
      require(
        method == .maximumLikelihood,
        "ExtremeValueFit: a profile likelihood of a fit by \(method.rawValue), expected one by mle")
      bounds = profileInterval(for: quantity, confidence: confidence)
    case .bootstrap(let bootstrap):
      bounds = bootstrap.interval(for: quantity, confidence: confidence)
    }
    // Infinity less infinity: nothing is known of such an end.
    let ends = (bounds.0.isNaN ? -.infinity : bounds.0, bounds.1.isNaN ? .infinity : bounds.1)
    let (low, high) = quantity == .scale ? (max(ends.0, 0), ends.1) : ends
    return min(low, center)...max(high, center)
  }

  /// An interval for the period of a level, by the profile likelihood: the periods for which a
  /// likelihood-ratio test does not reject that their level is this one. It may be infinite above.
  ///
  /// Traps unless the confidence is between 0 and 1, for another method than maximum likelihood, and
  /// for a level within the threshold.
  public func returnPeriodInterval(
    level: Double, confidence: Double = 0.95
  ) -> ClosedRange<Double> {
    require(
      confidence > 0 && confidence < 1,
      "ExtremeValueFit: confidence \(confidence), expected a number between 0 and 1")
    require(
      method == .maximumLikelihood,
      "ExtremeValueFit: a profile likelihood of a fit by \(method.rawValue), expected one by mle")
    let deviate = normalDeviate(confidence: confidence)
    let place = (sample.sign * level - sample.origin) / sample.unit
    let center = min(reduced(level, at: nil), longestReducedPeriod)
    require(
      !isOfExceedances || center >= 0,
      "ExtremeValueFit: level \(level), expected one beyond the threshold")
    // In the reduced variate, of which the period is a function: the level stays where it is.
    func end(_ direction: Double) -> Double {
      var start = point
      return profileEnd(from: center, step: direction * 0.3, deviate) { y in
        if y > longestReducedPeriod { return .infinity }
        guard let best = profile(at: place, index: 0, y: y, from: &start) else { return .nan }
        return 2 * (maximumValue - best)
      }
    }
    func period(_ y: Double) -> Double {
      if y > longestReducedPeriod - 1 { return .infinity }
      guard case .exceedances(_, let rate) = data else { return -1 / expm1(-exp(-y)) }
      return exp(max(y, 0)) / rate
    }
    return period(end(-1))...max(period(end(-1)), period(end(1)))
  }

  // MARK: - The likelihood around its maximum

  /// The place of a quantity among the likelihood's parameters: its index, the reduced variate that
  /// makes it one, and what one unit of it is worth.
  private func coordinate(of quantity: Quantity) -> (index: Int, y: Double, unit: Double) {
    switch quantity {
    case .location: (0, 0, sample.unit)
    case .trend: (1, 0, sample.unit / sample.covariateUnit)
    // The error of a scale is that of its logarithm times the scale.
    case .scale: (2, 0, scale)
    case .shape: (3, 0, 1)
    case .returnLevel(let period): (0, sample.reducedLevel(period: period), sample.unit)
    }
  }

  /// With a level, of exceedances too the number of these has to vary.
  private func freeCoordinates(_ y: Double) -> [Int] {
    free.contains(0) || y == 0 ? free : [0] + free
  }

  private func covariance(y: Double) -> [[Double]]? {
    var at = point
    at[0] += exp(point[2]) * variate(y, shape: shape)
    let hessian = sample.likelihood.derivatives(at: at, y: y).hessian
    let free = freeCoordinates(y)
    return inverse(
      ofPositiveDefinite: free.map { row in free.map { -hessian[4 * row + $0] } })
  }

  private var maximumValue: Double { sample.likelihood.derivatives(at: point, y: 0).value }

  /// The largest likelihood with one coordinate held.
  ///
  /// - Parameter start: The best point of the last call, with the location for the level; becomes that
  ///   of this one.
  private func profile(
    at value: Double, index: Int, y: Double, from start: inout [Double]
  ) -> Double? {
    let free = freeCoordinates(y).filter { $0 != index }
    // Where nothing is found from the last point, from others along the same ridge.
    var starts = [start, point]
    if free.contains(3) {
      starts += [0.0, 0.3, -0.25].map { shape in Array(point[0..<3]) + [shape] }
    }
    for start0 in starts {
      let from = Self.moved(start0, to: value, index: index, y: y)
      if free.isEmpty { return sample.likelihood.derivatives(at: from, y: y).value }
      guard let best = sample.likelihood.maximum(from: from, over: free, y: y) else { continue }
      start = best.point
      start[0] -= exp(start[2]) * variate(y, shape: start[3])
      return best.value
    }
    // The likelihood still grows where the shape is -1: its largest value above that is there.
    guard free.contains(3) else { return nil }
    let from = Self.moved(Array(point[0..<3]) + [-1], to: value, index: index, y: y)
    return sample.likelihood.maximum(from: from, over: free.filter { $0 != 3 }, y: y)?.value
  }

  /// A point with one coordinate held, from one with the location for the level.
  ///
  /// To another level the scale leads best, since what lies below stays where it is.
  private static func moved(
    _ start: [Double], to value: Double, index: Int, y: Double
  ) -> [Double] {
    var from = start
    from[index] = value
    if index == 0, y != 0 {
      let reach = variate(y, shape: start[3])
      let scale = (value - start[0]) / reach
      // Near the location it does not, but there a level behaves as that does.
      if y.magnitude > 1, scale > 0 { from[2] = log(scale) }
    } else if y != 0 {
      from[0] += exp(start[2]) * variate(y, shape: start[3])
    }
    return from
  }

  private func profileInterval(
    for quantity: Quantity, confidence: Double
  ) -> (Double, Double) {
    let deviate = normalDeviate(confidence: confidence)
    let (index, y, _) = coordinate(of: quantity)
    var center = point
    center[0] += exp(point[2]) * variate(y, shape: shape)
    let covariance = covariance(y: y)
    let place = freeCoordinates(y).firstIndex(of: index)!
    let error = covariance.map { $0[place][place].squareRoot() } ?? 0.1
    let maximum = maximumValue
    func end(_ direction: Double) -> Double {
      var start = point
      let end = profileEnd(from: center[index], step: direction * error, deviate) { value in
        if index == 3, value <= -1 { return .infinity }
        guard let best = profile(at: value, index: index, y: y, from: &start) else { return .nan }
        return 2 * (maximum - best)
      }
      switch index {
      case 0: return sample.value(at: end)
      case 1: return sample.sign * end * sample.unit / sample.covariateUnit
      case 2: return sample.unit * exp(end)
      default: return end
      }
    }
    let ends = (end(-1), end(1))
    return (min(ends.0, ends.1), max(ends.0, ends.1))
  }

  /// Tukey's jackknife, over at most 200 groups of observations.
  private func jackknifeError(of quantity: Quantity) -> Double {
    let groups = min(sample.values.count, 200)
    var estimates: [Double] = []
    for group in 0..<groups {
      let kept = sample.values.indices.filter { $0 % groups != group }.map { sample.values[$0] }
      guard
        let part = try? ExtremeSample(
          blocks: kept.map { [$0] }, weights: nil, covariate: nil, reference: nil, data: data,
          extreme: extreme),
        let fit = try? part.fit(method, shape: nil)
      else { return .nan }
      estimates.append(fit.estimate(of: quantity))
    }
    let mean = estimates.reduce(0, +) / Double(groups)
    let squares = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (squares * Double(groups - 1) / Double(groups)).squareRoot()
  }
}

/// The reduced variate from which on a period counts as infinite: 10²¹ blocks.
let longestReducedPeriod = 50.0

extension ExtremeValueFit {
  /// How scale and shape vary together; nil where either is fixed or the curvature is not that of a
  /// maximum.
  var scaleAndShapeCovariance: (scale: Double, shape: Double, both: Double)? {
    let free = free
    guard let i = free.firstIndex(of: 2), let j = free.firstIndex(of: 3) else { return nil }
    let hessian = sample.likelihood.derivatives(at: point, y: 0).hessian
    guard
      let covariance = inverse(
        ofPositiveDefinite: free.map { row in free.map { -hessian[4 * row + $0] } })
    else { return nil }
    return (scale * scale * covariance[i][i], covariance[j][j], scale * covariance[i][j])
  }
}
