import Foundation
import GumbelDistributions
import GumbelTensors
import Testing

@Suite struct GoodnessOfFitTests {
  /// The limit of Stephens 1977 (D'Agostino & Stephens, "Goodness-of-fit techniques", 1986, table
  /// 4.17) is 0.757 for A² with both parameters fitted; the others are quantiles of 100,000
  /// simulated samples each, made with NumPy. Those here have 20,000: five standard deviations
  /// are 3 %.
  @Test func criticalValuesOfFittedParameters() throws {
    for (size, distance, square) in [
      (10, 0.822_6, 0.723_0), (20, 0.846_3, 0.740_2), (50, 0.866_8, 0.751_7),
      (2000, 0.886_3, 0.757),
    ] {
      let values = (1...size).map { -log(-log((Double($0) - 0.5) / Double(size))) }
      let tests = try Gumbel.fit(to: values).goodnessOfFit(
        replicates: size > 1000 ? 5000 : 20_000)
      let root = Double(size).squareRoot()
      #expect(abs(tests.kolmogorovSmirnov.criticalValue * root / distance - 1) < 0.03)
      #expect(abs(tests.andersonDarling.criticalValue / square - 1) < 0.03)
      #expect(tests.andersonDarling.pValue > 0.99)
    }
  }

  /// Of samples from the family, 5 % pass the 5 % limits (five standard deviations: 2.4 %), and
  /// few of the known distribution's would: 1.
  @Test(arguments: GumbelFit.Method.allCases)
  func levelIsKept(method: GumbelFit.Method) throws {
    let points = RandomKey(3).unitPoints(2000 * 30)
    var passed = (0, 0)
    var limits: GoodnessOfFit?
    for i in 0..<2000 {
      let sample = points[(i * 30)..<((i + 1) * 30)].map { 5 - 3 * log(-log($0.lower)) }
      let fit = try Gumbel.fit(to: sample, method: method)
      if limits == nil { limits = fit.goodnessOfFit(replicates: 20_000, key: RandomKey(4)) }
      let distances = fit.distances
      if distances.kolmogorovSmirnov > limits!.kolmogorovSmirnov.criticalValue { passed.0 += 1 }
      if distances.andersonDarling > limits!.andersonDarling.criticalValue { passed.1 += 1 }
    }
    for count in [passed.0, passed.1] {
      #expect(abs(Double(count) / 2000 - 0.05) < 0.024 + 0.005, "\(passed)")
    }
  }

  @Test func anotherFamilyIsFound() throws {
    let points = RandomKey(5).unitPoints(300)
    let exponential = try Gumbel.fit(to: points.map { -log($0.lower) }).goodnessOfFit()
    #expect(exponential.andersonDarling.pValue < 0.001)
    #expect(exponential.kolmogorovSmirnov.pValue < 0.01)
    let maxima = points.map { -log(-log($0.lower)) }
    let wrongWay = try Gumbel.fit(to: maxima, extreme: .minimum).goodnessOfFit()
    #expect(wrongWay.andersonDarling.pValue < 0.001)
    let right = try Gumbel.fit(to: maxima).goodnessOfFit()
    #expect(right.andersonDarling.pValue > 0.01)
  }

  @Test func kolmogorovDistributionAgreesWithSciPy() throws {
    for fixture in try FitFixtures.load().distances {
      // The i-th value at (i - 1/2) / n + shift gives a distance of shift + 1 / (2 n).
      let n = Double(fixture.n)
      let shift = fixture.d - 0.5 / n
      guard shift >= 0 else { continue }
      let values = (0..<fixture.n).map { i in
        -log(-log(min(max((Double(i) + 0.5) / n - shift, 1e-300), 1)))
      }
      let test = Gumbel(location: 0, scale: 1).goodnessOfFit(of: values, replicates: 100)
      #expect(abs(test.kolmogorovSmirnov.statistic - fixture.d) < 1e-12)
      let error = abs(test.kolmogorovSmirnov.pValue - fixture.survival)
      #expect(error < (fixture.n <= 100 ? 1e-12 : 2e-4), "\(fixture) \(error)")
    }
  }

  /// Marsaglia & Marsaglia 2004: P(A² > 2.492) = 0.05 for a distribution known beforehand.
  @Test func andersonDarlingOfAKnownDistribution() {
    let values = (1...100).map { -log(-log((Double($0) - 0.5) / 100)) }
    let test = Gumbel(location: 0, scale: 1).goodnessOfFit(of: values, replicates: 20_000)
    #expect(abs(test.andersonDarling.criticalValue / 2.492 - 1) < 0.06)
    #expect(test.andersonDarling.pValue > 0.99)
    let far = Gumbel(location: 1, scale: 1).goodnessOfFit(of: values)
    #expect(far.andersonDarling.pValue < 0.001)
    #expect(far.kolmogorovSmirnov.pValue < 1e-6)
  }
}
