import CGumbelMath
import GumbelTensors

extension GeneralizedExtremeValue<Double> {
  /// The parameters that fit extremes of blocks best.
  ///
  /// - Parameters:
  ///   - values: The extremes, in any order.
  ///   - weights: How many observations each value stands for, 1 each if nil; for maximum
  ///     likelihood only.
  ///   - shape: The shape where it is known and not to be estimated; for maximum likelihood only.
  ///   - covariate: What the location follows, `location + trend (covariate - reference)`, a number
  ///     a value; for maximum likelihood only.
  ///   - reference: The covariate that the location and levels are given for, its mean if nil.
  ///   - method: How to estimate: maximum likelihood; L-moments, from the first three; moments, from
  ///     mean, variance and the skewness with its small-sample factor `√(n (n - 1)) / (n - 2)`,
  ///     whose shapes are below 1/3.
  ///   - extreme: Whether the values are maxima or minima. Of minima, -X has the distribution with
  ///     that scale and shape, and minus the location.
  /// - Throws: If there are too few values for the free parameters, all are the same, one is not
  ///   finite or the method finds no parameters. Traps unless there are as many weights and
  ///   covariates as values, the shape is above -1 and finite and a method can do what is asked.
  public static func fit(
    to values: [Double], weights: [Double]? = nil, shape: Double? = nil,
    covariate: [Double]? = nil, at reference: Double? = nil,
    method: GumbelFit.Method = .maximumLikelihood, extreme: GumbelFit.Extreme = .maximum
  ) throws(FitError) -> ExtremeValueFit {
    require(
      weights == nil || weights!.count == values.count,
      "fit: \(values.count) values and \(weights?.count ?? 0) weights, expected as many")
    require(
      covariate == nil || covariate!.count == values.count,
      "fit: \(values.count) values and \(covariate?.count ?? 0) covariates, expected as many")
    let sample = try ExtremeSample(
      blocks: values.map { [$0] }, weights: weights, covariate: covariate, reference: reference,
      data: .blockExtremes, extreme: extreme)
    return try sample.fit(method, shape: shape)
  }

  /// The parameters under which the r largest, or smallest, values of each block are most likely.
  ///
  /// Of a block the joint density is that of its extremes in order (Weissman 1978): each block's
  /// numbers may be given in any order, and blocks may have different numbers of them.
  ///
  /// - Parameters:
  ///   - blocks: The values of each block.
  ///   - shape: The shape where it is known and not to be estimated.
  ///   - covariate: What the location follows, a number a block.
  ///   - reference: The covariate that the location and levels are given for, its mean if nil.
  ///   - extreme: Whether the values are the largest or the smallest.
  /// - Throws: If there are too few values, all are the same, one is not finite or no maximum is
  ///   found.
  ///
  /// Weissman, "Estimation of parameters and large quantiles based on the k largest observations",
  /// JASA 73, 1978; Tawn, "An extreme-value theory model for dependent observations", Journal of
  /// Hydrology 101, 1988.
  public static func fit(
    toLargest blocks: [[Double]], shape: Double? = nil, covariate: [Double]? = nil,
    at reference: Double? = nil, extreme: GumbelFit.Extreme = .maximum
  ) throws(FitError) -> ExtremeValueFit {
    require(
      covariate == nil || covariate!.count == blocks.count,
      "fit: \(blocks.count) blocks and \(covariate?.count ?? 0) covariates, expected as many")
    let ordered = blocks.map { extreme == .maximum ? $0.sorted(by: >) : $0.sorted() }
    let sample = try ExtremeSample(
      blocks: ordered, weights: nil, covariate: covariate, reference: reference, data: .largest,
      extreme: extreme)
    return try sample.fit(.maximumLikelihood, shape: shape)
  }
}

extension GeneralizedPareto<Double> {
  /// The parameters that fit what exceeds a threshold best.
  ///
  /// Values on the other side of the threshold, or on it, are left out. Levels and their intervals
  /// allow for the chance in the number of exceedances, which is taken for a Poisson variable.
  ///
  /// - Parameters:
  ///   - values: The data, in any order, independent of each other; see ``Exceedances``.
  ///   - threshold: Which values count: those above it for maxima, below it for minima.
  ///   - rate: How many exceedances there are in a unit of time, such as a year, on average.
  ///   - shape: The shape where it is known and not to be estimated; for maximum likelihood only.
  ///   - method: How to estimate: maximum likelihood, L-moments or moments, whose shapes are below 1/2.
  ///   - extreme: Whether the values are maxima or minima.
  /// - Throws: If there are too few values beyond the threshold, all are the same, one is not finite
  ///   or the method finds no parameters. Traps unless the threshold is finite and the rate positive
  ///   and finite, and for a shape of -1 or less.
  public static func fit(
    toExceedancesIn values: [Double], threshold: Double, rate: Double, shape: Double? = nil,
    method: GumbelFit.Method = .maximumLikelihood, extreme: GumbelFit.Extreme = .maximum
  ) throws(FitError) -> ExtremeValueFit {
    require(
      threshold.isFinite, "GeneralizedPareto.fit: threshold \(threshold), expected a finite number")
    require(
      rate > 0 && rate.isFinite,
      "GeneralizedPareto.fit: rate \(rate), expected a positive finite number")
    if let position = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(position: position + 1, value: values[position])
    }
    let beyond = values.filter { extreme == .maximum ? $0 > threshold : $0 < threshold }
    let sample = try ExtremeSample(
      blocks: beyond.map { [$0] }, weights: nil, covariate: nil, reference: nil,
      data: .exceedances(threshold: threshold, rate: rate), extreme: extreme)
    return try sample.fit(method, shape: shape)
  }
}

extension ExtremeSample {
  func fit(_ method: GumbelFit.Method, shape: Double?) throws(FitError) -> ExtremeValueFit {
    require(
      shape.map { $0 > -1 && $0.isFinite } ?? true,
      "fit: shape \(shape ?? 0), expected a finite number above -1")
    require(
      method == .maximumLikelihood || weights == nil && shape == nil && likelihood.covariate == nil,
      "fit by \(method.rawValue): weights, a shape or a covariate given, expected none")
    let needed = free(isShapeFixed: shape != nil).count
    if count < needed { throw .tooFewValues(count: count, needed: needed) }
    if let covariate = likelihood.covariate, covariate.allSatisfy({ $0 == covariate[0] }) {
      throw .constantCovariate(reference!)
    }
    return try ExtremeValueFit(
      self, point: estimate(method, shape: shape), method: method, isShapeFixed: shape != nil)
  }

  /// Level, trend, log scale and shape by a method, in the sample's units.
  func estimate(_ method: GumbelFit.Method, shape: Double?) throws(FitError) -> [Double] {
    if method == .maximumLikelihood { return try mostLikely(shape: shape) }
    let points = values.map { (sign * $0 - origin) / unit }
    guard
      let estimate = isExceedances
        ? Self.paretoEstimate(points, method) : Self.blockEstimate(points, method)
    else { throw .noSuchMoments }
    return [estimate.location, 0, log(estimate.scale), estimate.shape]
  }

  var isExceedances: Bool {
    if case .exceedances = data { return true }
    return false
  }

  private func mostLikely(shape: Double?) throws(FitError) -> [Double] {
    let free = free(isShapeFixed: shape != nil)
    // The sample has mean 0 and mean square 1, of exceedances mean square 1 from the threshold.
    let start = isExceedances ? [0, 0, -0.35, 0] : [-0.45, 0, -0.25, 0]
    var best: ExtremeLikelihood.Maximum?
    var starts = shape.map { [$0] } ?? [0.05]
    if shape == nil {
      let points = values.map { (sign * $0 - origin) / unit }
      let found =
        isExceedances
        ? Self.paretoEstimate(points, .lMoments) : Self.blockEstimate(points, .lMoments)
      starts.insert(min(max(found?.shape ?? -0.1, -0.7), 0.8), at: 0)
      starts.append(-0.3)
    }
    for shape in starts {
      var point = start
      point[3] = shape
      guard let found = likelihood.maximum(from: point, over: free, y: 0) else { continue }
      if found.value > best?.value ?? -.infinity { best = found }
      // The first that is found is nearly always the only one.
      break
    }
    guard let best else { throw .noMaximum }
    return best.point
  }

  typealias Estimate = (location: Double, scale: Double, shape: Double)

  /// By moments or L-moments, nil where no parameters have these.
  static func blockEstimate(_ values: [Double], _ method: GumbelFit.Method) -> Estimate? {
    guard values.count > 2 else { return nil }
    if method == .lMoments {
      let moments = LMoments(of: values)
      guard moments.skewness > -1, moments.skewness < 1, moments.scale > 0 else { return nil }
      // τ₃ grows with the shape, from -1 to 1.
      let shape = increasingRoot(in: -100, 1) { shape in
        2 * ExtremeMoments.powerRatio(3, shape) / ExtremeMoments.powerRatio(2, shape) - 3
          - moments.skewness
      }
      let standard = GeneralizedExtremeValue(location: 0, scale: 1, shape: min(shape, 1 - 1e-12))
      let scale = moments.scale / standard.lMoments.scale
      return checked(moments.mean - scale * standard.mean, scale, shape)
    }
    let n = Double(values.count)
    let (mean, variance, skewness) = centralMoments(values)
    let adjusted = skewness * (n * (n - 1)).squareRoot() / (n - 2)
    let shape = increasingRoot(in: -10, 1.0 / 3 - 1e-9) {
      GeneralizedExtremeValue(location: 0, scale: 1, shape: $0).skewness - adjusted
    }
    let standard = GeneralizedExtremeValue(location: 0, scale: 1, shape: shape)
    let scale = (variance * n / (n - 1)).squareRoot() / standard.standardDeviation
    return checked(mean - scale * standard.mean, scale, shape)
  }

  /// The scale and shape of excesses over 0.
  static func paretoEstimate(_ values: [Double], _ method: GumbelFit.Method) -> Estimate? {
    guard values.count > 1 else { return nil }
    if method == .lMoments {
      let moments = LMoments(of: values)
      // λ₁ / λ₂ = 2 - ξ.
      let shape = 2 - moments.mean / moments.scale
      return shape < 1 ? checked(0, moments.mean * (1 - shape), shape) : nil
    }
    let n = Double(values.count)
    let (mean, variance, _) = centralMoments(values)
    let ratio = mean * mean / (variance * n / (n - 1))
    return checked(0, mean * (ratio + 1) / 2, (1 - ratio) / 2)
  }

  private static func checked(_ location: Double, _ scale: Double, _ shape: Double) -> Estimate? {
    scale > 0 && scale.isFinite && location.isFinite && shape.isFinite
      ? (location, scale, shape) : nil
  }

  /// The mean, the variance with the divisor n, and the skewness of the data as they are.
  private static func centralMoments(_ values: [Double]) -> (Double, Double, Double) {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    let second = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let third = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) } / n
    return (mean, second, third / (second * second.squareRoot()))
  }
}

/// Where a function that grows between two ends is 0, or the end that is nearer.
///
/// By the secant where it halves the bracket, and else by its middle; to the last digit.
func increasingRoot(in low: Double, _ high: Double, _ function: (Double) -> Double) -> Double {
  var (low, high) = (low, high)
  var (below, above) = (function(low), function(high))
  if !(below < 0) { return low }
  if !(above > 0) { return high }
  for iteration in 0..<200 {
    let middle = (low + high) / 2
    var next = low - below * (high - low) / (above - below)
    if iteration % 3 == 2 || !(next > low && next < high) { next = middle }
    if !(next > low && next < high) { return middle }
    let value = function(next)
    if value == 0 { return next }
    if value < 0 { (low, below) = (next, value) } else { (high, above) = (next, value) }
    if high - low <= 2e-16 * max(low.magnitude, high.magnitude) { break }
  }
  return (low + high) / 2
}
