import CGumbelMath
import GumbelTensors

/// Fits to samples simulated from a fitted distribution, from whose quantiles intervals follow.
///
/// Intervals are those of the percentiles. Unlike ``GumbelBootstrap``'s they are no exact ones: a
/// shape is no shift or scale of the data. In small samples those for high levels are too short, and
/// hold the truth less often than ``ExtremeValueIntervalMethod/profileLikelihood``'s; <doc:ExtremeValues>
/// says how often.
///
/// Efron & Tibshirani, "An introduction to the bootstrap", 1993, chapter 13.
public struct ExtremeValueBootstrap: SimulatedFits {
  private let fit: ExtremeValueFit
  private let replicates: [ExtremeValueFit]

  /// Simulates and fits `replicates` samples of the data's size, with their covariates. A sample to
  /// which nothing can be fitted is left out. The number of exceedances is a Poisson variable.
  ///
  /// Traps unless there are 20 replicates or more, and at most 10⁹ observations.
  public init(_ fit: ExtremeValueFit, replicates: Int = 1000, key: RandomKey) {
    require(
      replicates >= 20, "ExtremeValueBootstrap: \(replicates) replicates, expected 20 or more")
    require(
      fit.totalWeight <= 1e9,
      "ExtremeValueBootstrap: a fit to \(fit.totalWeight) observations, expected at most 1e9")
    self.fit = fit
    self.replicates = (0..<replicates).compactMap { fit.refitted(key: key.folding(in: $0)) }
  }

  /// How many samples could be fitted.
  public var count: Int { replicates.count }

  public func interval(
    for quantity: ExtremeValueQuantity, confidence: Double
  ) -> (Double, Double) {
    let sorted = replicates.map { fit in
      if case .returnLevel(let period) = quantity { return fit.level(period: period) }
      return fit.estimate(of: quantity)
    }.sorted()
    guard sorted.count >= 2 else { return (-.infinity, .infinity) }
    func quantile(_ p: Double) -> Double {
      let place = min(max(p * Double(sorted.count + 1) - 1, 0), Double(sorted.count - 1))
      let index = min(Int(place), sorted.count - 2)
      return sorted[index] + (place - Double(index)) * (sorted[index + 1] - sorted[index])
    }
    return (quantile((1 - confidence) / 2), quantile((1 + confidence) / 2))
  }
}

extension ExtremeValueFit {
  /// A level, also of a rate so low that it is below the threshold.
  fileprivate func level(period: Double) -> Double {
    guard case .exceedances(_, let rate) = data else { return returnLevel(period: period) }
    return sample.value(
      at: point[0] + exp(point[2]) * variate(log(period * rate), shape: shape))
  }

  /// The fit to a sample that is drawn from this one, by a method of its own.
  func refitted(key: RandomKey) -> ExtremeValueFit? {
    guard let sample = try? simulated(key: key) else { return nil }
    return try? sample.fit(method, shape: isShapeFixed ? shape : nil)
  }

  /// A sample of the data's size.
  private func simulated(key: RandomKey) throws(FitError) -> ExtremeSample {
    func value(_ y: Double, _ covariate: Double = 0) -> Double {
      sample.value(at: point[0] + point[1] * covariate + exp(point[2]) * variate(y, shape: shape))
    }
    switch data {
    case .exceedances(let threshold, let rate):
      // Arrivals of a Poisson process until as much time has passed as the data took.
      let points = key.unitPoints(2 * Int(totalWeight + 10 * totalWeight.squareRoot() + 20))
      let half = points.count / 2
      var (time, values) = (0.0, [Double]())
      for i in 0..<half {
        time -= log(points[i].lower)
        if time > totalWeight { break }
        values.append(value(-log(points[half + i].upper)))
      }
      return try ExtremeSample(
        blocks: values.map { [$0] }, weights: nil, covariate: nil, reference: nil,
        data: .exceedances(
          threshold: threshold, rate: rate * Double(values.count) / totalWeight),
        extreme: extreme)
    case .blockExtremes, .largest:
      let covariates = sample.topCovariates
      let sizes = sample.blockSizes
      let points = key.unitPoints(sizes.reduce(0, +))
      var (next, blocks) = (0, [[Double]]())
      for (i, size) in sizes.enumerated() {
        // exp(-y) of the values in order are the arrivals of a Poisson process.
        var (arrival, block) = (0.0, [Double]())
        for _ in 0..<size {
          let point = points[next]
          arrival -= point.lower < 0.5 ? log(point.lower) : log1p(-point.upper)
          block.append(value(-log(arrival), covariates?[i] ?? 0))
          next += 1
        }
        blocks.append(block)
      }
      return try ExtremeSample(
        blocks: blocks, weights: nil,
        covariate: covariates.map { all in all.map { reference! + $0 * sample.covariateUnit } },
        reference: reference, data: data, extreme: extreme)
    }
  }
}

extension ExtremeSample {
  /// How many values each block has; with weights, so many blocks of one as they sum to.
  fileprivate var blockSizes: [Int] {
    if weights != nil, likelihood.covariate == nil {
      return [Int](repeating: 1, count: max(Int(totalWeight.rounded()), 4))
    }
    var (sizes, size) = ([Int](), 0)
    for tail in likelihood.tails {
      size += 1
      if tail > 0 {
        sizes.append(size)
        size = 0
      }
    }
    return sizes
  }
}

extension ExtremeValueFit {
  /// A fit with the same parameters to fewer data: some of these, evenly chosen. Only what is
  /// simulated from it means anything.
  func restricted(to size: Int) throws(FitError) -> ExtremeValueFit {
    let values = sample.values
    let chosen = (0..<size).map { $0 * values.count / size }
    let covariates = sample.topCovariates
    let part = try ExtremeSample(
      blocks: chosen.map { [values[$0]] }, weights: nil,
      covariate: covariates.map { all in
        chosen.map { reference! + all[$0] * sample.covariateUnit }
      }, reference: reference, data: data == .largest ? .blockExtremes : data, extreme: extreme)
    let sign = sample.sign
    let level = (sign * location - part.origin) / part.unit
    return try ExtremeValueFit(
      part,
      point: [
        level, (trend ?? 0) * sign / part.unit * part.covariateUnit, log(scale / part.unit), shape,
      ], method: method, isShapeFixed: isShapeFixed)
  }
}
