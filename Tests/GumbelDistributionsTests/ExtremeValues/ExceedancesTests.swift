import GumbelDistributions
import GumbelTensors
import Testing

@Suite struct ExceedancesTests {
  @Test func runsEndClusters() {
    let series: [Double] = [1, 5, 7, 2, 6, 1, 1, 9, .nan, 8, 3, 1, 1, 5]
    let all = Exceedances(of: series, threshold: 4)
    #expect(all.values == [5, 7, 6, 9, 8, 5] && all.exceedanceCount == 6)
    #expect(all.seriesCount == 13 && all.extremalIndex == 1)
    let one = Exceedances(of: series, threshold: 4, runLength: 1)
    #expect(one.values == [7, 6, 9, 8, 5] && one.positions == [2, 4, 7, 9, 13])
    let two = Exceedances(of: series, threshold: 4, runLength: 2)
    #expect(two.values == [7, 9, 5] && two.extremalIndex == 0.5)
    let minima = Exceedances(of: series.map { -$0 }, threshold: -4, runLength: 2, .minimum)
    #expect(minima.values == [-7, -9, -5])
    #expect(Exceedances(of: [1, 2], threshold: 2).values == [])
    #expect(Exceedances(of: [1, 2], threshold: 2).extremalIndex.isNaN)
  }

  /// Where there is a value for each unit of time it is the same as runs; where some are missing, time
  /// counts.
  @Test func timesEndClusters() {
    let series: [Double] = [1, 5, 7, 2, 6, 1, 1, 9, .nan, 8, 3, 1, 1, 5]
    let times = series.indices.map { 100 + Double($0) }
    for length in 0...4 {
      let runs = Exceedances(of: series, threshold: 4, runLength: length)
      let days = Exceedances(
        of: series, times: times, threshold: 4, separation: Double(length))
      #expect(runs.values == days.values && runs.positions == days.positions)
      #expect(days.separation == Double(length) && runs.separation == nil)
      #expect(days.seriesCount == 13 && days.exceedanceCount == 6)
    }
    let events = Exceedances(
      of: [5, 6, 7, 8], times: [0, 0.5, 3, 3], threshold: 4, separation: 1)
    #expect(events.values == [6, 8] && events.positions == [1, 3])
    let alone = Exceedances(of: [5, 6, 7, 8], times: [0, 0.5, 3, 3], threshold: 4, separation: 0)
    #expect(alone.values == [5, 6, 7, 8])
    let diagnostics = [
      ThresholdDiagnostics(of: series, count: 3, least: 5, runLength: 2),
      ThresholdDiagnostics(of: series, count: 3, least: 5, times: times, separation: 2),
    ]
    #expect(diagnostics[0].points.map(\.count) == diagnostics[1].points.map(\.count))
    #expect(diagnostics[0].points.map(\.meanExcess) == diagnostics[1].points.map(\.meanExcess))
  }

  /// Of Pareto values the mean excess is a straight line and modified scale and shape stay where
  /// they are: within five standard errors at all thresholds.
  @Test(arguments: [GumbelFit.Extreme.maximum, .minimum])
  func aTrueParetoTailLooksTheSameFromEveryThreshold(extreme: GumbelFit.Extreme) {
    let (scale, shape) = (2.0, 0.15)
    let sign = extreme == .maximum ? 1.0 : -1.0
    let values = GeneralizedPareto(location: 0, scale: scale, shape: shape)
      .sample(4000, key: RandomKey(61)).map { sign * $0 }
    let diagnostics = ThresholdDiagnostics(of: values, count: 12, least: 100, extreme)
    #expect(diagnostics.points.count == 12)
    for point in diagnostics.points {
      let place = sign * point.threshold
      let expected = (scale + shape * place) / (1 - shape)
      #expect(abs(point.meanExcess - expected) < 5 * point.meanExcessError)
      let fit = point.fit!
      #expect(abs(fit.shape - shape) < 5 * fit.standardError(of: .shape))
      let modified = point.modifiedScale!
      #expect(abs(modified.value - scale) < 5 * modified.error)
    }
    #expect(diagnostics.points.last!.count == 100)
  }

  /// Levels from exceedances are those of yearly maxima: 300 years of 50 exponential-tailed values,
  /// each within four standard errors of the other's.
  @Test func levelsFromExceedancesAreThoseOfMaxima() throws {
    let daily = GeneralizedPareto(location: 0, scale: 1, shape: 0.1)
      .sample(300 * 50, key: RandomKey(62))
    let maxima = GumbelFit.blockExtremes(of: daily, size: 50)
    let beyond = Exceedances(of: daily, threshold: 2)
    let pareto = try GeneralizedPareto.fit(
      toExceedancesIn: beyond.values, threshold: 2, rate: Double(beyond.values.count) / 300)
    let blocks = try GeneralizedExtremeValue.fit(to: maxima)
    let quantity = ExtremeValueFit.Quantity.returnLevel(period: 100)
    let (a, b) = (pareto.estimate(of: quantity), blocks.estimate(of: quantity))
    let error = (pareto.standardError(of: quantity), blocks.standardError(of: quantity))
    #expect(abs(a - b) < 4 * max(error.0, error.1), "\(a) \(b) \(error)")
    #expect(error.0 < error.1)
  }

  @Test func plottingPositions() {
    let found = PlottingPosition.allCases.map { $0.probability(rank: 1, of: 9) }
    #expect(found == [0.1, 0.56 / 9.12, 0.5 / 9, 0.6 / 9.2])
    for position in PlottingPosition.allCases {
      let p = (1...9).map { position.probability(rank: Double($0), of: 9) }
      #expect(zip(p, p.reversed()).allSatisfy { abs($0 + $1 - 1) < 1e-12 })
    }
  }
}
