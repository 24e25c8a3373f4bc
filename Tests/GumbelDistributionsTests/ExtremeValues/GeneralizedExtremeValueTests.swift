import Foundation
import GumbelDistributions
import GumbelTensors
import Testing
import _GumbelTestSupport

private let arguments: [Double] = [-30, -3, -1, -0.2, 0, 1e-9, 0.3, 1, 2.5, 7, 30, 700]

@Suite struct GeneralizedExtremeValueTests {
  /// With a shape of 0 everything is the Gumbel distribution's, to the bit.
  @Test func aShapeOfZeroIsGumbel() {
    let plain = Gumbel(location: 0.5, scale: 2.0)
    let general = GeneralizedExtremeValue(location: 0.5, scale: 2.0, shape: 0)
    for x in arguments + [-.infinity, .infinity] {
      #expect(general.logProbability(of: x) == plain.logProbability(of: x))
      #expect(general.cdf(at: x) == plain.cdf(at: x))
      #expect(general.survival(at: x) == plain.survival(at: x))
      #expect(general.logSurvival(at: x) == plain.logSurvival(at: x))
    }
    for p in [0, 1e-300, 1e-9, 0.2, 0.5, 0.9, 1] {
      #expect(general.quantile(at: p) == plain.quantile(at: p))
      #expect(general.inverseSurvival(at: p) == plain.inverseSurvival(at: p))
    }
    for x in arguments where x > -5 {
      let (found, expected) = (general.score(at: x), plain.score(at: x))
      #expect(abs(found.location - expected.location) < 1e-12 * (1 + abs(expected.location)))
      #expect(abs(found.scale - expected.scale) < 1e-12 * (1 + abs(expected.scale)))
    }
    #expect(abs(general.mean - plain.mean) < 1e-14)
    #expect(abs(general.variance - plain.variance) < 1e-13)
    #expect(abs(general.skewness - plain.skewness) < 1e-13)
    #expect(abs(general.excessKurtosis - plain.excessKurtosis) < 1e-12)
    #expect(general.entropy == plain.entropy)
    let key = RandomKey(3)
    #expect(general.sample(200, key: key) == plain.sample(200, key: key))
    let tensors = (
      GeneralizedExtremeValue(location: Tensor(0.5), scale: Tensor(2), shape: Tensor(0)).sample(
        [500], key: key), Gumbel(location: Tensor(0.5), scale: Tensor(2)).sample([500], key: key)
    )
    #expect(haveSameBits(tensors.0, tensors.1))
  }

  /// Across 0 nothing jumps: what a small shape changes is that shape times a number.
  @Test func everythingIsContinuousAcrossZero() {
    func numbers(_ shape: Double) -> [Double] {
      let d = GeneralizedExtremeValue(location: 0.5, scale: 2.0, shape: shape)
      var all: [Double] = []
      for x in [-3, -1, 0.5, 1, 4, 20] {
        let score = d.score(at: x)
        all += [d.logProbability(of: x), d.cdf(at: x), score.value, score.scale, score.shape]
        all += d.observedInformation([x]).joined()
      }
      for p in [1e-6, 0.1, 0.5, 0.99] { all += [d.quantile(at: p), d.inverseSurvival(at: p)] }
      all += [d.mean, d.variance, d.skewness, d.excessKurtosis, d.entropy, d.mode]
      let l = d.lMoments
      return all + [l.mean, l.scale, l.skewness, l.kurtosis] + d.expectedInformation().joined()
    }
    let middle = numbers(0)
    let scales = middle.map { max(1, abs($0)) }
    for shape in [1e-300, 1e-30, 1e-20, 1e-16, 1e-14, 1e-13] {
      for (i, pair) in zip(numbers(shape), numbers(-shape)).enumerated() {
        #expect(abs(pair.0 - middle[i]) < 1e-10 * scales[i], "\(shape): number \(i)")
        #expect(abs(pair.1 - middle[i]) < 1e-10 * scales[i], "\(shape): number \(i)")
      }
    }
    // The slope on both sides is the same, so that no formula loses digits on the way to 0.
    for shape in [1e-4, 1e-5, 1e-6] {
      for (i, pair) in zip(numbers(shape), numbers(-shape)).enumerated() {
        let bend = abs(pair.0 + pair.1 - 2 * middle[i])
        #expect(bend < 5e4 * shape * shape * scales[i] + 1e-11 * scales[i], "\(shape): number \(i)")
      }
    }
  }

  /// Where series end and closed forms begin there is no step either: at `shape z = ±0.05` for
  /// densities, at a shape of ±0.2 for moments.
  @Test func formulasMeetWithoutAStep() {
    for z in [-1.0, 0.3, 2, 12] {
      for edge in [0.05, -0.05] {
        let both = [1 - 1e-13, 1 + 1e-13].map { factor in
          GeneralizedExtremeValue(location: 0, scale: 1, shape: edge / z * factor)
        }
        let scores = both.map { $0.score(at: z) }
        let informations = both.map { $0.observedInformation([z]).flatMap { $0 } }
        #expect(abs(scores[0].shape - scores[1].shape) < 1e-11 * (1 + abs(scores[0].shape)))
        for (a, b) in zip(informations[0], informations[1]) {
          #expect(abs(a - b) < 2e-11 * (1 + abs(a)), "\(z) \(edge)")
        }
      }
    }
    for edge in [0.2, -0.2] {
      let both = [1 - 1e-14, 1 + 1e-14].map {
        GeneralizedExtremeValue(location: 0, scale: 1, shape: edge * $0)
      }
      #expect(abs(both[0].skewness / both[1].skewness - 1) < 1e-11)
      #expect(abs(both[0].excessKurtosis / both[1].excessKurtosis - 1) < 1e-9)
    }
  }

  /// Against differences of the log-density, and the information against those of the score.
  @Test(arguments: [-0.4, -1e-3, 0, 1e-7, 0.15, 0.9])
  func scoresAreDerivatives(shape: Double) {
    func d(_ p: [Double]) -> GeneralizedExtremeValue<Double> {
      GeneralizedExtremeValue(location: p[0], scale: p[1], shape: p[2])
    }
    let point = [0.3, 1.7, shape]
    func score(_ x: Double, _ p: [Double]) -> [Double] {
      let s = d(p).score(at: x)
      return [s.location, s.scale, s.shape]
    }
    for x in [-1, 0.3, 2, 3.5] {
      let found = score(x, point)
      let information = d(point).observedInformation([x])
      for i in 0..<3 {
        func moved(_ h: Double) -> [Double] {
          var moved = point
          moved[i] += h
          return moved
        }
        func slope(_ f: ([Double]) -> Double) -> Double {
          func central(_ h: Double) -> Double { (f(moved(h)) - f(moved(-h))) / (2 * h) }
          return (4 * central(5e-4) - central(1e-3)) / 3
        }
        #expect(abs(found[i] - slope { d($0).logProbability(of: x) }) < 1e-8 * (1 + abs(found[i])))
        for j in 0..<3 {
          let expected = -slope { score(x, $0)[j] }
          #expect(
            abs(information[i][j] - expected) < 1e-8 * (1 + abs(expected)), "\(x): \(i), \(j)")
        }
      }
    }
  }

  /// Prescott & Walden, "Maximum likelihood estimation of the parameters of the generalized
  /// extreme-value distribution", Biometrika 67, 1980, in the signs used here.
  @Test func expectedInformationIsTheClosedForm() {
    let gumbel = GeneralizedExtremeValue(location: 1, scale: 2, shape: 0).expectedInformation()
    let gamma = 0.577_215_664_901_532_9
    #expect(abs(gumbel[0][0] - 1 / 4) < 1e-13)
    #expect(abs(gumbel[0][1] - (gamma - 1) / 4) < 1e-13)
    #expect(abs(gumbel[1][1] - (Double.pi * .pi / 6 + (1 - gamma) * (1 - gamma)) / 4) < 1e-12)
    for (x, digamma) in [
      (0.2, -0.289_039_896_592_188_4), (-0.3, -1.220_023_553_697_934_7),
      (0.5, 0.036_489_973_978_576_5),
    ] {
      // With ψ(1 + ξ) by SciPy.
      let found = GeneralizedExtremeValue(location: 1, scale: 2, shape: x).expectedInformation()
      let p = (1 + x) * (1 + x) * tgamma(1 + 2 * x)
      let g = tgamma(2 + x)
      let q = g * (digamma + (1 + x) / x)
      let corner = (Double.pi * .pi / 6 + pow(1 - gamma + 1 / x, 2) - 2 * q / x + p / x / x) / x / x
      #expect(abs(found[0][0] - p / 4) < 1e-11)
      #expect(abs(found[1][1] - (1 - 2 * g + p) / (x * x) / 4) < 1e-10)
      #expect(abs(found[2][2] - corner) < 1e-7, "\(found[2][2]) \(corner)")
      #expect(abs(abs(found[0][1]) - abs(p - g) / abs(x) / 4) < 1e-11)
      #expect(abs(abs(found[0][2]) - abs(q - p / x) / abs(x) / 2) < 1e-7)
    }
    let none = GeneralizedExtremeValue(location: 0, scale: 1, shape: -0.5).expectedInformation()
    #expect(none[0][0].isNaN)
  }

  /// Half the mean difference of two values and the like, from 200,000 draws within five standard
  /// errors; and exact values of the Gumbel distribution (Hosking 1990).
  @Test func lMoments() {
    let gumbel = Gumbel(location: 0, scale: 1).lMoments
    #expect(abs(gumbel.mean - 0.577_215_664_901_532_9) < 1e-15)
    #expect(abs(gumbel.scale - log(2)) < 1e-15)
    #expect(abs(gumbel.skewness - 0.169_925_001_442_312_4) < 1e-14)
    #expect(abs(gumbel.kurtosis - 0.150_374_992_788_438_1) < 1e-14)
    let d = GeneralizedExtremeValue(location: 1, scale: 2, shape: -0.2)
    let found = LMoments(of: d.sample(200_000, key: RandomKey(21)))
    let l = d.lMoments
    #expect(abs(found.mean - l.mean) < 0.025 && abs(found.scale - l.scale) < 0.015)
    #expect(abs(found.skewness - l.skewness) < 0.008 && abs(found.kurtosis - l.kurtosis) < 0.008)
    let pareto = GeneralizedPareto(location: 1, scale: 2, shape: 0.1)
    let excesses = LMoments(of: pareto.sample(200_000, key: RandomKey(22)))
    #expect(abs(excesses.scale / pareto.lMoments.scale - 1) < 0.02)
    #expect(abs(excesses.skewness - pareto.lMoments.skewness) < 0.01)
    // Of 1, 2, 4, 8 by hand: differences of 1, 3, 7, 2, 6 and 4, whose mean is 23/6.
    let four = LMoments(of: [8, 1, 4, 2])
    #expect(four.mean == 3.75 && abs(four.scale - 23.0 / 12) < 1e-15)
    #expect(abs(four.skewness * four.scale - 0.75) < 1e-14)
    #expect(abs(four.kurtosis * four.scale - 0.25) < 1e-14)
    #expect(LMoments(of: [1, 2]).skewness.isNaN)
  }

  /// The largest of a Poisson number of Pareto excesses is a generalized extreme value.
  @Test(arguments: [-0.3, 0, 0.25]) func paretoExcessesMakeExtremes(shape: Double) {
    let (threshold, scale, rate) = (3.0, 1.5, 7.0)
    let pareto = GeneralizedPareto(location: threshold, scale: scale, shape: shape)
    let growth = shape == 0 ? log(rate) : (pow(rate, shape) - 1) / shape
    let extreme = GeneralizedExtremeValue(
      location: threshold + scale * growth, scale: scale * pow(rate, shape), shape: shape)
    for x in [3.0, 3.1, 4, 5.5, 7] {
      #expect(abs(extreme.logCDF(at: x) + rate * pareto.survival(at: x)) < 1e-12)
    }
  }

  @Test func endsAndWhatDoesNotExist() {
    let heavy = GeneralizedExtremeValue(location: 1, scale: 2, shape: 0.5)
    #expect(heavy.lowerEnd == -3 && heavy.upperEnd == .infinity)
    #expect(heavy.logProbability(of: -3.5) == -.infinity && heavy.cdf(at: -3.5) == 0)
    #expect(heavy.variance == .infinity && heavy.skewness.isNaN && heavy.mean.isFinite)
    let bounded = GeneralizedExtremeValue(location: 1, scale: 2, shape: -0.5)
    #expect(bounded.upperEnd == 5 && bounded.cdf(at: 5) == 1 && bounded.survival(at: 6) == 0)
    #expect(bounded.logProbability(of: 6) == -.infinity && bounded.score(at: 6).shape.isNaN)
    let third = GeneralizedExtremeValue(location: 0.1, scale: 0.3, shape: -0.7)
    #expect(third.survival(at: third.upperEnd) == 0 && third.quantile(at: 1) == third.upperEnd)
    #expect(GeneralizedExtremeValue(location: 0, scale: 1, shape: 1).mean == .infinity)
    // A uniform end: density exp(-(1 - x)) up to 1.
    let step = GeneralizedExtremeValue(location: 0, scale: 1, shape: -1)
    #expect(step.logProbability(of: 1) == 0 && step.mode == 1)
    #expect(step.logProbability(of: .nan).isNaN)
  }
}
