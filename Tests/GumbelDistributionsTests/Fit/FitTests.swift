import Foundation
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

@Suite struct FitTests {
  /// The expected values are those of the same likelihood maximised, and differentiated twice, in
  /// 40-digit arithmetic with mpmath.
  @Test func portPirieSeaLevels() throws {
    let fit = try Gumbel.fit(to: portPirie)
    #expect(fit.count == 65)
    #expect(abs(fit.location - 3.86944) < 5e-6)
    #expect(abs(fit.scale - 0.19489) < 5e-6)
    #expect(abs(fit.standardErrors.location - 0.025493856) < 5e-9)
    #expect(abs(fit.standardErrors.scale - 0.018854844) < 5e-9)
    #expect(abs(fit.logLikelihood - 4.217681896) < 5e-9)
  }

  @Test func agreesWithSciPy() throws {
    for fixture in try FitFixtures.load().fits {
      let extreme = fixture.minimum ? GumbelFit.Extreme.minimum : .maximum
      let fit = try Gumbel.fit(to: fixture.values, extreme: extreme)
      #expect(abs(fit.location - fixture.location) < 1e-7 * fixture.scale)
      #expect(abs(fit.scale - fixture.scale) < 1e-7 * fixture.scale)
      #expect(
        abs(fit.logLikelihood - fixture.logLikelihood) < 1e-8 * (100 + abs(fit.logLikelihood)))
      let atLocation = try Gumbel.fit(
        to: fixture.values, location: fixture.fixedLocation, extreme: extreme)
      #expect(atLocation.location == fixture.fixedLocation)
      #expect(abs(atLocation.scale / fixture.scaleAtFixedLocation - 1) < 1e-6)
      let atScale = try Gumbel.fit(to: fixture.values, scale: fixture.fixedScale, extreme: extreme)
      #expect(atScale.scale == fixture.fixedScale)
      #expect(abs(atScale.location - fixture.locationAtFixedScale) < 1e-7 * fixture.fixedScale)
      let distances = fit.distances
      #expect(abs(distances.kolmogorovSmirnov - fixture.kolmogorovSmirnov) < 1e-6)
      #expect(abs(distances.andersonDarling - fixture.andersonDarling) < 1e-5)
    }
  }

  /// Shifts and scales that are exact in a Double give the shifted and scaled fit to its last
  /// digits, however far they go.
  @Test(arguments: GumbelFit.Method.allCases)
  func followsShiftsAndScales(method: GumbelFit.Method) throws {
    let values = portPirie.map { ($0 * 100).rounded() }
    let fit = try Gumbel.fit(to: values, method: method)
    for exponent in [-1060, -300, 40, 1010] {
      let factor = Double(sign: .plus, exponent: exponent, significand: 1)
      let other = try Gumbel.fit(to: values.map { $0 * factor }, method: method)
      #expect(abs(other.location / factor / fit.location - 1) < 1e-6)
      #expect(abs(other.scale / factor / fit.scale - 1) < (exponent < -1000 ? 1e-3 : 1e-13))
    }
    let offset = 1e15
    let far = try Gumbel.fit(to: values.map { $0 + offset }, method: method)
    #expect(abs(far.scale / fit.scale - 1) < 1e-13)
    #expect(abs(far.location - offset - fit.location) <= 0.125)
    let mirrored = try Gumbel.fit(to: values.map { -$0 }, method: method, extreme: .minimum)
    #expect(mirrored.location == -fit.location)
    #expect(mirrored.scale == fit.scale)
    #expect(mirrored.logLikelihood == fit.logLikelihood)
  }

  @Test(arguments: GumbelFit.Method.allCases)
  func weightsCountValues(method: GumbelFit.Method) throws {
    let values = [3.1, 2.2, 5.9, 4.4, 2.9]
    let weights = [2.0, 1, 3, 0, 4]
    let repeated = zip(values, weights).flatMap { Array(repeating: $0, count: Int($1)) }
    let once = try Gumbel.fit(to: values, weights: weights, method: method)
    let often = try Gumbel.fit(to: repeated, method: method)
    #expect(once.count == 4)
    #expect(once.totalWeight == 10)
    #expect(abs(once.location - often.location) < 1e-13)
    #expect(abs(once.scale - often.scale) < 1e-13)
    #expect(abs(once.logLikelihood - often.logLikelihood) < 1e-11)
    #expect(abs(once.standardErrors.scale - often.standardErrors.scale) < 1e-13)
    let difference = once.distances.andersonDarling - often.distances.andersonDarling
    #expect(abs(difference) < 1e-10)
  }

  @Test func hugeWeightsCancel() throws {
    let fit = try Gumbel.fit(to: portPirie)
    let weighted = try Gumbel.fit(
      to: portPirie, weights: portPirie.map { _ in 1e306 })
    #expect(abs(weighted.scale - fit.scale) < 1e-13)
    let tiny = try Gumbel.fit(to: portPirie, weights: portPirie.map { _ in 1e-306 })
    #expect(abs(tiny.location - fit.location) < 1e-13)
  }

  @Test func oneValueHasAnAnswerWhereAParameterIsKnown() throws {
    let shift = try Gumbel.fit(to: [7], scale: 2)
    #expect(shift.location == 7)
    // d (1 - exp(-d / scale)) = scale.
    let spread = try Gumbel.fit(to: [7], location: 4)
    #expect(abs(3 * (1 - exp(-3 / spread.scale)) - spread.scale) < 1e-14)
    let same = try Gumbel.fit(to: [5, 5, 5], scale: 2)
    #expect(abs(same.location - 5) < 1e-15)
    let both = try Gumbel.fit(to: [1], location: 0, scale: 1)
    #expect(abs(both.logLikelihood + 1 + exp(-1)) < 1e-15)
    #expect(both.interval(for: .scale, by: .profileLikelihood) == 1...1)
  }

  struct Mistake: Sendable {
    let values: [Double]
    var weights: [Double]?
    var method = GumbelFit.Method.maximumLikelihood
    let message: String
  }

  @Test(arguments: [
    Mistake(values: [], message: "found 0 values, expected at least 1"),
    Mistake(values: [1], message: "found 1 value, expected at least 2"),
    Mistake(values: [1, 2], weights: [1, 0], message: "found 1 value, expected at least 2"),
    Mistake(values: [1, 2], weights: [0, 0], message: "found 0 values, expected at least 1"),
    Mistake(values: [1, .nan], message: "value 2 is nan, expected a finite number"),
    Mistake(values: [-.infinity, 2], message: "value 1 is -inf, expected a finite number"),
    Mistake(
      values: [1, 2], weights: [1, -1],
      message: "weight 2 is -1.0, expected a finite number of 0 or more"),
    Mistake(
      values: [1, 2], weights: [.nan, 1],
      message: "weight 1 is nan, expected a finite number of 0 or more"),
    Mistake(
      values: [1, 2], weights: [0.5, 0.5], method: .moments,
      message: "the weights sum to 1.0, expected more than 1; a weight counts observations"),
    Mistake(
      values: [2, 2, 2],
      message: "all values are 2.0, expected some that differ, without which no scale can be "
        + "found"),
    Mistake(
      values: [0, 0, 0, 0, 0, 0, 0, 5e-324],
      message: "the values' spread gives a scale beyond the range of double precision"),
  ])
  func mistakes(mistake: Mistake) {
    var message = ""
    do {
      _ = try Gumbel.fit(to: mistake.values, weights: mistake.weights, method: mistake.method)
    } catch {
      message = "\(error)"
    }
    #expect(message == mistake.message)
  }

  /// Whatever the data, a fit ends, and no other parameters nearby are more likely.
  @Test func noneNearbyIsMoreLikely() throws {
    var random = RandomKeyStream(RandomKey(1))
    for _ in 0..<300 {
      let count = Int.random(in: 2...30, using: &random)
      let power = Double.random(in: -3...3, using: &random)
      var values = (0..<count).map { _ in
        let u = Double.random(in: 1e-9...1, using: &random)
        return Bool.random(using: &random) ? pow(u, power) : (10 * u).rounded()
      }
      values[0] = 11
      values[1] = -2
      let fit = try Gumbel.fit(to: values)
      for (location, scale) in [(1e-3, 1.0), (-1e-3, 1), (0, 1.001), (0, 0.999), (1e-3, 1.001)] {
        let other = try Gumbel.fit(
          to: values, location: fit.location + location * fit.scale, scale: fit.scale * scale)
        #expect(other.logLikelihood < fit.logLikelihood)
      }
    }
  }

  @Test func blocks() {
    let series = [3.0, 1, 4, 1, 5, 9, 2, 6]
    #expect(GumbelFit.blockExtremes(of: series, size: 3) == [4, 9])
    #expect(GumbelFit.blockExtremes(of: series, size: 4, .minimum) == [1, 2])
    #expect(GumbelFit.blockExtremes(of: series, size: 9) == [])
    let broken = GumbelFit.blockExtremes(of: [1, .nan, 3], size: 2)
    #expect(broken.count == 1 && broken[0].isNaN)
  }
}
