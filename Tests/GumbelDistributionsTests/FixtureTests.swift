import GumbelDistributions
import Testing
import _GumbelTestSupport

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// Numbers of mpmath, which `script/distribution_fixtures.py` writes.
///
/// Errors are relative and below 1e-12, down to where doubles lose digits themselves. Logarithms
/// of probabilities near 1 are as precise as small probabilities. Quantiles cross 0 where the
/// argument's own rounding is worth `1e-16` of the distribution's width, so that much is allowed.
@Suite struct FixtureTests {
  static let tolerance = 1e-12

  static let lines: [[Substring]] = {
    let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let path = folder.joined(separator: "/") + "/Fixtures/univariate.tsv"
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else { return [] }
    return String(decoding: data, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: "\t")
    }
  }()

  static func numbers(_ fields: ArraySlice<Substring>) -> [Double] {
    fields.map { Double($0) ?? .nan }
  }

  static func distribution(_ name: Substring, _ parameters: Substring) -> any RealDistribution {
    let p = numbers(parameters.split(separator: ",")[...])
    switch name {
    case "Gumbel": return Gumbel(location: p[0], scale: p[1])
    case "MinimumGumbel": return MinimumGumbel(location: p[0], scale: p[1])
    case "TruncatedGumbel":
      return TruncatedGumbel(location: p[0], scale: p[1], lower: p[2], upper: p[3])
    case "Normal": return Normal(location: p[0], scale: p[1])
    case "Logistic": return Logistic(location: p[0], scale: p[1])
    case "Uniform": return Uniform(lower: p[0], upper: p[1])
    case "Exponential": return Exponential(rate: p[0])
    case "GeneralizedExtremeValue":
      return GeneralizedExtremeValue(location: p[0], scale: p[1], shape: p[2])
    case "GeneralizedPareto": return GeneralizedPareto(location: p[0], scale: p[1], shape: p[2])
    case "Bernoulli": return Bernoulli(logits: p[0])
    case "Binomial": return Binomial(trials: Int(p[0]), logits: p[1])
    default: fatalError("no such distribution: \(name)")
    }
  }

  /// The error relative to what is allowed.
  static func excess(_ found: Double, _ expected: Double, absolute: Double = 0) -> Double {
    if found == expected { return 0 }
    let allowed = tolerance * expected.magnitude + absolute + 4 * Double.leastNonzeroMagnitude
    let ratio = (found - expected).magnitude / allowed
    return ratio.isNaN ? .infinity : ratio
  }

  static func failures(
    _ line: [Substring], _ names: [String], _ found: [Double], _ expected: [Double],
    absolute: Double = 0
  ) -> [String] {
    guard found.count == expected.count else { return ["\(line): \(expected.count) numbers"] }
    return names.indices.compactMap { i in
      let excess = excess(found[i], expected[i], absolute: absolute)
      return excess <= 1
        ? nil
        : "\(line[0])(\(line[1])) \(line[3]): \(names[i]) is \(found[i]), expected \(expected[i]),"
          + " off by \(excess * tolerance)"
    }
  }

  @Test func densitiesAndProbabilities() {
    var failures: [String] = []
    let lines = Self.lines.filter { $0[2] == "at" }
    let names = [
      "log-density", "density", "cdf", "survival", "log cdf", "log survival",
    ]
    for line in lines {
      let d = Self.distribution(line[0], line[1])
      let numbers = Self.numbers(line[3...])
      let x = numbers[0]
      let found = [
        d.logProbability(of: x), d.probability(of: x), d.cdf(at: x), d.survival(at: x),
        d.logCDF(at: x), d.logSurvival(at: x),
      ]
      failures += Self.failures(line, names, found, Array(numbers[1...]))
    }
    #expect(lines.count > 400)
    #expect(failures == [])
  }

  @Test func quantiles() {
    var failures: [String] = []
    let lines = Self.lines.filter { $0[2] == "quantile" }
    for line in lines {
      let d = Self.distribution(line[0], line[1])
      let numbers = Self.numbers(line[3...])
      let found = [d.quantile(at: numbers[0]), d.inverseSurvival(at: numbers[0])]
      let width = d.quantile(at: 0.75) - d.quantile(at: 0.25) + d.median.magnitude
      failures += Self.failures(
        line, ["quantile", "inverse survival"], found, Array(numbers[1...]),
        absolute: 1e-15 * width)
    }
    #expect(lines.count > 300)
    #expect(failures == [])
  }

  @Test func moments() {
    var failures: [String] = []
    let lines = Self.lines.filter { $0[2] == "moments" }
    let names = ["mean", "variance", "skewness", "excess kurtosis", "entropy"]
    for line in lines {
      guard let d = Self.distribution(line[0], line[1]) as? any HasRealMoments else {
        failures.append("\(line[0]) has no moments")
        continue
      }
      let found = [d.mean, d.variance, d.skewness, d.excessKurtosis, d.entropy]
      failures += Self.failures(
        line, names, found, Self.numbers(line[3...]), absolute: 1e-15 * (1 + d.standardDeviation))
    }
    #expect(lines.count > 20)
    #expect(failures == [])
  }

  @Test func divergences() {
    var failures: [String] = []
    let lines = Self.lines.filter { $0[2] == "kl" }
    for line in lines {
      let p = Self.distribution(line[0], line[1])
      let q = Self.distribution(line[3], line[4])
      // The largest terms of the sum cancel down to the result: they set the rounding error.
      failures += Self.failures(
        line, ["divergence to"], [closedDivergence(p, q) ?? .nan], Self.numbers(line[5...]),
        absolute: 2e-15)
    }
    #expect(lines.count > 10)
    #expect(failures == [])
  }
}
