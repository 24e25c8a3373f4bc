import Foundation
import GumbelDistributions
import GumbelTensors
import Testing

private func power(_ base: Double, _ exponent: Double) -> Double { Foundation.pow(base, exponent) }
private func logarithm(_ x: Double) -> Double { Foundation.log(x) }

/// What holds of the distribution of minima beside the laws of all distributions, and of fits to
/// mirrored data.
@Suite struct MinimumExtremeValueTests {
  @Test func aShapeOfZeroIsTheGumbelDistributionOfMinima() {
    let general = MinimumGeneralizedExtremeValue(location: 0.5, scale: 2, shape: 0)
    let gumbel = MinimumGumbel(location: 0.5, scale: 2)
    for x in [-30.0, -2, 0.5, 1, 4] {
      #expect(general.logProbability(of: x) == gumbel.logProbability(of: x))
      #expect(general.cdf(at: x) == gumbel.cdf(at: x))
      #expect(general.logSurvival(at: x) == gumbel.logSurvival(at: x))
    }
    for p in [1e-12, 0.3, 0.999] { #expect(general.quantile(at: p) == gumbel.quantile(at: p)) }
    #expect(general.sample(9, key: RandomKey(1)) == gumbel.sample(9, key: RandomKey(1)))
    #expect(general.mode == gumbel.mode && abs(general.mean - gumbel.mean) < 1e-15)
    #expect(general.lowerEnd == -.infinity && general.upperEnd == .infinity)
  }

  /// The smallest of n Weibull values is one, with a shape of -1 / k.
  @Test func aWeibullDistributionIsOne() {
    let (k, lambda) = (2.5, 3.0)
    let d = MinimumGeneralizedExtremeValue(location: lambda, scale: lambda / k, shape: -1 / k)
    #expect(abs(d.lowerEnd) < 1e-15)
    for x in [0.01, 0.4, 2, 5.0] {
      let hazard = power(x / lambda, k)
      #expect(abs(d.logSurvival(at: x) + hazard) < 1e-12 * hazard)
      let density = logarithm(k / lambda) + (k - 1) * logarithm(x / lambda) - hazard
      #expect(abs(d.logProbability(of: x) - density) < 1e-12 * max(abs(density), 1))
    }
    #expect(d.cdf(at: -1) == 0 && d.logProbability(of: -1) == -.infinity)
    // Γ(1.4)
    #expect(abs(d.mean - lambda * 0.887_263_817_503_075) < 1e-13)
    let mode = lambda * power((k - 1) / k, 1 / k)
    #expect(abs(d.mode - mode) < 1e-13)
  }

  @Test(arguments: [-0.1, 0, 0.2]) func statisticsAreMirrored(shape: Double) {
    let d = MinimumGeneralizedExtremeValue(location: 1.5, scale: 0.7, shape: shape)
    let image = d.mirrored
    #expect(MinimumGeneralizedExtremeValue(mirroring: image).location == d.location)
    #expect(d.mean == -image.mean && d.variance == image.variance)
    #expect(d.skewness == -image.skewness && d.excessKurtosis == image.excessKurtosis)
    #expect(d.median == -image.inverseSurvival(at: 0.5) && d.entropy == image.entropy)
    #expect(d.lMoments.skewness == -image.lMoments.skewness && d.lMoments.mean == d.mean)
    // Score and information against differences of the log-density.
    let h = 1e-5
    func density(_ x: Double, _ m: Double, _ s: Double, _ k: Double) -> Double {
      MinimumGeneralizedExtremeValue(location: m, scale: s, shape: k).logProbability(of: x)
    }
    for x in [0.4, 1.5, 2.1] {
      let found = d.score(at: x)
      let expected: [Double] = [
        density(x + h, 1.5, 0.7, shape) - density(x - h, 1.5, 0.7, shape),
        density(x, 1.5 + h, 0.7, shape) - density(x, 1.5 - h, 0.7, shape),
        density(x, 1.5, 0.7 + h, shape) - density(x, 1.5, 0.7 - h, shape),
        density(x, 1.5, 0.7, shape + h) - density(x, 1.5, 0.7, shape - h),
      ].map { $0 / (2 * h) }
      for (a, b) in zip([found.value, found.location, found.scale, found.shape], expected) {
        #expect(abs(a - b) < 1e-7 * max(abs(b), 1))
      }
      func score(_ m: Double, _ s: Double, _ k: Double) -> [Double] {
        let at = MinimumGeneralizedExtremeValue(location: m, scale: s, shape: k).score(at: x)
        return [at.location, at.scale, at.shape]
      }
      let observed = d.observedInformation([x])
      func difference(_ high: [Double], _ low: [Double]) -> [Double] {
        zip(high, low).map { (a: Double, b: Double) -> Double in (b - a) / (2 * h) }
      }
      let steps: [[Double]] = [
        difference(score(1.5 + h, 0.7, shape), score(1.5 - h, 0.7, shape)),
        difference(score(1.5, 0.7 + h, shape), score(1.5, 0.7 - h, shape)),
        difference(score(1.5, 0.7, shape + h), score(1.5, 0.7, shape - h)),
      ]
      for i in 0..<3 {
        for j in 0..<3 {
          #expect(abs(observed[i][j] - steps[i][j]) < 1e-6 * max(abs(steps[i][j]), 1))
        }
      }
    }
    // The mean of the observed information of many draws, which has a variance where the shape is
    // above -1/4: within five standard errors and more.
    let draws = d.sample(20_000, key: RandomKey(71))
    let mean = d.observedInformation(draws).map { $0.map { $0 / 20_000 } }
    let information = d.expectedInformation()
    for i in 0..<3 {
      for j in 0..<3 {
        let size = (information[i][i] * information[j][j]).squareRoot()
        #expect(abs(mean[i][j] - information[i][j]) < 0.1 * size, "\(i) \(j)")
      }
    }
  }

  /// All that a fit says of data is what it says of their mirror image, mirrored, for blocks, several
  /// values of each, thresholds and trends.
  @Test func fitsAreMirrored() throws {
    let values = GeneralizedExtremeValue(location: 3, scale: 2, shape: 0.1)
      .sample(120, key: RandomKey(72))
    let mirrored = values.map { -$0 }
    let years = values.indices.map { Double($0) / 10 }
    func blocks(_ all: [Double]) -> [[Double]] {
      stride(from: 0, to: 120, by: 3).map { Array(all[$0..<($0 + 3)]) }
    }
    typealias Pair = (any FittedExtremeValueModel, any FittedExtremeValueModel)
    var pairs: [Pair] = []
    for method in GumbelFit.Method.allCases {
      pairs.append(
        (
          try GeneralizedExtremeValue.fit(to: values, method: method),
          try GeneralizedExtremeValue.fit(to: mirrored, method: method, extreme: .minimum)
        ))
      pairs.append(
        (
          try Gumbel.fit(to: values, method: method),
          try Gumbel.fit(to: mirrored, method: method, extreme: .minimum)
        ))
      pairs.append(
        (
          try GeneralizedPareto.fit(
            toExceedancesIn: values, threshold: 3, rate: 4, method: method),
          try GeneralizedPareto.fit(
            toExceedancesIn: mirrored, threshold: -3, rate: 4, method: method, extreme: .minimum)
        ))
    }
    pairs.append(
      (
        try GeneralizedExtremeValue.fit(toLargest: blocks(values)),
        try GeneralizedExtremeValue.fit(toLargest: blocks(mirrored), extreme: .minimum)
      ))
    pairs.append(
      (
        try GeneralizedExtremeValue.fit(to: values, covariate: years),
        try GeneralizedExtremeValue.fit(to: mirrored, covariate: years, extreme: .minimum)
      ))
    for (maxima, minima) in pairs {
      #expect(maxima.familyName == minima.familyName)
      #expect(maxima.logLikelihood == minima.logLikelihood)
      #expect(maxima.akaikeCriterion == minima.akaikeCriterion)
      #expect(maxima.gumbelTest == minima.gumbelTest)
      var methods: [ExtremeValueIntervalMethod] = [.wald]
      if maxima.method == .maximumLikelihood { methods.append(.profileLikelihood) }
      let (a, b) = (
        maxima.bootstrap(replicates: 50, key: RandomKey(73)),
        minima.bootstrap(replicates: 50, key: RandomKey(73))
      )
      #expect(a.count == b.count)
      let kinds = zip(methods + [.bootstrap(a)], methods + [.bootstrap(b)])
      for quantity in maxima.parameters + [.returnLevel(period: 50)] {
        let sign = [.scale, .shape].contains(quantity) ? 1.0 : -1.0
        #expect(maxima.estimate(of: quantity) == sign * minima.estimate(of: quantity))
        #expect(maxima.standardError(of: quantity) == minima.standardError(of: quantity))
        for (kind, mirroredKind) in kinds {
          let (up, down) = (
            maxima.interval(for: quantity, confidence: 0.9, by: kind),
            minima.interval(for: quantity, confidence: 0.9, by: mirroredKind)
          )
          // Quantiles between two replicates are rounded from the lower one.
          let ends = [down.lowerBound, down.upperBound].map { sign * $0 }.sorted()
          #expect(abs(up.lowerBound - ends[0]) < 1e-13 * max(abs(ends[0]), 1))
          #expect(abs(up.upperBound - ends[1]) < 1e-13 * max(abs(ends[1]), 1))
        }
      }
      for x in [3.5, 9, 14] {
        #expect(maxima.returnPeriod(level: x) == minima.returnPeriod(level: -x))
        #expect(maxima.logProbability(of: x) == minima.logProbability(of: -x))
        #expect(abs(maxima.cdf(at: x) + minima.cdf(at: -x) - 1) < 1e-15)
        let (p, q) = (
          maxima.nonExceedanceProbability(of: x), minima.nonExceedanceProbability(of: -x)
        )
        #expect(p == q)
        if maxima.method == .maximumLikelihood {
          let intervals = [(maxima, x), (minima, -x)].map {
            $0.returnPeriodInterval(level: $1, confidence: 0.9)
          }
          #expect(intervals[0] == intervals[1])
        }
      }
      let fits = [maxima, minima].map { $0.goodnessOfFit(replicates: 100, key: RandomKey(74)) }
      #expect(abs(fits[0].andersonDarling.statistic - fits[1].andersonDarling.statistic) < 1e-9)
    }
    // The distribution of the values themselves.
    let minima = try GeneralizedExtremeValue.fit(to: mirrored, extreme: .minimum)
    let distribution = MinimumGeneralizedExtremeValue(mirroring: minima.distribution)
    for x in [-9.0, -4, -1] {
      #expect(abs(distribution.logProbability(of: x) - minima.logProbability(of: x)) < 1e-12)
      #expect(abs(distribution.cdf(at: x) - minima.cdf(at: x)) < 1e-14)
    }
  }
}
