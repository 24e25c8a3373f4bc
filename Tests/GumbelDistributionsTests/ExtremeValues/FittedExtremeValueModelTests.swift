import GumbelDistributions
import GumbelTensors
import Testing

/// What is the same of a Gumbel fit and of a generalized one whose shape is held at 0.
@Suite struct FittedExtremeValueModelTests {
  private static let values = Gumbel(location: 20, scale: 4).sample(60, key: RandomKey(81))

  @Test(arguments: [GumbelFit.Extreme.maximum, .minimum])
  func bothAgree(extreme: GumbelFit.Extreme) throws {
    let values = extreme == .maximum ? Self.values : Self.values.map { -$0 }
    let gumbel: any FittedExtremeValueModel = try Gumbel.fit(to: values, extreme: extreme)
    let general: any FittedExtremeValueModel = try GeneralizedExtremeValue.fit(
      to: values, shape: 0, extreme: extreme)
    #expect(gumbel.familyName == general.familyName && gumbel.data == general.data)
    #expect(gumbel.parameterCount == 2 && general.parameterCount == 2)
    #expect(abs(gumbel.akaikeCriterion - general.akaikeCriterion) < 1e-9)
    #expect(gumbel.estimate(of: .shape) == 0 && gumbel.isFixed(.shape))
    #expect(gumbel.interval(for: .shape, confidence: 0.9, by: .wald) == 0...0)
    #expect(gumbel.gumbelTest == nil && gumbel.trend == nil && gumbel.reference == nil)
    for level in [15.0, 22, 30, 45, 70].map({ extreme == .maximum ? $0 : -$0 }) {
      let (a, b) = (gumbel.returnPeriod(level: level), general.returnPeriod(level: level))
      #expect(abs(a / b - 1) < 1e-6)
      #expect(abs(gumbel.nonExceedanceProbability(of: level) - (1 - 1 / a)) < 1e-12)
      let (c, d) = (
        gumbel.returnPeriodInterval(level: level, confidence: 0.95),
        general.returnPeriodInterval(level: level, confidence: 0.95)
      )
      #expect(abs(c.lowerBound / d.lowerBound - 1) < 1e-5, "\(level) \(c) \(d)")
      #expect(abs(c.upperBound / d.upperBound - 1) < 1e-5, "\(level) \(c) \(d)")
      #expect(c.contains(a))
    }
    for period in [2.0, 100] {
      #expect(abs(gumbel.returnPeriod(level: gumbel.returnLevel(period: period)) - period) < 1e-9)
      let p = gumbel.nonExceedanceProbability(ofPeriod: period)
      #expect(abs(gumbel.returnPeriod(nonExceedance: p) - period) < 1e-12 * period)
    }
  }

  /// A period at an end of a level's interval: with that period the level is an end of the level's
  /// own interval. Where parameters are known too.
  @Test func intervalsOfPeriodsAreThoseOfLevels() throws {
    let truth = Gumbel(location: 20, scale: 4)
    for (location, scale) in [(nil, nil), (20, nil), (nil, 4)] as [(Double?, Double?)] {
      let fit = try Gumbel.fit(to: Self.values, location: location, scale: scale)
      let level = truth.inverseSurvival(at: 0.02)
      let range = fit.returnPeriodInterval(level: level, confidence: 0.9)
      #expect(range.contains(fit.returnPeriod(level: level)))
      for (period, isShortest) in [(range.lowerBound, true), (range.upperBound, false)] {
        let levels = fit.interval(
          for: .returnLevel(period: period), confidence: 0.9, by: .profileLikelihood)
        // The shortest period is the one whose level may just be as high as this.
        let end = isShortest ? levels.upperBound : levels.lowerBound
        #expect(abs(end / level - 1) < 1e-7, "\(period) \(levels)")
      }
    }
    let known = try Gumbel.fit(to: Self.values, location: 20, scale: 4)
    let period = known.returnPeriod(level: 30)
    #expect(known.returnPeriodInterval(level: 30) == period...period)
    // Far beyond all data a period has no end.
    let fit = try Gumbel.fit(to: Self.values)
    #expect(fit.returnPeriod(level: 1e6) == .infinity)
    #expect(fit.returnPeriodInterval(level: 1e6).upperBound == .infinity)
  }

  /// Of exceedances the number in a unit of time is a Poisson variable.
  @Test func exceedancesAreNotPassedAsOftenAsAPoissonVariableIsZero() throws {
    let fit = try GeneralizedPareto.fit(
      toExceedancesIn: Self.values, threshold: 20, rate: 3, shape: 0)
    #expect(fit.familyName == "exponential distribution")
    #expect(fit.parameterCount == 1 && abs(fit.periodsPerValue - 1 / 3.0) < 1e-15)
    let level = fit.returnLevel(period: 5)
    #expect(abs(fit.nonExceedanceProbability(of: level) - 0.818_730_753_077_98) < 1e-12)
    #expect(abs(fit.returnPeriod(nonExceedance: 0.818_730_753_077_98) - 5) < 1e-10)
    // The largest of a unit of time, by the link of the point process.
    let largest = GeneralizedExtremeValue(
      location: 20 + fit.scale * 1.098_612_288_668_11, scale: fit.scale, shape: 0)
    #expect(abs(fit.nonExceedanceProbability(of: level) - largest.cdf(at: level)) < 1e-9)
  }
}
