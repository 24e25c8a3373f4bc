import Foundation
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

/// Whether a number has so many digits of another.
private func agree(_ found: Double, _ expected: Double, _ digits: Int, _ scale: Double = 0) -> Bool
{
  abs(found - expected) <= 0.5 * pow(10, -Double(digits)) * max(abs(expected), scale) * 10
}

@Suite struct ExtremeValueFitTests {
  private static let fixtures = ExtremeValueFixtures.all

  /// Ten tables of R's evd: parameters, errors and the level of a hundred years to six digits,
  /// profile intervals to four.
  @Test(arguments: fixtures.blocks.indices) func blocksAsInR(index: Int) throws {
    let table = Self.fixtures.blocks[index]
    let fit = try GeneralizedExtremeValue.fit(to: table.values)
    let quantities: [ExtremeValueFit.Quantity] = [.location, .scale, .shape]
    for (i, quantity) in quantities.enumerated() {
      // Digits of a parameter near 0 are those of its error.
      let error = table.errors[i]
      #expect(
        agree(fit.estimate(of: quantity), table.parameters[i], 6, error), "\(table.name) \(i)")
      #expect(agree(fit.standardError(of: quantity), error, 6), "\(table.name) \(i)")
      let interval = fit.interval(for: quantity, by: .profileLikelihood)
      #expect(agree(interval.lowerBound, table.intervals[i][0], 5, error), "\(table.name) \(i)")
      #expect(agree(interval.upperBound, table.intervals[i][1], 5, error), "\(table.name) \(i)")
    }
    let century = ExtremeValueFit.Quantity.returnLevel(period: 100)
    #expect(agree(fit.estimate(of: century), table.level, 6), "\(table.name)")
    #expect(agree(fit.standardError(of: century), table.levelError, 6), "\(table.name)")
    let interval = fit.interval(for: century, by: .profileLikelihood)
    #expect(agree(interval.lowerBound, table.levelInterval[0], 5), "\(table.name)")
    #expect(agree(interval.upperBound, table.levelInterval[1], 5), "\(table.name)")
    #expect(abs(fit.logLikelihood - table.logLikelihood) < 1e-8, "\(table.name)")
    let test = try #require(fit.gumbelTest)
    #expect(agree(test.pValue, table.gumbelP, 5), "\(table.name)")
    let gumbel = try Gumbel.fit(to: table.values)
    #expect(abs(gumbel.logLikelihood - table.gumbelLogLikelihood) < 1e-8)
    #expect(abs(try fit.withoutShape().logLikelihood - gumbel.logLikelihood) < 1e-8)
    #expect(abs(try fit.withoutShape().location - gumbel.location) < 1e-8 * gumbel.scale)
    #expect(abs(try fit.withoutShape().scale / gumbel.scale - 1) < 1e-8)
  }

  /// The flood data that a Gumbel distribution misjudges most.
  @Test func floodsOfTheSaskatchewan() throws {
    let table = try #require(Self.fixtures.blocks.first { $0.name == "sask" })
    let fit = try GeneralizedExtremeValue.fit(to: table.values)
    #expect(abs(fit.shape - 0.43) < 0.005)
    #expect(abs(fit.gumbelTest!.pValue - 0.0006) < 0.0001)
    #expect(abs(fit.returnLevel(period: 100) - 244) < 1)
    #expect(abs(try Gumbel.fit(to: table.values).returnLevel(period: 100) - 125) < 1)
    #expect(fit.akaikeCriterion < (try fit.withoutShape().akaikeCriterion) - 8)
  }

  @Test(arguments: fixtures.exceedances.indices) func exceedancesAsInR(index: Int) throws {
    let table = Self.fixtures.exceedances[index]
    let fit = try GeneralizedPareto.fit(
      toExceedancesIn: table.values + [table.threshold, table.threshold - 3],
      threshold: table.threshold, rate: table.rate)
    #expect(fit.location == table.threshold && fit.count == table.values.count)
    let quantities: [ExtremeValueFit.Quantity] = [.scale, .shape]
    for (i, quantity) in quantities.enumerated() {
      let error = table.errors[i]
      #expect(
        agree(fit.estimate(of: quantity), table.parameters[i], 6, error), "\(table.name) \(i)")
      #expect(agree(fit.standardError(of: quantity), error, 6), "\(table.name) \(i)")
      let interval = fit.interval(for: quantity, by: .profileLikelihood)
      #expect(agree(interval.lowerBound, table.intervals[i][0], 5, error), "\(table.name) \(i)")
      #expect(agree(interval.upperBound, table.intervals[i][1], 5, error), "\(table.name) \(i)")
    }
    #expect(abs(fit.logLikelihood - table.logLikelihood) < 1e-8)
    let century = ExtremeValueFit.Quantity.returnLevel(period: 100)
    #expect(agree(fit.estimate(of: century), table.level, 6))
    // The error has the chance in the number of exceedances.
    #expect(agree(fit.standardError(of: century), table.levelError, 5), "\(table.name)")
    let interval = fit.interval(for: century, by: .profileLikelihood)
    #expect(agree(interval.lowerBound, table.levelInterval[0], 5), "\(table.name)")
    #expect(agree(interval.upperBound, table.levelInterval[1], 5), "\(table.name)")
    #expect(
      fit.isFixed(.location) && fit.interval(for: .location) == table.threshold...table.threshold)
  }

  @Test(arguments: fixtures.trends.indices) func trendsAsInR(index: Int) throws {
    let table = Self.fixtures.trends[index]
    let fit = try GeneralizedExtremeValue.fit(
      to: table.values, covariate: table.covariate, at: 0)
    let quantities: [ExtremeValueFit.Quantity] = [.location, .trend, .scale, .shape]
    for (i, quantity) in quantities.enumerated() {
      let error = table.errors[i]
      #expect(
        agree(fit.estimate(of: quantity), table.parameters[i], 6, error), "\(table.name) \(i)")
      #expect(agree(fit.standardError(of: quantity), error, 6), "\(table.name) \(i)")
    }
    #expect(abs(fit.logLikelihood - table.logLikelihood) < 1e-8)
    #expect(agree(try #require(fit.trendTest).pValue, table.p, 4))
    // Elsewhere the location has moved along the line, and so has a level.
    let other = try GeneralizedExtremeValue.fit(
      to: table.values, covariate: table.covariate, at: -0.5)
    #expect(abs(other.location - (fit.location - 0.5 * fit.trend!)) < 1e-6 * fit.scale)
    #expect(
      abs(other.returnLevel(period: 50) - fit.returnLevel(period: 50) + 0.5 * fit.trend!)
        < 1e-6 * fit.scale)
    #expect(other.reference == -0.5)
  }

  @Test func severalLargestAsInR() throws {
    let table = Self.fixtures.largest[0]
    let fit = try GeneralizedExtremeValue.fit(toLargest: table.blocks)
    let quantities: [ExtremeValueFit.Quantity] = [.location, .scale, .shape]
    for (i, quantity) in quantities.enumerated() {
      let error = table.errors[i]
      #expect(agree(fit.estimate(of: quantity), table.parameters[i], 6, error), "\(i)")
      #expect(agree(fit.standardError(of: quantity), error, 6), "\(i)")
    }
    #expect(abs(fit.logLikelihood - table.logLikelihood) < 1e-7)
    // One value a block is a fit to maxima, in whatever order.
    let one = try GeneralizedExtremeValue.fit(toLargest: table.blocks.map { [$0[0]] })
    let maxima = try GeneralizedExtremeValue.fit(to: table.blocks.map { $0[0] })
    #expect(one.shape == maxima.shape && one.logLikelihood == maxima.logLikelihood)
    let shuffled = try GeneralizedExtremeValue.fit(toLargest: table.blocks.map { $0.reversed() })
    #expect(shuffled.shape == fit.shape)
    #expect(fit.standardError(of: .shape) < maxima.standardError(of: .shape))
  }

  /// -X in place of X, with a trend and weights too.
  @Test func minimaAreMirroredMaxima() throws {
    let values = Self.fixtures.blocks[0].values
    let time = values.indices.map { Double($0) }
    for method in GumbelFit.Method.allCases {
      let isLikely = method == .maximumLikelihood
      let fits = try [1.0, -1].map { sign in
        try GeneralizedExtremeValue.fit(
          to: values.map { sign * $0 }, weights: isLikely ? time.map { 1 + $0 / 50 } : nil,
          covariate: isLikely ? time : nil, method: method,
          extreme: sign > 0 ? .maximum : .minimum)
      }
      #expect(fits[1].location == -fits[0].location && fits[1].shape == fits[0].shape)
      #expect(fits[1].trend == fits[0].trend.map { -$0 })
      #expect(fits[1].returnLevel(period: 30) == -fits[0].returnLevel(period: 30))
      #expect(abs(fits[1].cdf(at: -80) - (1 - fits[0].cdf(at: 80))) < 1e-12)
      #expect(abs(fits[1].quantile(at: 0.2) + fits[0].quantile(at: 0.8)) < 1e-9)
      #expect(fits[1].logProbability(of: -80) == fits[0].logProbability(of: 80))
      #expect(
        fits[1].returnPeriod(level: -150) == fits[0].returnPeriod(level: 150))
      let intervals = fits.map { $0.interval(for: .returnLevel(period: 30)) }
      #expect(intervals[1].lowerBound == -intervals[0].upperBound)
      #expect(
        fits[0].sortedDataValues.map { -$0 }.sorted() == fits[1].sortedDataValues)
    }
  }

  /// A weight counts observations.
  @Test func weightsAreRepetitions() throws {
    let values = Self.fixtures.blocks[0].values
    let repeated = try GeneralizedExtremeValue.fit(to: values + values.prefix(20))
    let weighted = try GeneralizedExtremeValue.fit(
      to: values + [1e9], weights: values.indices.map { $0 < 20 ? 2 : 1 } + [0])
    #expect(abs(weighted.shape - repeated.shape) < 1e-9)
    #expect(abs(weighted.logLikelihood - repeated.logLikelihood) < 1e-8)
    #expect(
      abs(weighted.standardError(of: .shape) / repeated.standardError(of: .shape) - 1) < 1e-8)
    #expect(weighted.totalWeight == repeated.totalWeight)
    let p = (weighted.goodnessOfFit(replicates: 100), repeated.goodnessOfFit(replicates: 100))
    #expect(
      abs(p.0.andersonDarling.statistic - p.1.andersonDarling.statistic) < 1e-8)
  }

  /// The estimates of moments and L-moments have those of the data.
  @Test func momentsAreThoseOfTheData() throws {
    for table in Self.fixtures.blocks {
      let fit = try GeneralizedExtremeValue.fit(to: table.values, method: .lMoments)
      let (found, l) = (fit.distribution.lMoments, LMoments(of: table.values))
      #expect(abs(found.mean - l.mean) < 1e-10 * (abs(l.mean) + l.scale))
      #expect(abs(found.scale / l.scale - 1) < 1e-10)
      #expect(abs(found.skewness - l.skewness) < 1e-11)
      // The jackknife's errors are near those of the likelihood.
      let ratio = fit.standardError(of: .location) / table.errors[0]
      #expect(ratio > 0.6 && ratio < 1.7, "\(table.name) \(ratio)")
      let moments = try GeneralizedExtremeValue.fit(to: table.values, method: .moments)
      let n = Double(table.values.count)
      let mean = table.values.reduce(0, +) / n
      let variance = table.values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
      #expect(abs(moments.distribution.mean - mean) < 1e-9 * (abs(mean) + 1))
      #expect(abs(moments.distribution.variance / variance - 1) < 1e-9)
    }
    for table in Self.fixtures.exceedances {
      for method in [GumbelFit.Method.lMoments, .moments] {
        let fit = try GeneralizedPareto.fit(
          toExceedancesIn: table.values, threshold: table.threshold, rate: 2, method: method)
        let pareto = GeneralizedPareto(
          location: fit.location, scale: fit.scale, shape: fit.shape)
        #expect(abs(pareto.mean / (table.values.reduce(0, +) / Double(fit.count)) - 1) < 1e-10)
        #expect(fit.gumbelTest == nil && fit.standardError(of: .shape) > 0)
      }
    }
  }

  /// Shifts and scales of the data, however large, move the fit as they move the data.
  @Test func estimatesFollowShiftsAndScales() throws {
    let values = Self.fixtures.blocks[0].values
    let fit = try GeneralizedExtremeValue.fit(to: values)
    for (shift, factor) in [(0.0, 1e200), (0, 1e-200), (1e6, 1), (-3, 0.01)] {
      let other = try GeneralizedExtremeValue.fit(to: values.map { shift + factor * $0 })
      #expect(abs(other.shape - fit.shape) < 1e-7, "\(shift) \(factor)")
      #expect(abs(other.scale / factor / fit.scale - 1) < 1e-7)
    }
  }

  /// The period whose level is a level, with the periods whose levels' intervals end there.
  @Test func periodsOfLevels() throws {
    let table = Self.fixtures.blocks[0]
    let fit = try GeneralizedExtremeValue.fit(to: table.values)
    for period in [2.0, 30, 1000] {
      let level = fit.returnLevel(period: period)
      #expect(abs(fit.returnPeriod(level: level) / period - 1) < 1e-10)
      let range = fit.returnPeriodInterval(level: level)
      for (end, other) in [
        (range.lowerBound, \ClosedRange<Double>.upperBound),
        (range.upperBound, \.lowerBound),
      ] where end.isFinite && end > 1.01 && end < 1e9 {
        let levels = fit.interval(for: .returnLevel(period: end), by: .profileLikelihood)
        #expect(abs(levels[keyPath: other] / level - 1) < 1e-5, "\(period) \(end) \(levels)")
      }
    }
    // Beyond the end of a bounded tail.
    let bounded = try #require(Self.fixtures.blocks.first { $0.name == "oxford" })
    let oxford = try GeneralizedExtremeValue.fit(to: bounded.values)
    #expect(oxford.shape < 0)
    let beyond = oxford.location - oxford.scale / oxford.shape + 1
    #expect(oxford.returnPeriod(level: beyond) == .infinity)
    let range = oxford.returnPeriodInterval(level: beyond)
    #expect(range.upperBound == .infinity && range.lowerBound > 100)
    let pareto = try GeneralizedPareto.fit(
      toExceedancesIn: Self.fixtures.exceedances[0].values, threshold: 100, rate: 8)
    #expect(abs(pareto.returnPeriod(level: pareto.returnLevel(period: 7)) - 7) < 1e-9)
    #expect(pareto.returnPeriod(level: 90).isNaN)
  }

  @Test func mistakes() {
    func error(_ values: [Double], _ method: GumbelFit.Method = .maximumLikelihood) -> FitError? {
      do throws(FitError) {
        _ = try GeneralizedExtremeValue.fit(to: values, method: method)
        return nil
      } catch { return error }
    }
    #expect(error([]) == .tooFewValues(count: 0, needed: 1))
    #expect(error([1, 2]) == .tooFewValues(count: 2, needed: 3))
    #expect(error([3, 3, 3, 3]) == .constant(3))
    #expect(error([1, .nan, 3]).map { "\($0)" }?.contains("value 2 is nan") == true)
    #expect(error([1, 2, 3]) == .noMaximum)
    #expect(error([1, 2, 3], .lMoments) == nil)
    #expect(throws: FitError.constantCovariate(7)) {
      try GeneralizedExtremeValue.fit(to: [1, 2, 4, 9, 3], covariate: [7, 7, 7, 7, 7])
    }
    #expect(throws: FitError.badCovariate(position: 2, value: .infinity)) {
      try GeneralizedExtremeValue.fit(to: [1, 2, 4], covariate: [7, .infinity, 7])
    }
    #expect(throws: FitError.badWeight(position: 1, weight: -1)) {
      try GeneralizedExtremeValue.fit(to: [1, 2, 4], weights: [-1, 1, 1])
    }
    #expect(throws: FitError.tooFewValues(count: 1, needed: 2)) {
      try GeneralizedPareto.fit(toExceedancesIn: [1, 2, 3], threshold: 2.5, rate: 1)
    }
  }
}

extension ExtremeValueFit {
  fileprivate var sortedDataValues: [Double] { sortedData().values }
}
